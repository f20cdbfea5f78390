/** A part of an OpenAPI document of which nothing is known yet: a released one may be older than our types. */
export type Part = { readonly [name: string]: unknown };

/** Something that a program which works with the released API may trip over. */
export interface BreakingChange {
  readonly where: string;
  readonly what: string;
}

/** What `value` stands for in its document; what stands beside a reference is laid over it. */
export function resolve(document: Part, value: unknown): Part {
  const { $ref, ...beside } = part(value);
  if (typeof $ref !== "string") return part(value);
  let found: unknown = document;
  for (const name of $ref.slice(2).split("/"))
    found = part(found)[name.replaceAll("~1", "/").replaceAll("~0", "~")];
  return { ...resolve(document, found), ...beside };
}

export function part(value: unknown): Part {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Part) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function names(value: unknown): string[] {
  return Object.keys(part(value));
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
