/** What a page costs somebody who opens it: bytes, requests, time. As a browser measures it, on loopback. */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { startField, type VisitedField } from "./field.ts";
import { pages } from "./pages.ts";

/** Bytes of a page with all that it loads, headers included: what the pages promise. */
const maxBytes = 60_000;
/** A page is one file: styles and scripts stand in it. */
const maxRequests = 2;
/** Bounds for what hangs: a busy machine takes ten times what a free one does, and figures are printed beside. */
const firstByteMs = 10_000;
const completeMs = 15_000;

/** Kept by CI, with the screenshots. */
const figures = fileURLToPath(new URL("screenshots/weights.tsv", import.meta.url));

let field: VisitedField;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(dirname(figures), { recursive: true });
  writeFileSync(figures, "page\tbytes\trequests\tfirst byte ms\tcomplete ms\n");
  browser = await launchChromium();
  field = await startField();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await field?.stop();
});

test.each(pages)("$name", async ({ name, path }) => {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    let requests = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      requests++;
    });
    await page.goto(`${field.service.url}${path}`, { waitUntil: "networkidle" });
    const [firstByte = 0, complete = 0] = await page.evaluate(() =>
      performance
        .getEntriesByType("navigation")
        .flatMap((one) =>
          one instanceof PerformanceNavigationTiming ? [one.responseStart, one.loadEventEnd] : [],
        ),
    );
    appendFileSync(
      figures,
      `${name}\t${bytes}\t${requests}\t${firstByte.toFixed(1)}\t${complete.toFixed(1)}\n`,
    );
    expect(bytes).toBeLessThanOrEqual(maxBytes);
    expect(requests).toBeLessThanOrEqual(maxRequests);
    expect(firstByte).toBeLessThan(firstByteMs);
    expect(complete).toBeLessThan(completeMs);
  } finally {
    await context.close();
  }
});
