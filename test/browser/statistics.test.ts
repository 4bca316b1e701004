/** The page of statistics, on what the service itself has counted: redirects that a client got. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { startField, toldRedirects, type VisitedField } from "./field.ts";
import { visit } from "./visit.ts";

let field: VisitedField;
let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
  field = await startField();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await field?.stop();
});

test("redirects are told in plots and tables, also on a phone without script", async () => {
  const look = { theme: "light", width: 360, script: false } as const;
  const { page, context } = await visit(browser, `${field.service.url}statistics`, look);
  try {
    const plots = page.locator("figure.plot svg");
    expect(await plots.count()).toBe(3);
    expect(await plots.first().getAttribute("aria-label")).toContain(`up to ${toldRedirects}`);
    // One hour has redirects, or two where the clock went from one to the next.
    expect(await plots.first().locator("rect").count()).toBeLessThanOrEqual(2);
    const row = page.locator("h2#repository + .scroll tbody tr");
    const cells = await row.first().locator("td").allTextContents();
    expect(cells.slice(0, 2)).toEqual(["debian-cd", String(toldRedirects)]);
    await page.getByRole("link", { name: "debian-cd" }).click();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe(
      "Statistics of debian-cd",
    );
    const mirror = await page.locator("h2#mirror ~ .scroll tbody a").first().textContent();
    expect(field.lab.mirrors.map(({ name }) => name)).toContain(mirror);
    expect(await page.getByText("by capacity 25").count()).toBeGreaterThan(0);
  } finally {
    await context.close();
  }
});
