// Every file is a small room, and none carries the address of the machine it was written on.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const linesMax = 300;
const root = fileURLToPath(new URL("..", import.meta.url));
const self = "scripts/check-rooms.mjs";

const source = /\.(ts|mts|cts|tsx|mjs|cjs|js|sql|yaml|yml)$/;
// Written by a program, so their length is nobody's choice.
const generated = /(^|\/)generated\/|(^|\/)pnpm-lock\.yaml$|(^|\/)schema\.sql$/;

const addresses = [
  { what: "a machine's path", pattern: /(?<![\w.-])\/(work|root)\// },
  { what: "somebody's home folder", pattern: /(?<![\w.-])\/(home|Users)\/[\w.-]+\// },
  {
    what: "a registry's host",
    pattern: /\bregistry\.[\w-]+(\.[\w-]+)+|\bnpm\.pkg\.github\.com\b|_authToken/i,
  },
];

const faults = files().flatMap((file) => {
  const text = readFileSync(root + file, "utf8");
  return text.includes("\0") ? [] : [...sizeFaults(file, text), ...addressFaults(file, text)];
});
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;

/** What is committed, or would be by `git add .`; a file that only the index still knows is gone. */
function files() {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split("\0"))].filter(
    (file) => file !== "" && file !== self && existsSync(root + file),
  );
}

function sizeFaults(file, text) {
  if (!source.test(file) || generated.test(file)) return [];
  const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  return lines > linesMax
    ? [`${file}: ${lines} lines, at most ${linesMax}: give a part of it a file of its own.`]
    : [];
}

function addressFaults(file, text) {
  return text
    .split("\n")
    .flatMap((line, index) =>
      addresses
        .filter(({ pattern }) => pattern.test(line))
        .map(({ what }) => `${file}:${index + 1}: ${what} has no place in the repository.`),
    );
}
