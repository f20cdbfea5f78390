import { describe, expect, it } from "vitest";
import { misspeltSettings } from "./misspelt-settings.js";
import * as settings from "./settings.js";
import { ordinaryVariables } from "./testing/ordinary-variables.js";

const known = Object.keys({
  ...settings.common,
  ...settings.server,
  ...settings.commandLine,
  ...settings.worker,
});
const nearest = (name: string, value = "x") => misspeltSettings({ [name]: value }).map(({ near }) => near);

describe("a variable that resembles a setting", () => {
  it.each([
    ["DATABSE_URL", "DATABASE_URL"],
    ["DATABASE_ULR", "DATABASE_URL"],
    ["DATABASEURL", "DATABASE_URL"],
    ["database_url", "DATABASE_URL"],
    ["DATABASE_POOL", "DATABASE_POOL_MAX"],
    ["DATABASE_OWNR_URL", "DATABASE_OWNER_URL"],
    ["MASTER_KEY", "ONEHAZEL_MASTER_KEYS"],
    ["MASTER_KEYS", "ONEHAZEL_MASTER_KEYS"],
    ["MASTER_KEYS_FILE", "ONEHAZEL_MASTER_KEYS_FILE"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["CORS_ORIGIN", "CORS_ORIGINS"],
    ["TRUSTED_PROXY", "TRUSTED_PROXIES"],
    ["TRUST_PROXY", "TRUSTED_PROXIES"],
    ["JWT_SECERT", "JWT_SECRET"],
    ["REDIS_URI", "REDIS_URL"],
    ["STATEMENT_TIMEOUT", "STATEMENT_TIMEOUT_MS"],
    ["PROT", "PORT"],
    ["ONEHAZEL_MASTER_KEY", "ONEHAZEL_MASTER_KEYS"],
    ["ONEHAZEL_MASTERKEYS", "ONEHAZEL_MASTER_KEYS"],
    ["ONE_HAZEL_DATA_DIR", "ONEHAZEL_DATA_DIR"],
    ["ONEHAZLE_MASTER_KEYS", "ONEHAZEL_MASTER_KEYS"],
    ["ONEHAZEL_DATABASE_URL", "DATABASE_URL"],
    ["ONEHAZEL_LOG_LEVEL", "LOG_LEVEL"],
    ["ONEHAZEL_METRICS_PORT", "METRICS_PORT"],
    ["ONEHAZEL_SOMETHING_ELSE", undefined],
  ])("%s: %s was probably meant", (name, near) => {
    expect(nearest(name)).toEqual([near]);
  });

  it("is found for a typo in any setting of more than one word", () => {
    for (const setting of known.filter((name) => name.includes("_"))) {
      const swapped = setting.replace(/([A-Z])([A-Z])_/, "$2$1_");
      const doubled = setting.replace(/([A-Z])_/, "$1$1_");
      for (const slip of [swapped, doubled, setting.toLowerCase()]) {
        if (slip !== setting) expect([slip, nearest(slip)]).toEqual([slip, [setting]]);
      }
    }
  });
});

it("settings and ordinary variables of shells, CI, Node, npm and hosts are no misspellings", () => {
  expect(
    misspeltSettings(Object.fromEntries([...known, ...ordinaryVariables].map((name) => [name, "x"]))),
  ).toEqual([]);
  expect(nearest("ONEHAZEL_MASTER_KEY", "")).toEqual([]);
});

it.each([
  ["ONEHAZEL_SERVICE_HOST", "10.0.0.1"],
  ["ONEHAZEL_SERVICE_PORT", "8080"],
  ["ONEHAZEL_SERVICE_PORT_HTTP", "8080"],
  ["ONEHAZEL_PORT", "tcp://10.0.0.1:8080"],
  ["ONEHAZEL_PORT_8080_TCP", "tcp://10.0.0.1:8080"],
  ["ONEHAZEL_PORT_8080_TCP_ADDR", "10.0.0.1"],
  ["ONEHAZEL_PORT_8080_TCP_PROTO", "tcp"],
  ["ONEHAZEL_METRICS_SERVICE_HOST", "10.0.0.2"],
  ["ONEHAZEL_METRICS_PORT", "tcp://10.0.0.2:9090"],
  ["ONEHAZEL_METRICS_PORT_9090_TCP_PORT", "9090"],
])("what Kubernetes sets for a service is no misspelling: %s", (name, value) => {
  expect(nearest(name, value)).toEqual([]);
});
