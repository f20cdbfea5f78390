import type { Command, Seen } from "../../src/testing/reply.js";

// The fault servers stay in a process of Node, and the tests that say what they do run elsewhere: this goes between the two.

/** From the servers to the tests, a line each. */
export type Event =
  | { readonly server: number; readonly exchange: number; readonly request: Seen }
  | { readonly exchange: number; readonly closed: true };

/** From the tests to the servers, in order. */
export interface Order {
  readonly exchange: number;
  readonly command: WireCommand;
}

/** A command whose bytes are base64. */
export type WireCommand = Exclude<Command, { chunk: unknown }> | WireChunk;
interface WireChunk {
  readonly do: "write" | "end";
  readonly chunk: string;
  readonly isBase64: boolean;
}

/** What came of one run. */
export interface Report {
  readonly runtime: string;
  /** How many tests of each file passed. */
  readonly files: Readonly<Record<string, number>>;
  readonly failed: readonly { readonly name: string; readonly why: string }[];
  readonly durationMs: number;
}
