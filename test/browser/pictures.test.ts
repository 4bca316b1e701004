/** The pictures of the README, taken anew; `cp test/browser/screenshots/picture-*.jpg docs/pictures/` keeps them. */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { startField, type VisitedField } from "./field.ts";
import { type Look, visit } from "./visit.ts";

const screenshots = fileURLToPath(new URL("screenshots", import.meta.url));
/** Whoever clones the repository gets them. */
const maxBytes = 70_000;

const why =
  "debian-cd/current/arm64/iso-cd/debian-13.1.0-arm64-netinst.iso?trace=html&ip=193.10.98.24";
const pictures: readonly { name: string; path: string; theme: Look["theme"] }[] = [
  {
    name: "images",
    path: "images?distribution=debian&version=13&architecture=arm64",
    theme: "light",
  },
  { name: "why", path: why, theme: "dark" },
];

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

test.each(pictures)("$name, $theme", async ({ name, path, theme }) => {
  const look = { theme, width: 1280, script: true };
  const visited = await visit(browser, `${field.service.url}${path}`, look);
  try {
    const file = join(screenshots, `picture-${name}.jpg`);
    await visited.page.screenshot({ path: file, type: "jpeg", quality: 45 });
    expect(visited.status).toBe(200);
    expect(statSync(file).size).toBeLessThan(maxBytes);
  } finally {
    await visited.context.close();
  }
});
