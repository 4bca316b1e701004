/** One visit of a page: what it shows, what its console said, what it loaded. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";

/** How a page is looked at. */
export interface Look {
  theme: "light" | "dark";
  /** CSS pixels. */
  width: number;
  script: boolean;
  language?: string;
}

/** A phone's and a desk's width, in each theme, with and without script. */
export const looks: readonly Look[] = (["light", "dark"] as const).flatMap((theme) =>
  [360, 1280].flatMap((width) => [true, false].map((script) => ({ theme, width, script }))),
);

/** As in a test's name. */
export function lookText({ theme, width, script }: Look): string {
  return `${theme}, ${width} px, ${script ? "with" : "without"} script`;
}

/** A page that was opened, and all that went wrong. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts, of the console and of what the page wanted to load. */
  errors: string[];
  /** Of the page itself. */
  status: number;
  /** Requests that the page made, itself included. */
  requests: number;
}

const height = 800;
const openDeadlineMs = 20_000;

/** Opens a page and waits for all that it loads. Close the visit's context at the end. */
export async function visit(browser: Browser, url: string, look: Look): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: look.width, height },
    colorScheme: look.theme,
    javaScriptEnabled: look.script,
    locale: look.language ?? "en-US",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("requestfailed", (request) =>
    errors.push(`${request.url()}: ${request.failure()?.errorText ?? "failed"}`),
  );
  let requests = 0;
  page.on("request", () => requests++);
  const answer = await page.goto(url, { waitUntil: "load", timeout: openDeadlineMs });
  return {
    page,
    context,
    errors,
    status: answer?.status() ?? 0,
    get requests() {
      return requests;
    },
  };
}

/** Elements that reach past the right edge of the window, with their widths; the window scrolls sideways for them. */
export function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 5)
      .map((one) => `${one.tagName}.${one.className} to ${one.getBoundingClientRect().right}`);
  });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

/** What of axe-core's result is read. */
interface AxeResult {
  violations: { id: string; impact?: string | null; nodes: { html: string }[] }[];
}

/** Impacts that axe-core itself calls so. */
const grave: readonly string[] = ["serious", "critical"];

/** What axe-core finds serious or critical, with the first element of each. The page must run scripts. */
export async function graveFaults(page: Page): Promise<string[]> {
  // By the debugger's protocol, which the page's own policy for scripts doesn't bind.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate<AxeResult>("axe.run()");
  return violations
    .filter(({ impact }) => grave.includes(impact ?? ""))
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""} and ${nodes.length - 1} more`);
}
