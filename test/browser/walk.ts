/** A visitor's way through pages: follows links that are seen, and counts the clicks. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";

export interface Walk {
  page: Page;
  context: BrowserContext;
  /** What the consoles of all pages said that isn't well. */
  errors: string[];
  /** Loads of whole pages. */
  loads(): number;
  /** Clicks so far. */
  clicks(): number;
  /** Clicks on what is seen. Fails for what isn't there, or isn't seen. */
  click(what: Locator): Promise<void>;
  /** Clicks on a link that downloads: what was saved. */
  download(link: Locator): Promise<Downloaded>;
}

/** A file that the browser saved. */
export interface Downloaded {
  /** As the browser names it. */
  name: string;
  /** Where the bytes came from in the end. */
  url: string;
  /** Lower-case hex. */
  sha256: string;
}

export interface WalkOptions {
  script: boolean;
  /** CSS pixels. Default 1280. */
  width?: number;
}

const height = 800;
/** Nothing on these pages takes a tenth of it, even on a busy machine. */
const stepDeadlineMs = 15_000;

export async function walk(
  browser: Browser,
  url: string,
  { script, width = 1280 }: WalkOptions,
): Promise<Walk> {
  const context = await browser.newContext({
    viewport: { width, height },
    javaScriptEnabled: script,
    locale: "en-US",
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(stepDeadlineMs);
  const page = await context.newPage();
  const errors: string[] = [];
  let loads = 0;
  let clicks = 0;
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => {
    if (request.isNavigationRequest()) loads++;
  });
  await page.goto(url);
  const click = async (what: Locator) => {
    await what.waitFor({ state: "visible" });
    clicks++;
    await what.click();
  };
  return {
    page,
    context,
    errors,
    loads: () => loads,
    clicks: () => clicks,
    click,
    async download(link) {
      const [download] = await Promise.all([page.waitForEvent("download"), click(link)]);
      const bytes = readFileSync(await download.path());
      return {
        name: download.suggestedFilename(),
        url: download.url(),
        sha256: createHash("sha256").update(bytes).digest("hex"),
      };
    },
  };
}

/** The row of an image on `/images`. */
export function rowOf(page: Page, name: string): Locator {
  return page
    .locator(".images > li")
    .filter({ has: page.getByRole("link", { name, exact: true }) });
}

/** Names of the images on the page, in their order. */
export function imageNames(page: Page): Promise<string[]> {
  return page.locator(".images h3 a").allTextContents();
}

/** Downloads an image from its row, whose digest must be that of the bytes. @returns where they came from */
export async function downloadImage({ page, download }: Walk, name: string): Promise<string> {
  const told = await rowOf(page, name).locator("code").first().textContent();
  const saved = await download(page.getByRole("link", { name, exact: true }));
  expect(saved.name).toBe(name);
  expect(saved.sha256).toBe(told);
  return saved.url;
}
