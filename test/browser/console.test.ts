/** The console as operators use it: the whole life of a mirror by keyboard alone, and each page as people see it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "./chromium.ts";
import { type ConsoleField, startConsoleField } from "./console-field.ts";
import { press, tabTo, write } from "./keyboard.ts";
import {
  graveFaults,
  type Look,
  looks,
  lookText,
  overflowing,
  type Visit,
  visit,
} from "./visit.ts";

/** Kept by CI. */
const screenshots = fileURLToPath(new URL("screenshots", import.meta.url));
/** From a change of the list to a redirect: probes and the roster have rounds of some seconds on a busy machine. */
const soon = { timeout: 60_000, interval: 300 };

let field: ConsoleField;
let browser: Browser;
let visits: Visit[] = [];

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  browser = await launchChromium();
  field = await startConsoleField();
}, 120_000);

afterEach(async () => {
  for (const { context } of visits) await context.close();
  visits = [];
});

afterAll(async () => {
  await browser?.close();
  await field?.stop();
});

/** Opens the console and signs in, by keyboard. */
async function signedIn(look: Look): Promise<Visit> {
  const visited = await visit(browser, `${field.service.url}operate/`, look);
  visits.push(visited);
  const { page } = visited;
  // Nobody is signed in: the page is the form, and its status says so in the browser's own console.
  expect(visited.errors.filter((one) => !one.includes("401"))).toEqual([]);
  visited.errors.length = 0;
  expect(await overflowing(page)).toEqual([]);
  if (look.script) expect(await graveFaults(page)).toEqual([]);
  await page.screenshot({ path: join(screenshots, `console sign in, ${lookText(look)}.png`) });
  await write(page, page.getByLabel("Token"), field.token);
  await press(page, page.getByRole("button", { name: "Sign in" }));
  expect(new URL(page.url()).pathname).toBe("/operate/");
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Mirrors");
  return visited;
}

/** What every page has to be, whatever it shows. */
async function isGood(page: Page, look: Look): Promise<void> {
  expect(await overflowing(page)).toEqual([]);
  if (look.script) expect(await graveFaults(page)).toEqual([]);
}

