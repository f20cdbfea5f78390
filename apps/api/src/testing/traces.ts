import type { TestApi } from "./harness.js";

/** Every row of every table, as text: arrays, JSON and bytes (in hex) included. */
export async function databaseText(api: Pick<TestApi, "sql">): Promise<string> {
  const tables = await api.sql<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm')
       and n.nspname not in ('pg_catalog', 'information_schema')`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const rows = await api.sql<{ row: string }>(`select t::text as row from ${name} t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join("\n");
}

/** Which of the markers (8 characters at least) a text holds: as they are, in hex, or in base64 at any offset. */
export function tracesOf(markers: readonly string[], text: string): string[] {
  const lower = text.toLowerCase();
  return markers.filter(
    (marker) =>
      lower.includes(marker.toLowerCase()) ||
      lower.includes(Buffer.from(marker).toString("hex")) ||
      base64Forms(marker).some((form) => text.includes(form)),
  );
}

/** Without the characters at either end that depend on what stands beside the marker. */
function base64Forms(marker: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.from("~".repeat(offset) + marker);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
    const start = offset === 0 ? 0 : 4;
    return [whole.toString("base64").slice(start), whole.toString("base64url").slice(start)];
  });
}
