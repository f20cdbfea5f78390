export { testClusterSetup as setup } from "@onehazel/db/testing";