async function listVersion(): Promise<number> {
  const headers = { Authorization: `Bearer ${field.token}` };
  const answer = await fetch(`${field.service.url}api/v1/list`, { headers });
  const { version } = Object(await answer.json());
  return version;
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const note = (page: Page) => page.locator(".note.done").textContent();

/** A mirror's life at a desk with script, and on a phone without. */
const lives = [
  {
    site: "near-a.example",
    at: "mirror2",
    look: looks.find((one) => one.width === 1280 && one.script),
  },
  {
    site: "near-b.example",
    at: "mirror3",
    look: looks.findLast((one) => one.width === 360 && !one.script),
  },
] as const;

describe.each(lives)("the life of $site", ({ site, at, look = looks[0] }) => {
  test(`${look && lookText(look)}, by keyboard alone`, async () => {
    if (look === undefined) throw new Error("no look");
    const mirror = field.lab.mirror(at);
    const visited = await signedIn(look);
    const { page, errors } = visited;

    // Added: first with faults, which are told at their fields.
    await press(page, page.getByRole("link", { name: "Add a mirror" }));
    await write(page, page.getByLabel("Name"), site);
    await write(page, page.getByLabel("Base URL by http", { exact: true }), mirror.url);
    await write(page, page.getByLabel("Country"), "XX");
    await write(page, page.getByLabel("tiny (Tiny)"), "/");
    await write(page, page.getByLabel("Why"), "a new site");
    await press(page, button(page, "Add it"));
    const country = page.getByLabel("Country");
    expect(await country.getAttribute("aria-invalid")).toBe("true");
    expect(await country.evaluate((one) => one === document.activeElement)).toBe(true);
    expect(await page.getByLabel("Name").inputValue()).toBe(site);
    await isGood(page, look);
    expect(errors.filter((one) => !one.includes("422"))).toEqual([]);
    errors.length = 0;
    await write(page, country, "DE");
    await press(page, button(page, "Add it"));
    expect(new URL(page.url()).pathname).toBe(`/operate/mirrors/${site}`);
    expect(await note(page)).toContain("is in the list");

    // Probed, up, and clients are sent there.
    await expect
      .poll(async () => {
        await page.reload();
        return await page.getByRole("heading", { level: 1 }).textContent();
      }, soon)
      .toBe(`${site} up`);
    await expect.poll(() => field.redirect(), soon).toContain(mirror.url);

    // Drained in bulk, with a reason and an end: nobody new is sent there, and a reload sends nothing again.
    await press(page, page.getByRole("link", { name: "Mirrors", exact: true }).last());
    await write(page, page.getByLabel("Name"), site);
    await press(page, button(page, "Filter"));
    await tabTo(page, page.getByLabel(`Choose ${site}`));
    await page.keyboard.press("Space");
    await write(page, page.getByLabel("Why"), "a cable is cut");
    await write(page, page.getByLabel("Until"), "4h");
    await press(page, button(page, "Drain"), "Space");
    expect(await note(page)).toContain("1 mirror drained.");
    expect(new URL(page.url()).searchParams.get("q")).toBe(site);
    expect(await page.locator("tbody tr").textContent()).toContain("a cable is cut");
    const drained = await listVersion();
    await page.reload();
    expect(await page.locator(".note.done").count()).toBe(0);
    expect(await listVersion()).toBe(drained);
    await expect.poll(() => field.redirect(), soon).not.toContain(mirror.url);

    // Enabled, by all that the filter shows: the page asks back, and names them.
    await tabTo(page, page.getByLabel("the mirrors that are chosen above"));
    await page.keyboard.press("ArrowDown");
    await press(page, button(page, "Enable"));
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Enable 1 mirror?");
    expect(await page.locator("main").textContent()).toContain(site);
    await isGood(page, look);
    await press(page, button(page, "Yes, enable it"));
    expect(await note(page)).toContain("1 mirror enabled.");
    await expect.poll(() => field.redirect(), soon).toContain(mirror.url);

    // Disabled, and removed.
    await press(page, page.getByRole("link", { name: site, exact: true }));
    await write(page, page.getByLabel("Why").first(), "the site is closed");
    await press(page, button(page, "Disable"));
    expect(await note(page)).toContain("is disabled");
    await expect.poll(() => field.redirect(), soon).not.toContain(mirror.url);
    await tabTo(page, page.getByText("Remove this mirror"));
    await page.keyboard.press("Enter");
    await write(page, page.getByLabel("Its name, to be sure"), site);
    await write(page, page.getByLabel("Why").last(), "closed for good");
    await press(page, button(page, "Remove"));
    expect(await note(page)).toContain("no longer in the list");

    // The audit log has all of it, newest first.
    await press(page, page.getByRole("link", { name: "Audit" }));
    await write(page, page.getByLabel("What"), `mirror/${site}`);
    await press(page, button(page, "Filter"));
    expect(await page.locator("tbody tr td:nth-child(3)").allTextContents()).toEqual([
      "mirror.remove",
      "mirror.disable",
      "mirror.enable",
      "mirror.drain",
      "mirror.add",
    ]);
    const whys = await page.locator("tbody tr td:nth-child(5)").allTextContents();
    expect(whys).toEqual([
      "closed for good",
      "the site is closed",
      "From the console.",
      "a cable is cut",
      "a new site",
    ]);
    expect(errors).toEqual([]);
  }, 240_000);
});

/** Each page of the console; `nowhere` isn't there. */
const pages = [
  { name: "mirrors", path: "operate/" },
  { name: "nothing found", path: "operate/?q=nothing-is-called-so" },
  { name: "add", path: "operate/add" },
  { name: "mirror", path: "operate/mirrors/far" },
  { name: "mirror, 30 days", path: "operate/mirrors/far?days=30" },
  { name: "events", path: "operate/events" },
  { name: "webhooks", path: "operate/webhooks" },
  { name: "list", path: "operate/list" },
  { name: "audit", path: "operate/audit" },
  { name: "tokens", path: "operate/tokens" },
  { name: "nowhere", path: "operate/nowhere", status: 404 },
] as const;

test.each(looks)(
  "every page, $theme, $width px, script: $script",
  async (look) => {
    const { page, errors } = await signedIn(look);
    const found: string[] = [];
    for (const { name, path, ...more } of pages) {
      const status = "status" in more ? more.status : 200;
      const answer = await page.goto(`${field.service.url}${path}`);
      expect(answer?.status(), name).toBe(status);
      // What is folded is looked at too.
      if (look.script)
        await page.evaluate(() => {
          for (const one of document.querySelectorAll("details")) one.open = true;
        });
      found.push(...(await overflowing(page)).map((one) => `${name}: ${one}`));
      if (look.script) found.push(...(await graveFaults(page)).map((one) => `${name}: ${one}`));
      await page.screenshot({
        path: join(screenshots, `console ${name}, ${lookText(look)}.png`),
        fullPage: true,
      });
    }
    found.push(...errors.filter((one) => !one.includes("404")));
    expect(found).toEqual([]);
  },
  120_000,
);
