/** Sign-in to the console by an OpenID provider, as people do it: the provider's own form, with and without script. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { freePort } from "../../scripts/service/free-port.ts";
import { type NpmStart, npmStart } from "../lab/npm-start.ts";
import { type OpenIdProvider, openIdClient, startOpenIdProvider } from "../lab/openid-provider.ts";
import { firstToken } from "../lab/operator.ts";
import { makeScratch, type Scratch } from "../lab/scratch.ts";
import { listFolder, siteText } from "../unit/scripts/mirrors/list.ts";
import { launchChromium } from "./chromium.ts";
import { press, write } from "./keyboard.ts";
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

/** One step of a sign-in, ms: a page of a busy machine takes seconds. */
const stepMs = 10_000;

let scratch: Scratch;
let browser: Browser;
let provider: OpenIdProvider;
let service: NpmStart;
let token: string;
let visits: Visit[] = [];

beforeAll(async () => {
  mkdirSync(screenshots, { recursive: true });
  scratch = makeScratch("openid");
  browser = await launchChromium();
  // The provider sends people back to a URL that it was told before the service starts.
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}/`;
  provider = await startOpenIdProvider(publicUrl);
  service = await npmStart({
    args: [
      ...["--port", String(port), "--public-url", publicUrl, "--store", scratch.directory],
      ...["--list", listFolder({ "a.example": siteText("a.example") }), "--place", "DE 50.1 8.7"],
      "--private-network",
    ],
    env: {
      NEARMIRROR_OPENID_ISSUER: provider.issuer,
      NEARMIRROR_OPENID_CLIENT_ID: openIdClient.id,
      NEARMIRROR_OPENID_CLIENT_SECRET: openIdClient.secret,
    },
  });
  token = await firstToken(service.url);
  for (const [name, role] of [
    ["ada", "operator"],
    ["rita", "reader"],
  ]) {
    const answer = await fetch(`${service.url}api/v1/principals`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify({ name: `${name}@example.org`, role }),
    });
    expect(answer.status, await answer.text()).toBe(201);
  }
}, 120_000);

afterEach(async () => {
  for (const { context } of visits) await context.close();
  visits = [];
});

afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await provider?.stop();
  scratch?.remove();
});

/** From the console's own form to the provider's, and through that under a name, until it has been left. */
async function throughProvider(look: Look, login: string): Promise<Page> {
  const visited = await visit(browser, `${service.url}operate/`, look);
  visits.push(visited);
  const { page } = visited;
  page.setDefaultTimeout(stepMs);
  expect(await overflowing(page)).toEqual([]);
  await press(page, page.getByRole("link", { name: "Sign in by your provider" }));
  expect(new URL(page.url()).origin).toBe(provider.issuer);
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  // The provider asks whether the service may know the name.
  await page.waitForSelector("input[name=prompt][value=consent]", { state: "attached" });
  await page.locator("button[type=submit]").click();
  return page;
}

const desk = looks.find((one) => one.width === 1280 && one.script);
const phone = looks.find((one) => one.width === 360 && !one.script);
const ways = [desk, phone].flatMap((look) => (look === undefined ? [] : [look]));

test.each(ways)(
  "$width px, script: $script: lands in the console with its role",
  async (look) => {
    const page = await throughProvider(look, "ada");
    await page.waitForURL(`${service.url}operate/`);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Mirrors");
    expect(await page.locator("body").textContent()).toContain("ada@example.org (operator)");
    expect(await page.getByRole("button", { name: "Drain" }).count()).toBe(1);
    await page.screenshot({ path: join(screenshots, `console by OpenID, ${lookText(look)}.png`) });
    // The session is the browser's: each page has it, and so has a reload.
    await page.goto(`${service.url}operate/tokens`);
    expect(await page.locator("main").textContent()).toContain("sign-in by OpenID");
    await press(page, page.getByRole("button", { name: "Sign out" }));
    await page.goto(`${service.url}operate/`);
    expect(await page.getByLabel("Token").count()).toBe(1);
  },
  60_000,
);

test.each(ways)(
  "$width px, script: $script: a reader may only look",
  async (look) => {
    const page = await throughProvider(look, "rita");
    await page.waitForURL(`${service.url}operate/`);
    expect(await page.locator("body").textContent()).toContain("rita@example.org (reader)");
    expect(await page.getByRole("button", { name: "Drain" }).count()).toBe(0);
  },
  60_000,
);

test.each(
  ways.flatMap((look) => [
    { look, login: "mallory", says: "no account mallory@example.org", ...look },
    { look, login: "eve", says: "hasn't verified the address", ...look },
  ]),
)(
  "$width px, script: $script: $login gets a page that says why not",
  async (one) => {
    const page = await throughProvider(one.look, one.login);
    await page.waitForURL(`${service.url}operate/openid/callback?**`);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Not signed in");
    expect(await page.getByRole("alert").textContent()).toContain(one.says);
    expect(await overflowing(page)).toEqual([]);
    if (one.look.script) expect(await graveFaults(page)).toEqual([]);
    await page.screenshot({
      path: join(screenshots, `console by OpenID, ${one.login}, ${lookText(one.look)}.png`),
    });
    await press(page, page.getByRole("link", { name: "Back to the console" }));
    expect(await page.getByLabel("Token").count()).toBe(1);
  },
  60_000,
);

test("an attempt that is given up leaves the way in open", async () => {
  if (desk === undefined) throw new Error("no look");
  const visited = await visit(browser, `${service.url}operate/`, desk);
  visits.push(visited);
  const { page } = visited;
  await press(page, page.getByRole("link", { name: "Sign in by your provider" }));
  await page.getByRole("link", { name: /cancel/i }).click();
  await page.waitForURL(`${service.url}operate/openid/callback?**`);
  expect(await page.getByRole("alert").textContent()).toMatch(/isn't accepted|cancel|denied/i);
  await press(page, page.getByRole("link", { name: "Back to the console" }));
  await write(page, page.getByLabel("Token"), token);
  await press(page, page.getByRole("button", { name: "Sign in" }));
  expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Mirrors");
}, 60_000);
