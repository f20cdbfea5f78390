// Where the server of this checkout is, and the demo platform's key. Your own program gets both from its configuration.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

export interface DemoCredentials {
  readonly baseUrl: string;
  readonly platformKey: string;
}

/** Ends the program with one line when there is no server to talk to. */
export async function demoCredentials(): Promise<DemoCredentials> {
  const file = resolve(process.env.ONEHAZEL_DATA_DIR || ".onehazel", "credentials.json");
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" || error.code === "ENOTDIR"
      ? end(`No server's credentials at ${file}`)
      : end(`The server's credentials at ${file} can't be read by this user (${error.code})`),
  );
  const credentials = parsed(text) ?? end(`${file} does not hold a server's credentials`);
  const isUp = await fetch(`${credentials.baseUrl}/livez`).then(
    ({ ok }) => ok,
    () => false,
  );
  return isUp ? credentials : end(`No server answers at ${credentials.baseUrl}`);
}

function parsed(text: string): DemoCredentials | undefined {
  try {
    const { baseUrl, platformKey } = JSON.parse(text);
    return typeof baseUrl === "string" && typeof platformKey === "string"
      ? { baseUrl, platformKey }
      : undefined;
  } catch {
    return undefined;
  }
}

function end(why: string): never {
  console.error(`${why}: start it first with \`npx -y pnpm@10.34.9 start\``);
  process.exit(1);
}
