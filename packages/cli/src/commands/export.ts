import type { Entity, OneHazel } from "@onehazel/sdk";
import type { Command } from "commander";
import { connect } from "../client.js";
import { EntityCsv } from "../export/entity-csv.js";
import { openSink } from "../export/sink.js";
import { misuse } from "../failures.js";
import { showProgress } from "../import/progress.js";
import { chosenTemplate } from "../import/template.js";
import { printResult } from "../output.js";
import { whenAskedToStop } from "../stop.js";
import { type JsonOption, oneOf, withJson } from "./shared.js";

interface ExportOptions extends JsonOption {
  readonly type?: string;
  readonly format?: "csv" | "ndjson";
  readonly subject?: string;
  readonly updatedSince?: string;
  readonly output?: string;
}

const pageLimit = 200;

export function addEntitiesExport(parent: Command): void {
  withJson(
    parent
      .command("export")
      .summary("write out the entities, or everything about one subject")
      .description(
        "Writes the list of entities, newest first, personal fields sealed as they are stored. With --updated-since it writes what " +
          "changed since then, oldest change first, and of what was erased the id and when. With --subject it writes everything " +
          "about one subject in clear, as the law has it: the entity, its states, its events. That leaves an entry in the audit log.",
      )
      .option("--type <type>", "only entities of this type")
      .option("--format <format>", "ndjson by default", oneOf("csv", "ndjson"))
      .option("--updated-since <moment>", "only what changed at or after this moment (ISO 8601), as NDJSON")
      .option("--subject <id>", "everything about this externalId, as NDJSON")
      .option(
        "--output <file>",
        "a file, readable for you alone, that is there whole or not at all; standard output by default",
      ),
    "{lines, output}; needs --output",
  )
    .addHelpText(
      "after",
      "\nExample:\n  onehazel entities export --type player --format csv --output players.csv",
    )
    .action(exportEntities);
}

async function exportEntities(options: ExportOptions): Promise<void> {
  const { subject, format, type, updatedSince, output, json } = options;
  if (json && output === undefined) throw misuse("--json needs --output: standard output can't hold both");
  if (subject !== undefined && (format === "csv" || type !== undefined || updatedSince !== undefined)) {
    throw misuse(
      "--subject writes NDJSON of one subject: it takes neither --format csv nor --type nor --updated-since",
    );
  }
  if (updatedSince !== undefined && format === "csv")
    throw misuse("--updated-since writes erasures too, which have no columns: it takes no --format csv");
  const stop = whenAskedToStop();
  const { client } = await connect({ isBulk: true });
  const texts =
    subject === undefined ? listed(client, options, stop.asked) : aboutOne(client, subject, stop.asked);
  const first = await texts.next();
  const sink = await openSink(output);
  const progress = showProgress({ what: "lines written", bytesTotal: undefined });
  let lines = 0;
  try {
    progress.start({ rows: 0, failed: 0, bytes: 0 });
    for (let next = first; !next.done; next = await texts.next()) {
      await sink.write(next.value.text);
      lines += next.value.lines;
      progress.to({ rows: lines, failed: 0, bytes: 0 });
    }
    await sink.complete();
  } catch (error) {
    await sink.abandon();
    throw error;
  } finally {
    progress.end();
    stop.dispose();
  }
  if (json || output !== undefined) printResult({ lines, output: output ?? null }, json);
}

interface Piece {
  readonly text: string;
  readonly lines: number;
}

async function* listed(
  client: OneHazel,
  { type, format, updatedSince }: ExportOptions,
  signal: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  const csv = format === "csv" ? new EntityCsv(await chosenTemplate(client), type) : undefined;
  if (csv) yield { text: csv.header(), lines: 0 };
  const query = { limit: pageLimit, ...(type === undefined ? {} : { entityType: type }) };
  const list =
    updatedSince === undefined
      ? client.entities.list(query, { signal })
      : client.entities.list({ ...query, updatedSince }, { signal });
  for await (const { data } of list.pages()) {
    const rows = data.map((entity) => (csv ? csv.row(entity as Entity) : `${JSON.stringify(entity)}\n`));
    yield { text: rows.join(""), lines: rows.length };
  }
}

async function* aboutOne(
  client: OneHazel,
  subject: string,
  signal: AbortSignal,
): AsyncGenerator<Piece, void, undefined> {
  for await (const line of client.entities.export(subject, { signal })) {
    yield { text: `${JSON.stringify(line)}\n`, lines: 1 };
  }
}
