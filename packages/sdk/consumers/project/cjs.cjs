const { tryClient } = require("./try.cjs");

tryClient(require("@onehazel/sdk")).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
