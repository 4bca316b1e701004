/** Sign-in to the console by a real OpenID provider (oidc-provider) on loopback: the whole way of a browser. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { answerOperators } from "../../../worker/operate/answer.ts";
import { OpenIdSignIn } from "../../../worker/operate/console/openid.ts";
import {
  type OpenIdProvider,
  openIdClient,
  startOpenIdProvider,
} from "../../lab/openid-provider.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openOffice, type TestOffice } from "./office.ts";

const publicUrl = "https://mirrors.example.org/";
const folder = temporaryFolder("openid-");
let files = 0;
let provider: OpenIdProvider;
let database: BreakableSqlite;
let world: TestOffice;

beforeAll(async () => {
  provider = await startOpenIdProvider(publicUrl);
});
afterAll(() => provider.stop());

beforeEach(() => {
  database = new BreakableSqlite(join(folder, `${++files}.sqlite`));
});
afterEach(() => database.close());

async function open(clientSecret: string = openIdClient.secret): Promise<void> {
  const { issuer } = provider;
  const settings = { issuer, clientId: openIdClient.id, clientSecret, claim: "email", publicUrl };
  world = openOffice(database.sql, {
    openId: new OpenIdSignIn(settings, (url, init) => fetch(url, init)),
  });
  await world.token("ada@example.org", "operator");
}

const ask = (path: string, cookie = "") =>
  answerOperators(
    new Request(`https://operators.invalid${path}`, {
      headers: { Cookie: cookie, "Nearmirror-Caller": "192.0.2.9" },
    }),
    world.office,
  );

/** A browser at the provider: signs in under a name and agrees. @returns where the provider sends it back to */
async function atProvider(location: string, login: string): Promise<string> {
  const jar = new Map<string, string>();
  let url = location;
  let init: RequestInit = {};
  for (let steps = 0; steps < 12; steps += 1) {
    const headers = { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    const answer = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...init.headers, ...headers },
    });
    for (const set of answer.headers.getSetCookie()) {
      const [pair = ""] = set.split(";");
      const at = pair.indexOf("=");
      jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const next = answer.headers.get("Location");
    const text = await answer.text();
    init = {};
    if (next !== null) {
      url = new URL(next, url).href;
      if (url.startsWith(publicUrl)) return url.slice(publicUrl.length - 1);
      continue;
    }
    const [, action = ""] = /action="([^"]+)"/.exec(text) ?? [];
    const [, prompt = ""] = /name="prompt" value="(\w+)"/.exec(text) ?? [];
    if (action === "")
      throw new Error(`the provider is at a loss: ${answer.status} ${text.slice(0, 300)}`);
    url = new URL(action, url).href;
    const body = new URLSearchParams({ prompt, login, password: "any" });
    init = {
      method: "POST",
      body,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    };
  }
  throw new Error("the provider goes round in circles");
}

async function begun(): Promise<{ location: string; cookie: string }> {
  const answer = await ask("/operate/openid/start");
  expect(answer.status).toBe(303);
  const set = answer.headers.get("Set-Cookie") ?? "";
  for (const rule of ["HttpOnly", "Secure", "SameSite=Lax", "Path=/operate/openid/"])
    expect(set).toContain(rule);
  return { location: answer.headers.get("Location") ?? "", cookie: set.split(";")[0] ?? "" };
}

it("signs in whoever has an account of the name that the provider says", async () => {
  await open();
  expect(await (await ask("/operate/")).text()).toContain('href="/operate/openid/start"');
  const { location, cookie } = await begun();
  const back = await atProvider(location, "ada");
  const answer = await ask(back, cookie);
  expect(answer.status).toBe(200);
  const [session = ""] = answer.headers.getSetCookie().map((set) => set.split(";")[0] ?? "");
  const page = await ask("/operate/", session);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("ada@example.org (operator)");
  // The same code and state are of no use a second time.
  expect((await ask(back, cookie)).status).toBe(403);
  const audit = world.office.audit.query({ principal: "ada@example.org" }, 1);
  expect(audit[0]?.why).toContain("OpenID");
});

it("lets nobody in without an account, with an address that isn't verified, or into another browser's sign-in", async () => {
  await open();
  const [mallory, eve, ada] = [await begun(), await begun(), await begun()];
  const unknown = await ask(await atProvider(mallory.location, "mallory"), mallory.cookie);
  expect(unknown.status).toBe(403);
  expect(await unknown.text()).toContain("no account mallory@example.org");
  const unverified = await ask(await atProvider(eve.location, "eve"), eve.cookie);
  expect(await unverified.text()).toContain("verified");
  const back = await atProvider(ada.location, "ada");
  expect((await ask(back, mallory.cookie)).status).toBe(403);
  expect((await ask(back)).status).toBe(403);
  expect((await ask(back.replace(/code=[^&]+/, "code=made-up"), ada.cookie)).status).toBe(403);
});

it("says what is wrong where the provider refuses this service, without its secret", async () => {
  await open("another secret than the provider knows");
  const { location, cookie } = await begun();
  const answer = await ask(await atProvider(location, "ada"), cookie);
  expect(answer.status).toBe(403);
  expect(await answer.text()).not.toContain("another secret");
});

it("says why the provider can't be asked, and what lets a service connect into a network", async () => {
  const asked = async (issuer: string, error: Error) => {
    const settings = { issuer, clientId: "a", clientSecret: "b", claim: "email", publicUrl };
    world = openOffice(database.sql, {
      openId: new OpenIdSignIn(settings, () => Promise.reject(error)),
    });
    const answer = await ask("/operate/openid/start");
    expect(answer.status).toBe(503);
    return await answer.text();
  };
  const away = await asked("https://login.example.org/", new Error("Network connection lost."));
  expect(away).toContain("can&#39;t be asked: Network connection lost.</p>");
  const inside = await asked("https://10.1.2.3/", new Error("internal error; reference = abc"));
  expect(inside).toContain("the connection failed. 10.1.2.3 is no public address");
  expect(inside).toContain("--private-network");
  expect(inside).not.toContain("reference = abc");
});

it("is absent where no provider is set up", async () => {
  world = openOffice(database.sql);
  expect((await ask("/operate/openid/start")).status).toBe(404);
});
