import { type Command, InvalidArgumentError } from "commander";

/** The option that every command has. */
export interface JsonOption {
  readonly json?: true;
}

/** What a command leaves for whoever ran it. */
export interface Outcome {
  readonly exitCode: (code: number) => void;
}

/** Adds `--json`; `shape` shows what its line holds. */
export function withJson(command: Command, shape: string): Command {
  return command.option("--json", `one line of JSON on standard output: ${shape}`);
}

/** A parser for commander: an option that may be given again. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** A parser for commander: one of a few words. */
export function oneOf<Word extends string>(...words: readonly Word[]): (value: string) => Word {
  return (value) => {
    if ((words as readonly string[]).includes(value)) return value as Word;
    throw new InvalidArgumentError(`It takes ${words.join(" or ")}.`);
  };
}

/** A parser for commander: one character, `\t` for a tab. */
export function delimiter(value: string): string {
  const character = value === "\\t" ? "\t" : value;
  if ([...character].length === 1 && !/["\r\n]/.test(character)) return character;
  throw new InvalidArgumentError("It takes one character, \\t for a tab.");
}

const segmentRowsMin = 100;
const segmentRowsMax = 100_000;

/** A parser for commander: rows that are held at once. */
export function segmentRows(value: string): number {
  const rows = Number(value);
  if (/^\d{1,6}$/.test(value) && rows >= segmentRowsMin && rows <= segmentRowsMax) return rows;
  throw new InvalidArgumentError(`It takes a whole number from ${segmentRowsMin} to ${segmentRowsMax}.`);
}
