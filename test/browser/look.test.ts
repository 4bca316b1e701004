/** Each page as people see it: in both themes, on a phone and at a desk, with and without script. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { startField, type VisitedField } from "./field.ts";
import { pages } from "./pages.ts";
import { graveFaults, looks, lookText, overflowing, visit } from "./visit.ts";

/** Kept by CI. */
const screenshots = fileURLToPath(new URL("screenshots", import.meta.url));

let field: VisitedField;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  browser = await launchChromium();
  field = await startField();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await field?.stop();
});

describe.each(pages)("$name", ({ name, path, status = 200, isLong = false }) => {
  test.each(looks)("$theme, $width px, script: $script", async (look) => {
    const visited = await visit(browser, `${field.service.url}${path}`, look);
    try {
      const { page } = visited;
      expect(visited.status).toBe(status);
      expect(await overflowing(page)).toEqual([]);
      if (look.script && !(isLong && look !== looks[0]))
        expect(await graveFaults(page)).toEqual([]);
      await page.screenshot({
        path: join(screenshots, `${name}, ${lookText(look)}.png`),
      });
      // The console tells of a page that isn't there, whatever the page does.
      const own = visited.errors.filter((one) => status === 200 || !one.includes(`${status}`));
      expect(own).toEqual([]);
    } finally {
      await visited.context.close();
    }
  });
});
