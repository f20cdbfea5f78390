import type { TestCluster } from "@onehazel/db/testing";
import type { TestApi } from "../harness.js";
import type { RedisProcess } from "../redis-process.js";
import type { Chance } from "./chance.js";
import type { Fleet } from "./fleet.js";

/** Everything that can be broken. */
export interface Stage {
  readonly api: TestApi;
  readonly cluster: TestCluster;
  readonly redis: RedisProcess;
  readonly fleet: Fleet;
  readonly chance: Chance;
}

export interface Fault {
  readonly name: string;
  /** Programs that write meanwhile: 16 unless said. */
  readonly actors?: number;
  /** Whether there is work for the worker meanwhile. */
  readonly busy?: boolean;
  /** Breaks something for about so long, then mends it, and tells when: a process that was killed is mended when it is started. */
  strike(stage: Stage, seconds: number, mended: () => void): Promise<void>;
}
