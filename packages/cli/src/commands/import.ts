import { createHash, randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { Command } from "commander";
import { connect } from "../client.js";
import { exitCode } from "../exit-codes.js";
import { Checkpoint, type Identity } from "../import/checkpoint.js";
import { dryRun } from "../import/dry-run.js";
import { runImport } from "../import/import.js";
import { type Format, openInput } from "../import/input.js";
import { usualColumns } from "../import/items.js";
import { entities, events, type Kind } from "../import/kinds.js";
import { type Mapping, parseMapping } from "../import/mapping.js";
import type { Needed, Row } from "../import/rows.js";
import { chosenTemplate, requireType } from "../import/template.js";
import { type AmbiguousTime, timeReader } from "../import/times.js";
import { UnknownFields } from "../import/unknown-fields.js";
import { printResult, say } from "../output.js";
import { whenAskedToStop } from "../stop.js";
import {
  delimiter,
  type JsonOption,
  type Outcome,
  oneOf,
  repeated,
  segmentRows,
  withJson,
} from "./shared.js";

interface ImportOptions extends JsonOption {
  readonly type?: string;
  readonly id?: string;
  readonly map?: readonly string[];
  readonly data?: string;
  readonly occurredAt?: string;
  readonly timeFormat?: string;
  readonly timezone?: string;
  readonly ambiguousTime?: AmbiguousTime;
  readonly recordAgain?: true;
  readonly format?: Format;
  readonly delimiter?: string;
  readonly dryRun?: true;
  readonly failed?: string;
  readonly checkpoint?: string | false;
  readonly checkpointEvery?: number;
}

export function addEntitiesImport(parent: Command, outcome: Outcome): void {
  addImport(parent, entities, outcome).addHelpText(
    "after",
    "\nExample:\n  onehazel entities import players.csv --type player --id ref --map Mail=email --map 'Age=age:number' --failed failed.csv",
  );
}

export function addEventsImport(parent: Command, outcome: Outcome): void {
  addImport(parent, events, outcome)
    .option("--occurred-at <column>", "the column of the time; occurredAt or occurred_at by default")
    .option(
      "--time-format <format>",
      "iso (the default), unix (seconds), unix-ms, or a pattern such as 'dd/MM/yyyy HH:mm:ss'",
    )
    .option("--timezone <zone>", "the IANA zone of times without one, such as Europe/London or UTC")
    .option(
      "--ambiguous-time <which>",
      "earlier or later, for times that clocks showed twice when they were put back; without it such rows fail",
      oneOf("earlier", "later"),
    )
    .option("--record-again", "record all events, even if the same file was imported in the last 24 hours")
    .addHelpText(
      "after",
      "\nExamples:\n  onehazel events import deposits.csv --type transaction --id player --map 'amount=amount:number' --occurred-at time" +
        "\n  onehazel events import visits.csv --type session --occurred-at at --time-format 'dd/MM/yyyy HH:mm' --timezone Europe/Berlin",
    );
}

function addImport<Item extends object>(parent: Command, kind: Kind<Item>, outcome: Outcome): Command {
  const type = kind.name === "entities" ? "entityType or entity_type" : "eventType or event_type";
  return withJson(
    parent
      .command("import")
      .summary(`store ${kind.name} from a CSV or NDJSON file`)
      .description(
        "Reads rows of any number in constant memory and stores them in batches. After each part it writes a checkpoint; run again, " +
          "it goes on from there and stores nothing twice. Rows that are refused are reported, the others stored.",
      )
      .argument("<file>", "UTF-8; - for standard input")
      .option("--type <type>", `the type of every row; without it the column ${type} says it`)
      .option("--id <column>", "the column of the externalId; externalId or external_id by default")
      .option(
        "--map <column=field>",
        "another name, as a number: column=field:number (or boolean, json); column= leaves it out",
        repeated,
      )
      .option("--data <column>", "a column that holds the whole data as JSON")
      .option("--format <format>", "csv or ndjson; by the file's name by default", oneOf("csv", "ndjson"))
      .option("--delimiter <character>", "of the CSV; a comma by default", delimiter)
      .option("--dry-run", "hold every row against the template and store nothing")
      .option("--failed <file>", "a new file for the rows that failed, with the reasons")
      .option("--checkpoint <file>", "FILE.checkpoint by default; needed to go on with standard input")
      .option(
        "--checkpoint-every <rows>",
        `rows between two of them; ${kind.bounds.rowsMax} by default`,
        segmentRows,
      )
      .option("--no-checkpoint", "keep none; run again it begins from the start"),
    "{rows, succeeded, failed, recordedBefore, resumedAfter, seconds, rowsPerSecond, unknownFields}, or with --dry-run {rows, valid, failed, unknownFields}",
  ).action((file: string, options: ImportOptions) => start(kind, file, options, outcome));
}

async function start<Item extends object>(
  kind: Kind<Item>,
  file: string,
  options: ImportOptions,
  outcome: Outcome,
): Promise<void> {
  const stop = whenAskedToStop();
  const { timeFormat, timezone, ambiguousTime } = options;
  const itemOptions = {
    mapping: parseMapping(options.map ?? []),
    id: options.id,
    type: options.type,
    data: options.data,
    occurredAt: options.occurredAt,
    readTime: timeReader({ format: timeFormat, timezone, ambiguous: ambiguousTime }),
  };
  const { client, baseUrl } = await connect({ isBulk: true });
  const { format, delimiter } = options;
  const input = await openInput(
    file,
    { format, delimiter, needed: neededColumns(kind, options, itemOptions.mapping) },
    stop.asked,
  );
  try {
    const template = await chosenTemplate(client);
    if (options.type !== undefined) requireType(template, kind.types, options.type);
    const unknown = new UnknownFields(template, kind.types, itemOptions.mapping);
    const prepare = (row: Row) => {
      const prepared = kind.prepare(row, itemOptions);
      if (prepared.fault === undefined) unknown.see(prepared.type, prepared.fields);
      return prepared;
    };
    const shared = { input, stop, failedPath: options.failed, prepare };
    if (options.dryRun) {
      const result = await dryRun({ ...shared, kind: kind.types, partsOf: kind.partsOf, template });
      return end(result, unknown, options, outcome);
    }
    const bounds = { ...kind.bounds, rowsMax: options.checkpointEvery ?? kind.bounds.rowsMax };
    const { operatorId } = await client.apiKeys.current();
    const identity: Identity = {
      command: `${kind.name} import`,
      operator: operatorId,
      server: baseUrl,
      input: input.path === undefined ? "-" : resolve(input.path),
      options: fingerprint({
        ...itemOptions,
        mapping: options.map ?? [],
        format: input.format,
        by: options.delimiter,
        rowsMax: bounds.rowsMax,
        times: [timeFormat, timezone, ambiguousTime],
      }),
    };
    const checkpoint = await Checkpoint.open(
      checkpointPath(file, options),
      identity,
      importIdOf(kind.name, identity, options),
    );
    try {
      warnOfAge(kind.name, checkpoint);
      const load = kind.load(client);
      const result = await runImport({ ...shared, load, checkpoint, bounds, what: kind.name });
      return end(result, unknown, options, outcome);
    } finally {
      await checkpoint.forgetUnlessBegun();
    }
  } finally {
    stop.dispose();
  }
}

/** What a row can't do without: a file that lacks it is refused before anything is sent. */
function neededColumns(
  { typeColumns }: Pick<Kind<object>, "typeColumns">,
  { id, type, data, occurredAt }: ImportOptions,
  mapping: Mapping,
): Needed[] {
  const named = [...mapping.keys(), data, occurredAt].filter((name) => name !== undefined);
  return [
    id === undefined
      ? { columns: usualColumns.id, option: "--id", isVital: true }
      : { columns: [id], isVital: true },
    ...(type === undefined ? [{ columns: typeColumns, option: "--type", isVital: true }] : []),
    ...named.map((name) => ({ columns: [name] })),
  ];
}

function end(
  result: { readonly failed: number; readonly rows: number; readonly recordedBefore?: number },
  unknown: UnknownFields,
  { failed, json }: ImportOptions,
  { exitCode: set }: Outcome,
): void {
  if (result.failed > 0) set(exitCode.partial);
  const { recordedBefore = 0 } = result;
  if (recordedBefore > 0) {
    say(
      `${recordedBefore} events were recorded by an import of the same rows in the last 24 hours, and not again. ` +
        "If they are new ones: --record-again",
    );
  }
  printResult(
    {
      ...result,
      ...(failed !== undefined && result.failed > 0 ? { failedFile: failed } : {}),
      // Told in words already.
      ...(json ? { unknownFields: unknown.byType() } : {}),
    },
    json,
  );
}

function checkpointPath(file: string, { checkpoint }: ImportOptions): string | undefined {
  if (checkpoint === false) return undefined;
  return checkpoint ?? (file === "-" ? undefined : `${file}.checkpoint`);
}

/**
 * What every Idempotency-Key begins with. Events are recorded once for the same rows, options and operator, whatever the file is called.
 * Entities are written each time: they may have changed since.
 */
function importIdOf(
  name: Kind<object>["name"],
  { input: _, ...identity }: Identity,
  { recordAgain }: ImportOptions,
): string {
  return name === "events" && !recordAgain ? fingerprint(identity) : randomUUID();
}

function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

const replyKeptHours = 24;

function warnOfAge(name: Kind<object>["name"], { from, writtenAt }: Checkpoint): void {
  if (writtenAt === undefined) return;
  say(`Going on after row ${from.rows}`);
  const hours = (Date.now() - writtenAt.getTime()) / 3_600_000;
  if (name === "events" && hours >= replyKeptHours) {
    say(
      `The checkpoint is older than ${replyKeptHours} hours: what was on its way when it stopped may be recorded twice`,
    );
  }
}
