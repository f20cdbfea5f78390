import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open, pages, type Stage, setStage } from "./browser.js";

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
    // Until its program has come, nobody hears the keys, and the button says so.
    await page.locator("button[data-open-modal]:enabled").waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("textbox", { name: "Search" }).fill("retention policy");
    const result = page.locator(".pagefind-ui__result-link").first();
    await result.waitFor();
    await result.click();
    await page.waitForURL(/erasure-and-retention|settings/);
    expect(faults).toEqual([]);
    await context.close();
  });

  it("an address without a page shows one that leads back", async () => {
    const context = await stage.browser.newContext();
    for (const address of ["gone.html", "guides/gone.html", "reference/operations/gone.html"]) {
      const { page } = await open(context, `${stage[host]}/${address}`);
      await page.getByRole("heading", { name: "There is no page at this address" }).waitFor();
      await page.getByRole("link", { name: "API reference" }).click();
      await page.waitForURL(`${stage[host]}/reference.html`);
    }
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
    await server.fill("http://localhost:9");
    await page.keyboard.press("Tab");
    expect(await page.getByLabel("Operator key").inputValue(), "the key of another server").toBe("");
    await context.close();
  });
});

it("a request that takes something away is sent when that is meant", async () => {
  const { key } = await stage.server.newOperator();
  const context = await stage.browser.newContext();
  const { page } = await open(context, `${stage.docs}/reference/operations/eraseentity.html`);
  await page.getByLabel("Operator key").fill(key);
  const asked: string[] = [];
  page.once("dialog", (dialog) => {
    asked.push(dialog.message());
    void dialog.dismiss();
  });
  await page.getByRole("button", { name: "Send DELETE" }).click();
  await page.locator("output", { hasText: "Not sent." }).waitFor();
  expect(asked[0]).toContain(`DELETE ${stage.server.baseUrl}/operator-data-api/entities/`);
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: "Send DELETE" }).click();
  await page.locator("output", { hasText: /^404 / }).waitFor();
  await context.close();
});

it("a guide is the first that the search finds for its title", async () => {
  const context = await stage.browser.newContext();
  const { page } = await open(context, `${stage.fileHost}/index.html`);
  const guides = pages.filter((file) => /^(guides|running|packages|errors)\//.test(file));
  // As text: what compiles this file has an `import()` of its own.
  const found: { file: string; title: string; best: string }[] = await page.evaluate(`(async (files) => {
    const index = await import(new URL("pagefind/pagefind.js", location.href).href);
    const first = async (file) => {
      const page = new DOMParser().parseFromString(await (await fetch(file)).text(), "text/html");
      const title = page.querySelector("h1").textContent;
      const [best] = (await index.search(title)).results;
      return { file, title, best: (await best.data()).raw_url };
    };
    return Promise.all(files.map(first));
  })(${JSON.stringify(guides)})`);
  expect(found.filter(({ file, best }) => best !== `/${file}`)).toEqual([]);
  await context.close();
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
