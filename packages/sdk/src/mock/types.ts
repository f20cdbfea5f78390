import type { OperationId } from "../operations.js";

/** What the specification shows of one operation. */
export interface Recording {
  readonly method: string;
  /** The path's template. */
  readonly path: string;
  readonly status: number;
  readonly type: string;
  /** How its errors look. */
  readonly shape: "object" | "sentence";
  /** The statuses of the errors that it declares. */
  readonly statuses: readonly number[];
  /** The body of its success; of NDJSON the lines. */
  readonly body: unknown;
}

/** A call that the mock answered. */
export interface MockCall {
  readonly operationId: OperationId;
  /** The parameters in the path, for example `externalId`. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Headers;
  /** The body, read as JSON. */
  readonly body: unknown;
}
