export { startTestCluster, type TestCluster, type TestClusterOptions } from "./cluster.js";
export { cloneDatabase, createEmptyDatabase, type TestDatabase } from "./databases.js";
export { type ProcessOptions, type RunningProcess, startNode, urlOf } from "./process.js";
export { testClusterSetup, useOwnCluster } from "./setup.js";
