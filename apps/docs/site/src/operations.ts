// Which operation or tag a page is about. The facts are made by scripts/reference.mjs from the spec.
import reference from "./generated/reference.json";

export type Operation = Omit<(typeof reference.operations)[number], "fields" | "body"> & {
  readonly body?: string;
  readonly fields: readonly Field[];
};

export interface Field {
  readonly name: string;
  readonly place: string;
  readonly required: boolean;
  readonly example: string;
  readonly words?: readonly string[];
}

export function operationOf(page: string): Operation | undefined {
  return (reference.operations as readonly Operation[]).find((operation) => operation.page === page);
}

export function tagOf(page: string) {
  return reference.tags.find(({ id }) => id === page);
}
