import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open, type Stage, setStage } from "./browser.js";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.stop());

const operation = "reference/operations/upsertentity.html";

describe.each(["docs", "fileHost"] as const)("served by %s", (host) => {
  it("the search finds, without a server of its own, and leads there", async () => {
    const context = await stage.browser.newContext();
    const { page, faults } = await open(context, `${stage[host]}/guides/templates.html`);
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Search" }).fill("retention policy");
    const result = page.locator(".pagefind-ui__result-link").first();
    await result.waitFor();
    await result.click();
    await page.waitForURL(/erasure-and-retention|settings/);
    expect(faults).toEqual([]);
    await context.close();
  });

  it("a sample is copied whole, and the choice of SDK or curl is kept", async () => {
    const context = await stage.browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page, faults } = await open(context, `${stage[host]}/${operation}`);
    await page.getByRole("tab", { name: "SDK" }).click();
    const panel = page.getByRole("tabpanel").filter({ hasText: "client.entities.upsert" });
    await panel.hover();
    await panel.getByRole("button", { name: /copy/i }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain('import { OneHazel } from "@onehazel/sdk";\n\nconst client');
    await page.goto(`${stage[host]}/reference/operations/getentity.html`);
    expect(await page.getByRole("tab", { name: "SDK" }).getAttribute("aria-selected")).toBe("true");
    expect(faults).toEqual([]);
    await context.close();
  });

  it("a request that is tried gets a real answer, and the key stays in the tab", async () => {
    const { key } = await stage.server.newOperator();
    const context = await stage.browser.newContext();
    const { page } = await open(context, `${stage[host]}/${operation}`);
    const server = page.getByRole("textbox", { name: "Server", exact: true });
    if (host === "docs") expect(await server.inputValue()).toBe(stage.server.baseUrl);
    else await server.fill(stage.server.baseUrl);
    await page.getByLabel("Operator key").fill(key);
    await page.getByRole("button", { name: "Send POST" }).click();
    await page.locator("output", { hasText: /^201 / }).waitFor();
    expect(await page.getByRole("region", { name: "Reply" }).textContent()).toContain('"action": "created"');
    await page.goto(`${stage[host]}/reference/operations/getentity.html`);
    expect(await page.getByLabel("Operator key").inputValue()).toBe(key);
    await page.getByRole("button", { name: "Send GET" }).click();
    await page.locator("output", { hasText: /^200 / }).waitFor();
    expect(await page.getByRole("region", { name: "Reply" }).textContent()).toContain("james@example.com");
    expect(await page.evaluate(() => Object.keys(localStorage).join())).not.toContain("onehazel:");
    await context.close();
  });
});

it("a request that reaches nobody says what to do", async () => {
  const context = await stage.browser.newContext();
  const { page } = await open(context, `${stage.docs}/${operation}`);
  await page.getByRole("textbox", { name: "Server", exact: true }).fill("http://localhost:9");
  await page.getByRole("button", { name: "Send POST" }).click();
  await page.getByText("No answer.").waitFor();
  expect(await page.getByRole("region", { name: "Reply" }).textContent()).toContain(
    "npx -y pnpm@10.34.9 start",
  );
  await context.close();
});

it("the theme that a reader chooses is kept", async () => {
  const context = await stage.browser.newContext({ colorScheme: "light" });
  const { page } = await open(context, `${stage.docs}/guides/errors.html`);
  await page.getByLabel("Select theme").first().selectOption("dark");
  await page.goto(`${stage.docs}/index.html`);
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
  await context.close();
});

it("the keyboard reaches the content, past the menus", async () => {
  const context = await stage.browser.newContext();
  const { page } = await open(context, `${stage.docs}/guides/errors.html`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(new URL(page.url()).hash).toBe("#_top");
  await context.close();
});

it("a page names its Markdown twin, and llms.txt every one", async () => {
  const twin = await (await fetch(`${stage.docs}/guides/idempotency.md`)).text();
  expect(twin).toMatch(/^# Idempotency\n/);
  expect(twin).toContain("```sh\ncurl -i -X POST");
  const list = await (await fetch(`${stage.docs}/llms.txt`)).text();
  const links = [...list.matchAll(/\]\(([^)]+\.md)\)/g)].map(([, path]) => path);
  expect(links.length).toBeGreaterThan(80);
  for (const link of links) expect((await fetch(`${stage.docs}/${link}`)).status).toBe(200);
});
