import { type Reading, Sampler } from "./ceiling/measure.js";
import { externalIdOf, worksOf } from "./ceiling/works.js";
import { startDriver } from "./harness/driver.js";
import { padded, type Shape } from "./harness/load/plan.js";
import type { Bound, Findings } from "./harness/report.js";
import { ratios, summarise } from "./harness/stats.js";
import { count, share, spreadOf } from "./harness/text.js";
import { inHall } from "./scale/hall.js";
import { type Amounts, eventsEach, keyOf, subjectsOf } from "./scale/load.js";

interface Size extends Amounts {
  readonly what: string;
  /** The number of a request names its operator, too. */
  readonly byOperator?: true;
}

const small: Size = { what: "1,000 entities", operators: 1, entities: 1_000, events: 0 };
const sizes: readonly Size[] = [
  small,
  { what: "100,000 entities", operators: 1, entities: 100_000, events: 0 },
  { what: "1,000,000 entities", operators: 1, entities: 1_000_000, events: 0 },
  { what: "1,000 operators", operators: 1_000, entities: 100_000, events: 0, byOperator: true },
];
const withEvents: readonly Size[] = [
  { what: "100,000 entities, 100,000 events", operators: 1, entities: 100_000, events: 100_000 },
  { what: "100,000 entities, 10,000,000 events", operators: 1, entities: 100_000, events: 10_000_000 },
];

const texts = {
  upsertNew: "upsert, new",
  upsert: "upsert, update",
  read: "read",
  event: "event",
  eventList: "list of 50 events of an entity",
  list: "list of 50 entities",
} as const;

const callers = 10;
const rounds = 9;
const sliceMs = 300;
const ratioMax = 1.2;

/** What a request costs where there is little, and where there is much. */
export const scale = () =>
  measure("scale", "What a request costs with a thousand entities and with a million", sizes, [
    "upsertNew",
    "upsert",
    "read",
    "event",
    "list",
  ]);

/** The same with ten million events. Loading them takes minutes, so it runs only when it is asked for. */
export const scaleEvents = () =>
  measure("scale-events", "What a request costs with ten million events", withEvents, [
    "upsert",
    "read",
    "event",
    "eventList",
  ]);

type Name = keyof typeof texts;

async function measure(
  name: string,
  title: string,
  sizes: readonly Size[],
  names: readonly Name[],
): Promise<Findings> {
  return inHall(sizes, async ({ places, postgresCpu, postgresVersion }) => {
    const driver = startDriver();
    const readings = sizes.map(() => Object.fromEntries(names.map((name) => [name, [] as Reading[]])));
    try {
      const samplers = sizes.map((size) => {
        const ofAnybody = new Sampler(driver, size.byOperator ? size.operators : size.entities);
        const ofThoseWithEvents = new Sampler(driver, subjectsOf(size));
        return (work: Name) => (work === "eventList" ? ofThoseWithEvents : ofAnybody);
      });
      for (let run = -2; run < rounds; run += 1) {
        for (const work of names) {
          for (const [index, size] of sizes.entries()) {
            const { server, cpu } = places[index]!;
            const target = { port: server.port, server: cpu, postgres: postgresCpu };
            const reading = await samplers[index]!(work).take(
              work,
              target,
              askOf(work, size),
              callers,
              sliceMs,
            );
            if (run >= 0) readings[index]![work]!.push(reading);
          }
        }
      }
      return findings(name, title, sizes, names, readings, postgresVersion);
    } finally {
      driver.stop();
    }
  });
}

/** The works of the ceiling, under keys that the loader has made. */
function askOf(name: Name, { byOperator }: Size): { shape: Shape; isNew?: true } {
  // A new thing has a number that is no operator's.
  const isNew = name === "upsertNew" && !byOperator;
  const works = worksOf(keyOf(byOperator ? "{n}" : padded(1)));
  if (name === "eventList") {
    const read = works.find((work) => work.name === "read")!.ours;
    return { shape: { ...read, path: `/operator-data-api/entities/${externalIdOf("{n}")}/events` } };
  }
  const { ours } = works.find((work) => work.name === name)!;
  if (name === "upsertNew" && byOperator) {
    const body = ours.body?.replace("{n}", "{serial}") as string;
    // One in a thousand is there already.
    return { shape: { ...ours, body, status: [200, 201] } };
  }
  return { shape: ours, ...(isNew ? { isNew } : {}) };
}

const costOf = ({ serverMs, postgresMs }: Reading) => serverMs + postgresMs;

function findings(
  name: string,
  title: string,
  sizes: readonly Size[],
  names: readonly Name[],
  readings: readonly Record<string, Reading[]>[],
  postgresVersion: string,
): Findings {
  const costs = (index: number, work: Name) => readings[index]![work]!.map(costOf);
  const ratiosOf = (index: number, work: Name) => ratios(costs(index, work), costs(0, work));
  const micros = (milliseconds: number) => count(milliseconds * 1_000);
  const first = sizes[0] as Size;
  const bounds = names.flatMap((work): Bound[] =>
    sizes.flatMap(({ what, byOperator }, index) =>
      index === 0 || byOperator
        ? []
        : [
            {
              what: `${texts[work]}: CPU, ${what}, in that at ${first.what}`,
              value: summarise(ratiosOf(index, work)).median,
              max: ratioMax,
            },
          ],
    ),
  );
  return {
    name,
    title,
    method:
      `${callers} callers, one server each on databases of one PostgreSQL, measured by turns in ${rounds} rounds after two to warm up. ` +
      "CPU of the server and of all of PostgreSQL, microseconds a request: medians with the least and the most; ratios are medians of each round's. " +
      "Rows are loaded by SQL, as wide as sealed ones; requests are about any of them, at random. Of the thousand operators each request has another. " +
      `Events are ${eventsEach} each of as many entities as that takes, over 360 days; lists of events are of those.`,
    versions: { Node: process.versions.node, PostgreSQL: postgresVersion },
    tables: [
      {
        columns: ["CPU a request, µs", ...sizes.map(({ what }) => what)],
        rows: names.map((work) => [
          texts[work],
          ...sizes.map((_, index) => spreadOf(costs(index, work), micros)),
        ]),
      },
      {
        columns: [`in that at ${first.what}`, ...sizes.slice(1).map(({ what }) => what)],
        rows: names.map((work) => [
          texts[work],
          ...sizes.slice(1).map((_, index) => spreadOf(ratiosOf(index + 1, work), share)),
        ]),
      },
      {
        columns: ["requests a second", ...sizes.map(({ what }) => what)],
        rows: names.map((work) => [
          texts[work],
          ...sizes.map((_, index) =>
            spreadOf(
              readings[index]![work]!.map(({ perSecond }) => perSecond),
              count,
            ),
          ),
        ]),
      },
    ],
    bounds,
    chart: {
      title: "CPU a request, microseconds",
      groups: names.map((work) => ({
        label: texts[work],
        bars: sizes.map(({ what }, index) => ({
          series: what,
          value: summarise(costs(index, work)).median * 1_000,
        })),
      })),
    },
    readings: sizes.map(({ what }, index) => ({
      what,
      works: Object.fromEntries(
        names.map((work) => [work, readings[index]![work]!.map(({ latenciesMs: _, ...rest }) => rest)]),
      ),
    })),
  };
}
