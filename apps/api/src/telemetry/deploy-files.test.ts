import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { collectProcessMetrics, registry } from "./metrics.js";

const read = (file: string) => readFile(new URL(`../../../../${file}`, import.meta.url), "utf8");

/** A histogram and a summary are read by these names. */
const suffix = /_(bucket|sum|count)$/;

it.each(["deploy/grafana/onehazel.json", "deploy/prometheus/alerts.yaml"])(
  "%s asks only for metrics that there are",
  async (file) => {
    if (registry.getSingleMetric("nodejs_eventloop_lag_p99_seconds") === undefined) collectProcessMetrics();
    const known = new Set(registry.getMetricsAsArray().map(({ name }) => name));
    const text = await read(file);
    const asked = [...text.matchAll(/\b(?:onehazel|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(0);
    for (const name of asked) expect(known, name).toContain(name.replace(suffix, ""));
  },
);

it("every alert names a chapter of the runbook that there is", async () => {
  const chapters = [...(await read("docs/runbook.md")).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(/\s/g, "-"),
  );
  const anchors = [...(await read("deploy/prometheus/alerts.yaml")).matchAll(/runbook\.md#(\S+)/g)];
  expect(anchors.length).toBeGreaterThan(0);
  for (const [, anchor] of anchors) expect(chapters).toContain(anchor);
});
