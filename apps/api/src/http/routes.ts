import { type Operation, operations } from "@onehazel/spec";
import { ApiError } from "./errors.js";

/** The second name of every operation: the same declaration under another prefix. */
const alias = "/functions/v1";

interface Node {
  readonly literals: Map<string, Node>;
  parameter: { readonly name: string; readonly node: Node } | undefined;
  readonly byMethod: Map<string, Operation>;
}

/** What a request is for: the operation, and its path parameters as sent, not yet decoded. */
export interface Route {
  readonly operation: Operation;
  readonly rawParams: Readonly<Record<string, string>>;
}

const root = buildTree();

/** What stands before the query, without scheme and host where a client sends them. */
export function pathOf(url: string): string {
  const end = url.indexOf("?");
  const path = end < 0 ? url : url.slice(0, end);
  return path.startsWith("/") ? path : path.replace(/^https?:\/\/[^/]*/i, "");
}

/**
 * Finds the operation by walking the path's segments: the cost depends on the path's length alone. Case counts, a trailing
 * slash is another path. HEAD follows GET. Throws `NOT_FOUND`, or `METHOD_NOT_ALLOWED` with `Allow`.
 */
export function findRoute(method: string, path: string): Route {
  const plain = path.startsWith(`${alias}/`) ? path.slice(alias.length) : path;
  const rawParams: Record<string, string> = {};
  let node: Node | undefined = plain.startsWith("/") ? root : undefined;
  for (const segment of node === undefined ? [] : plain.slice(1).split("/")) {
    const literal: Node | undefined = node?.literals.get(segment);
    if (literal === undefined && node?.parameter !== undefined && segment !== "") {
      rawParams[node.parameter.name] = segment;
      node = node.parameter.node;
    } else {
      node = literal;
    }
    if (node === undefined) break;
  }
  if (node === undefined || node.byMethod.size === 0) throw new ApiError("NOT_FOUND", "Not found");
  const operation = node.byMethod.get(method === "HEAD" ? "GET" : method);
  if (operation === undefined) {
    throw new ApiError("METHOD_NOT_ALLOWED", "Method not allowed", { headers: { Allow: allowOf(node) } });
  }
  return { operation, rawParams };
}

/** The operation whose errors a path shares, whatever the method; undefined where there is none. */
export function neighbourOf(path: string): Operation | undefined {
  const plain = path.startsWith(`${alias}/`) ? path.slice(alias.length) : path;
  return operations.find((operation) => operation.path === plain);
}

function allowOf(node: Node): string {
  const methods = [...node.byMethod.keys()];
  return (methods.includes("GET") ? [...methods, "HEAD"] : methods).sort().join(", ");
}

function buildTree(): Node {
  const top = emptyNode();
  for (const operation of operations) {
    let node = top;
    for (const segment of operation.path.slice(1).split("/")) {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      if (name !== undefined) {
        node.parameter ??= { name, node: emptyNode() };
        node = node.parameter.node;
      } else {
        const next: Node = node.literals.get(segment) ?? emptyNode();
        node.literals.set(segment, next);
        node = next;
      }
    }
    node.byMethod.set(operation.method, operation);
  }
  return top;
}

function emptyNode(): Node {
  return { literals: new Map(), parameter: undefined, byMethod: new Map() };
}
