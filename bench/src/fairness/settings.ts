/** How long each attack lasts, in seconds. */
export const attackSeconds = Number(process.env.FAIRNESS_SECONDS ?? 4);

/** The attacks or faults that are asked for; undefined: all. */
export const only = process.env.FAIRNESS_ONLY?.split(",");

/** Runs `work` while test clusters take PostgreSQL's programs from this folder. */
export async function withPrograms<T>(bin: string, work: () => Promise<T>): Promise<T> {
  process.env.TEST_POSTGRES_BIN = bin;
  try {
    return await work();
  } finally {
    delete process.env.TEST_POSTGRES_BIN;
  }
}
