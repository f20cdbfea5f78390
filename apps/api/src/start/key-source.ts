import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { type Keyring, MasterKeyError, parseMasterKeys } from "@onehazel/crypto";

type Environment = Readonly<Record<string, string | undefined>>;

const plain = "ONEHAZEL_MASTER_KEYS";
const file = "ONEHAZEL_MASTER_KEYS_FILE";
const command = "ONEHAZEL_MASTER_KEYS_COMMAND";
/** The settings that can name the master keys. */
export const masterKeySettings = [plain, file, command] as const;

/** Hundreds of keys, and no more than a mistaken path should be read. */
const textBytesMax = 65_536;
const commandTimeoutMs = 15_000;

/** The master keys, or what is wrong with where they should come from: the variable's name, never what it or its source holds. */
export interface MasterKeys {
  /** Undefined when none is given, or something is wrong. */
  readonly keyring: Keyring | undefined;
  readonly faults: readonly string[];
}

/** The variables that say where the master keys come from and are set; an empty one counts as unset. */
export function masterKeySources(env: Environment): string[] {
  return masterKeySettings.filter((name) => env[name] !== undefined && env[name] !== "");
}

/**
 * Reads the master keys from the variable itself, from a file or from what a command prints: whichever of the three is set. The
 * form is the same in all, and every program of ours reads them once, when it starts.
 */
export function readMasterKeys(env: Environment): MasterKeys {
  const [source, ...more] = masterKeySources(env);
  if (source === undefined) return { keyring: undefined, faults: [] };
  if (more.length > 0) {
    const faults = [source, ...more].map(
      (name) => `${name}: only one of ${masterKeySettings.join(", ")} may be set`,
    );
    return { keyring: undefined, faults };
  }
  try {
    return { keyring: parseMasterKeys(textOf(source, env)), faults: [] };
  } catch (error) {
    if (!(error instanceof MasterKeyError || error instanceof SourceFault)) throw error;
    return { keyring: undefined, faults: [`${source}: ${error.message}`] };
  }
}

class SourceFault extends Error {}

function textOf(source: string, env: Environment): string {
  const value = env[source] as string;
  if (source === file) return readKeyFile(value);
  return source === command ? runKeyCommand(value, env) : value;
}

/** The file is looked at by its handle, so that it is the one that is read. */
function readKeyFile(path: string): string {
  let handle: number;
  try {
    handle = openSync(path, "r");
  } catch (error) {
    throw new SourceFault(`the file can't be opened (${codeOf(error)})`);
  }
  try {
    const { mode, size } = fstatSync(handle);
    if ((mode & 0o170_000) !== 0o100_000) throw new SourceFault("is no file");
    // Windows has no such bits.
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new SourceFault("others than its owner may use the file: chmod 600 it");
    }
    if (size > textBytesMax) throw new SourceFault(`the file is larger than ${textBytesMax} bytes`);
    return readFileSync(handle, "utf8");
  } catch (error) {
    throw error instanceof SourceFault ? error : new SourceFault(`the file can't be read (${codeOf(error)})`);
  } finally {
    closeSync(handle);
  }
}

/** No shell: what the words are is said here and nowhere else. What the command says on standard error may be secret, and is dropped. */
function runKeyCommand(value: string, env: Environment): string {
  const [program, ...args] = wordsOf(value);
  const { error, status, signal, stdout } = spawnSync(program, args, {
    env: withoutDatabases(env),
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
    timeout: commandTimeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: textBytesMax,
    windowsHide: true,
  });
  const code = codeOf(error);
  if (code === "ETIMEDOUT")
    throw new SourceFault(`the command took longer than ${commandTimeoutMs / 1000} s`);
  if (code === "ENOBUFS") throw new SourceFault(`the command wrote more than ${textBytesMax} bytes`);
  if (error !== undefined) throw new SourceFault(`the command can't be run (${code})`);
  if (status !== 0) throw new SourceFault(`the command ended with ${signal ?? status}`);
  return stdout;
}

/** Words apart by white space, or a JSON array of them where a word has some itself. */
function wordsOf(value: string): [string, ...string[]] {
  const text = value.trim();
  const words = text.startsWith("[") ? jsonWords(text) : text.split(/\s+/);
  const [program, ...args] = words;
  if (program === undefined || program === "" || words.some((word) => word.includes("\0"))) throw noWords();
  return [program, ...args];
}

function jsonWords(text: string): string[] {
  try {
    const words: unknown = JSON.parse(text);
    if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words;
  } catch {}
  throw noWords();
}

function noWords(): SourceFault {
  return new SourceFault("must be a program and its arguments apart by spaces, or a JSON array of them");
}

/** A key service's client needs its own settings, and nothing that leads to our data. */
function withoutDatabases(env: Environment): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(DATABASE_|REDIS_URL$|ONEHAZEL_)/.test(name)),
  );
}

function codeOf(error: unknown): string {
  return (error as { code?: string } | undefined)?.code ?? "unknown";
}
