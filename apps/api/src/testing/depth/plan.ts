import type { Row, Run, Statement } from "./statements.js";

/** A node of a plan that was carried out, as `explain (analyze, buffers, format json)` tells it. */
interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

/** What a statement did. */
export interface Work {
  readonly nodes: ReadonlySet<string>;
  /** Rows that were fetched from tables, those included that a filter then threw away. */
  readonly rowsFetched: number;
  /** Blocks that were looked at: the work, by no clock. */
  readonly blocks: number;
  /** The tree, for people. */
  readonly tree: string;
}

/** Carries a statement out and tells what that took. */
export async function workOf(run: Run, { text, values }: Statement): Promise<Work> {
  const [row] = await run({ text: `explain (analyze, buffers, format json) ${text}`, values });
  const [{ Plan: root }] = (row as Row)["QUERY PLAN"] as [{ Plan: PlanNode }];
  const all = [...walk(root)].filter(({ node }) => node["Actual Loops"] > 0);
  const scans = all.filter(({ node }) => /Scan$/.test(node["Node Type"]) && node.Plans === undefined);
  return {
    nodes: new Set([...walk(root)].map(({ node }) => node["Node Type"])),
    rowsFetched: scans.reduce((sum, { node }) => sum + fetched(node), 0),
    blocks: root["Shared Hit Blocks"] + root["Shared Read Blocks"],
    tree: all.map(({ node, depth }) => `${"  ".repeat(depth)}${describe(node)}`).join("\n"),
  };
}

function* walk(node: PlanNode, depth = 0): Generator<{ node: PlanNode; depth: number }> {
  yield { node, depth };
  for (const child of node.Plans ?? []) yield* walk(child, depth + 1);
}

/** Rows are told as the mean of all loops. */
function fetched(node: PlanNode): number {
  return (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"];
}

function describe(node: PlanNode): string {
  const index = (node as { "Index Name"?: string })["Index Name"] ?? "";
  return `${node["Node Type"]} ${index} rows=${fetched(node)} blocks=${node["Shared Hit Blocks"] + node["Shared Read Blocks"]}`;
}
