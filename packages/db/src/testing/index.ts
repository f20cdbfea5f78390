export { startTestCluster, type TestCluster } from "./cluster.js";
export { cloneDatabase, createEmptyDatabase, type TestDatabase } from "./databases.js";
export { testClusterSetup } from "./setup.js";
