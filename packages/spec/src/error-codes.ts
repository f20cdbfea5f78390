import { document, type ErrorCode } from "./document.js";

/** What the document says of a code: its status, what it means, and what to do about it; both sentences. */
export interface ErrorCodeEntry {
  readonly status: number;
  readonly means: string;
  readonly do: string;
}

/** The document's table of codes. */
export const errorCodes = document.components.schemas.ErrorCode?.["x-codes"] as Readonly<
  Record<ErrorCode, ErrorCodeEntry>
>;
