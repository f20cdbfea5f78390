import { describe, expect, it } from "vitest";
import { faultsOf, faultsOfRunners, isCommand } from "../scripts/blocks/check.mjs";

const fenced = (info: string, code: string, before = "") =>
  `Words.\n\n${`\`\`\`${info}\n${code}\n\`\`\`\n`.replaceAll(/^(?=.)/gm, before)}`;

describe("a block of a published page", () => {
  it.each([
    ["an empty one that a file fills", fenced("ts file=hero.ts#sample", "")],
    ["one of a README whose blocks run", fenced("sh file=README.md", "npx -y pnpm@10.34.9 start")],
    ["a drawing", fenced("text", "key ──▶ record")],
  ])("passes: %s", (_what, text) => {
    expect(faultsOf(text, "docs/page.md")).toEqual([]);
  });

  it.each([
    ["of no file", fenced("sh", "curl http://localhost:8080/livez"), "is of no file"],
    ["configuration of no file", fenced("yaml", "services: {}"), "is of no file"],
    ["without a language", fenced("", "key ──▶ record"), "is of no file"],
    ["a command that is called text", fenced("text", "npm install something"), "is a command"],
    ["other than its file", fenced("sh file=self-hosting.sh#probes", "curl elsewhere"), "is not what"],
    ["of a region that is not there", fenced("sh file=self-hosting.sh#nothing", ""), "has no region"],
    [
      "of a README, but no block of it",
      fenced("sh file=README.md", "npx -y pnpm@10.34.9 stop"),
      "is no block",
    ],
    ["in a list", fenced("sh file=self-hosting.sh#probes", "", "  "), "stands in a list"],
    ["fenced by tildes", "~~~sh\nrm -rf .\n~~~\n", "is of no file"],
  ])("is refused: %s", (_what, text, why) => {
    expect(faultsOf(text, "docs/page.md").join()).toContain(why);
  });

  it("stands by itself where its page is run as it is, in the languages that are run", () => {
    const page = "packages/sdk/README.md";
    expect(faultsOf(fenced("ts", "await client.entities.list();"), page)).toEqual([]);
    expect(faultsOf(fenced("sql", "select 1"), page).join()).toContain("is of no file");
  });

  it("is told from what is printed by its first word", () => {
    expect(["onehazel whoami", "$ docker ps", "pg_dump onehazel"].filter((text) => !isCommand(text))).toEqual(
      [],
    );
    expect(["created ent_0123", "a ── b"].filter(isCommand)).toEqual([]);
  });
});

it("every folder of snippets has a runner, which the gate calls", () => {
  expect(faultsOfRunners()).toEqual([]);
});
