/** The pages of packages as people see them: in both themes, at three widths, with and without script; their weight. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { type PackagesField, packagePages, startPackagesField } from "./packages-field.ts";
import { graveFaults, type Look, lookText, overflowing, visit } from "./visit.ts";

/** Kept by CI. */
const screenshots = fileURLToPath(new URL("screenshots", import.meta.url));
/** Each theme and each width, one of both ways: the frame's own looks are tried by other pages. */
const all: readonly Look[] = [
  { theme: "light", width: 1280, script: true },
  { theme: "dark", width: 360, script: true },
  { theme: "dark", width: 1280, script: false },
  { theme: "light", width: 360, script: false },
  { theme: "dark", width: 768, script: false },
];
/** As for all pages, compressed as a platform does. */
const maxBytes = 60_000;

let field: PackagesField;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  browser = await launchChromium();
  field = await startPackagesField();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await field?.stop();
});

describe.each(packagePages)("$name", ({ name, path, status = 200 }) => {
  test.each(all)("$theme, $width px, script: $script", async (look) => {
    const visited = await visit(browser, `${field.url}${path}`, look);
    try {
      const { page } = visited;
      expect(visited.status).toBe(status);
      expect(await overflowing(page)).toEqual([]);
      if (look.script) expect(await graveFaults(page)).toEqual([]);
      expect(visited.requests).toBe(1);
      await page.screenshot({
        path: join(screenshots, `${name}, ${lookText(look)}.png`),
        fullPage: true,
      });
      const own = visited.errors.filter((one) => status === 200 || !one.includes(`${status}`));
      expect(own).toEqual([]);
    } finally {
      await visited.context.close();
    }
  });

  test("weighs no more than other pages", async () => {
    const answer = await fetch(`${field.url}${path}`);
    expect(gzipSync(await answer.text()).length).toBeLessThanOrEqual(maxBytes);
  });
});

test("the field has the focus, and Enter searches", async () => {
  const { page, context } = await visit(browser, `${field.url}packages`, {
    theme: "light",
    width: 1280,
    script: false,
  });
  try {
    await page.keyboard.type("zlib1g-dev");
    await Promise.all([page.waitForEvent("load"), page.keyboard.press("Enter")]);
    await page.getByRole("link", { name: "zlib1g-dev", exact: true }).click();
    await page.waitForURL("**/packages/debian/zlib1g-dev");
    expect(await page.locator("h1").textContent()).toBe("zlib1g-dev");
  } finally {
    await context.close();
  }
});
