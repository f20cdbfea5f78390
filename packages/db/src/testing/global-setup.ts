export { testClusterSetup as setup } from "./setup.js";
