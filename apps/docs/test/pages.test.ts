import axe from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open, pages, type Stage, setStage } from "./browser.js";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage?.stop());

interface Shift {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null; readonly previousRect: DOMRectReadOnly }[];
}

/** Of a page; a hundredth of what anybody could see. Fractions of a pixel are rounded differently now and then. */
const shiftMin = 0.0001;

/** What moved under a reader while the page came up, and how far that counts. */
function layoutShift(page: Page): Promise<string[]> {
  return page.evaluate(
    (shiftMin) =>
      new Promise<string[]>((resolve) => {
        const moved: string[] = [];
        new PerformanceObserver((list) => {
          for (const { value, hadRecentInput, sources } of list.getEntries() as unknown as Shift[]) {
            const what = sources.map(({ node, previousRect: { x, y } }) => {
              const element =
                node instanceof Element ? node.outerHTML : (node?.textContent ?? "what is gone");
              return `${element.slice(0, 120)} at ${x},${y}`;
            });
            if (!hadRecentInput && value >= shiftMin) moved.push(`${value}: ${what.join(" | ")}`);
          }
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(moved), 150);
      }),
    shiftMin,
  );
}

async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  const found = await page.evaluate(async (only) => {
    const runner = (window as unknown as { axe: typeof axe }).axe;
    return (await runner.run(document, only ? { runOnly: { type: "rule", values: [...only] } } : {}))
      .violations;
  }, rules);
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 200))
        .join(" | ")}`,
  );
}

describe.concurrent("every page", () => {
  it.each(pages)(
    "%s opens without a fault, and is whole for eyes, keyboard and screen reader",
    async (file) => {
      const context = await stage.browser.newContext({
        colorScheme: "light",
        viewport: { width: 1280, height: 900 },
        bypassCSP: true,
      });
      try {
        const { page, faults } = await open(context, `${stage.docs}/${file}`);
        expect(await layoutShift(page)).toEqual([]);
        await page.addScriptTag({ content: axe.source });
        expect(await violations(page)).toEqual([]);
        await page.evaluate(() => document.documentElement.setAttribute("data-theme", "dark"));
        // Of what axe looks at, colours alone differ.
        expect(await violations(page, ["color-contrast", "link-in-text-block"])).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(wide, "pixels wider than a phone").toBeLessThanOrEqual(0);
        expect(faults).toEqual([]);
      } finally {
        await context.close();
      }
    },
  );
});
