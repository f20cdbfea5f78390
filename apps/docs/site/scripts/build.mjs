// Builds the site: input, generator, finish. A fault of any page ends it.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { finish } from "./finish.mjs";
import { prepare } from "./prepare.mjs";

const folder = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" };

prepare();
execFileSync(process.execPath, ["node_modules/astro/astro.js", "build", "--silent"], {
  cwd: folder,
  env,
  stdio: "inherit",
});
finish();
