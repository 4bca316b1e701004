/** The console without a browser: cookies, forms of others, what a role sees, and that forms do what the API does. */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { answerOperators } from "../../../worker/operate/answer.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { openOffice, type TestOffice } from "./office.ts";

const folder = temporaryFolder("console-");
let files = 0;
let database: BreakableSqlite;
let world: TestOffice;

beforeEach(async () => {
  database = new BreakableSqlite(join(folder, `${++files}.sqlite`));
  world = openOffice(database.sql);
});
afterEach(() => database.close());

interface Browser {
  get(path: string): Promise<{ status: number; text: string; headers: Headers }>;
  post(
    path: string,
    fields: readonly (readonly [string, string])[],
    headers?: Record<string, string>,
  ): Promise<{ status: number; text: string; headers: Headers }>;
  cookie: string;
  /** Where the last form that was done sent the browser. */
  sentOnTo: string;
}

function browser(): Browser {
  const self: Browser = {
    cookie: "",
    sentOnTo: "",
    get: async (path) => await ask(path, {}),
    post: async (path, fields, headers = {}) =>
      await ask(path, {
        method: "POST",
        headers: {
          "Content-Type": "application/x-www-form-urlencoded",
          "Sec-Fetch-Site": "same-origin",
          ...headers,
        },
        body: new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
      }),
  };
  async function ask(path: string, init: RequestInit) {
    const headers = new Headers(init.headers);
    headers.set("Nearmirror-Caller", "192.0.2.9");
    if (self.cookie !== "") headers.set("Cookie", self.cookie);
    const answer = await answerOperators(
      new Request(`https://operators.invalid${path}`, { ...init, headers }),
      world.office,
    );
    const set = answer.headers.get("Set-Cookie");
    if (set !== null) self.cookie = set.split(";")[0] ?? "";
    const goOn = answer.headers.get("Location");
    if (answer.status === 303 && goOn !== null && init.method === "POST" && set === null) {
      self.sentOnTo = goOn;
      return await ask(goOn, {});
    }
    return { status: answer.status, text: await answer.text(), headers: answer.headers };
  }
  return self;
}

async function signedIn(token: string): Promise<Browser & { form: string }> {
  const visitor = browser();
  const answered = await visitor.post("/operate/sign-in", [["token", token]]);
  expect(answered.status).toBe(303);
  const { text } = await visitor.get("/operate/tokens");
  const [, form = ""] = /name="form" value="(\w+)"/.exec(text) ?? [];
  return Object.assign(visitor, { form });
}

const fieldsOf = (fields: Record<string, string>) => Object.entries(fields);

describe("signing in", () => {
  it("gives a cookie that scripts, other sites and other paths don't get", async () => {
    const visitor = browser();
    const answered = await visitor.post("/operate/sign-in", [["token", await world.admin()]]);
    const cookie = answered.headers.get("Set-Cookie") ?? "";
    for (const rule of ["__Secure-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/operate/"])
      expect(cookie).toContain(rule);
    const page = await visitor.get("/operate/");
    expect(page.status).toBe(200);
    expect(page.headers.get("Cache-Control")).toBe("no-store");
    expect(page.headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
    expect(page.text).toContain("a.example");
  });

  it("with a wrong token says why, and after several asks to wait", async () => {
    const visitor = browser();
    const wrong = await visitor.post("/operate/sign-in", [["token", "nmt_nothing"]]);
    expect(wrong.status).toBe(401);
    expect(wrong.text).not.toContain("nmt_nothing");
    let last = wrong;
    for (let tries = 0; tries < 12; tries += 1)
      last = await visitor.post("/operate/sign-in", [["token", "nmt_nothing"]]);
    expect(last.status).toBe(429);
    expect(Number(last.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  it("ends with the token, with signing out, and after an hour without use", async () => {
    const admin = await world.admin();
    const token = await world.token("op", "operator");
    const first = await signedIn(token);
    await first.post("/operate/sign-out", [["form", first.form]]);
    expect((await first.get("/operate/")).status).toBe(401);
    const second = await signedIn(token);
    world.clock.now += 3_600_001;
    expect((await second.get("/operate/")).status).toBe(401);
    const third = await signedIn(token);
    const { body } = await world.ask("GET", "/api/v1/tokens?principal=op", { token: admin });
    await world.ask("DELETE", `/api/v1/tokens/${body.tokens[0].id}`, { token: admin });
    expect((await third.get("/operate/")).status).toBe(401);
  });
});

describe("a form", () => {
  it("that isn't of this session's pages does nothing", async () => {
    const visitor = await signedIn(await world.admin());
    const fields = [
      ["do", "drain"],
      ["mirror", "a.example"],
      ["why", "x"],
    ] as const;
    const without = await visitor.post("/operate/", fields);
    expect(without.text).toContain("Nothing was done");
    const other = await visitor.post("/operate/", [["form", "0".repeat(64)], ...fields]);
    expect(other.text).toContain("Nothing was done");
    const cross = await visitor.post("/operate/", [["form", visitor.form], ...fields], {
      "Sec-Fetch-Site": "cross-site",
    });
    expect(cross.status).toBe(403);
    expect(world.published).toEqual([]);
  });

  it.each([
    ["https://mirrors.example", 303],
    ["https://evil.example", 403],
    ["null", 403],
  ])(
    "by which somebody signs in, of a browser without Fetch Metadata and of %s: %d",
    async (origin, status) => {
      const token = await world.admin();
      const answer = await answerOperators(
        new Request("https://operators.invalid/operate/sign-in", {
          method: "POST",
          headers: {
            "Content-Type": "application/x-www-form-urlencoded",
            "Nearmirror-Caller": "192.0.2.9",
            "Nearmirror-Base": "https://mirrors.example/",
            Origin: origin,
          },
          body: new URLSearchParams({ token }).toString(),
        }),
        world.office,
      );
      expect(answer.status).toBe(status);
      expect(answer.headers.has("Set-Cookie")).toBe(status === 303);
    },
  );

  it("drains those that were chosen, enables them, and the audit log shows it", async () => {
    const visitor = await signedIn(await world.admin());
    const chosen = [
      ["form", visitor.form],
      ["mirror", "a.example"],
      ["mirror", "b.example"],
      ["why", "moving <house>"],
    ] as const;
    const drained = await visitor.post("/operate/?q=example", [
      ...chosen,
      ["do", "drain"],
      ["until", "2h"],
    ]);
    expect(drained.text).toContain("2 mirrors drained.");
    expect(visitor.sentOnTo).toBe("/operate/?q=example");
    expect(world.published).toHaveLength(1);
    expect(world.published.at(-1)?.views.roster.mirrors.map(({ state }) => state)).toEqual([
      "drained",
      "drained",
    ]);
    const page = await visitor.get("/operate/mirrors/a.example");
    expect(page.text).toContain("moving &lt;house&gt;");
    expect(page.text).not.toContain("mirrors drained.");
    const enabled = await visitor.post("/operate/", [...chosen, ["do", "enable"]]);
    expect(enabled.text).toContain("2 mirrors enabled.");
    const audit = await visitor.get("/operate/audit?verb=mirror.drain");
    expect(audit.text).toContain("<code>/state</code>: nothing &rarr; <code>{");
    expect(audit.text.match(/<td data-is="What">mirror\/[ab]\.example/g)?.length).toBe(2);
  });

  it("that drains all that the filter shows asks back, and does it for these very mirrors alone", async () => {
    const visitor = await signedIn(await world.admin());
    const all = [
      ["form", visitor.form],
      ["scope", "all"],
      ["do", "drain"],
      ["why", "a cable"],
    ] as const;
    const asked = await visitor.post("/operate/?q=a.ex", all);
    expect(asked.text).toContain("Drain 1 mirror?");
    expect(asked.text).toContain("a.example");
    expect(asked.text).not.toContain("b.example");
    expect(world.published).toEqual([]);
    const [, sure = ""] = /name="sure" value="(\w+)"/.exec(asked.text) ?? [];
    const other = await visitor.post("/operate/?q=b.ex", [...all, ["sure", sure]]);
    expect(other.text).toContain("The filter shows other mirrors than before");
    expect(world.published).toEqual([]);
    const done = await visitor.post("/operate/?q=a.ex", [...all, ["sure", sure]]);
    expect(done.text).toContain("1 mirror drained.");
    const states = world.published.at(-1)?.views.roster.mirrors.map(({ state }) => state);
    expect(states).toEqual(["drained", "unknown"]);
  });

  it("that drains until a moment holds until then alone", async () => {
    const visitor = await signedIn(await world.admin());
    const drained = await visitor.post("/operate/", [
      ["form", visitor.form],
      ["mirror", "a.example"],
      ["do", "drain"],
      ["why", "a cable"],
      ["until", "30m"],
    ]);
    expect(drained.text).toContain("by root: a cable");
    expect((await visitor.get("/operate/?state=drained")).text).toContain("Choose a.example");
    world.clock.now += 31 * 60_000;
    const after = await visitor.get("/operate/?q=a.example");
    expect(after.text).toContain("Choose a.example");
    expect(after.text).not.toContain("by root: a cable");
    expect((await visitor.get("/operate/?state=drained")).text).not.toContain("Choose a.example");
    expect((await visitor.get("/operate/mirrors/a.example")).text).not.toContain("drained by root");
  });

  it("that can't be done comes back as it was sent, with the fault at its field", async () => {
    const visitor = await signedIn(await world.admin());
    const fields = [
      ["form", visitor.form],
      ["name", "c.example"],
      ["http", "http://c.example"],
      ["country", "XX"],
      ["capacity", "fast"],
      ["path.debian", "/pub/debian"],
      ["why", "a new site"],
    ] as const;
    const refused = await visitor.post("/operate/add", fields);
    expect(refused.status).toBe(422);
    for (const [, value] of fields.slice(1)) expect(refused.text).toContain(`value="${value}"`);
    const wrong = [...refused.text.matchAll(/name="(\w+)"[^>]*aria-invalid="true"/g)];
    expect(wrong.map(([, field]) => field)).toEqual(["capacity"]);
    const better = fields.map((one) =>
      one[0] === "capacity" ? (["capacity", "500"] as const) : one,
    );
    const stillRefused = await visitor.post("/operate/add", better);
    expect(stillRefused.text).toMatch(/name="country"[^>]*aria-invalid="true"/);
    const right = better.map((one) => (one[0] === "country" ? (["country", "fr"] as const) : one));
    const added = await visitor.post("/operate/add", right);
    expect(visitor.sentOnTo).toBe("/operate/mirrors/c.example");
    expect(added.text).toContain("c.example is in the list.");
    const list = await world.office.list.inForce();
    expect(list?.entries.get("mirrors/c.example")).toEqual({
      name: "c.example",
      country: "FR",
      capacity: 500,
      base: { http: "http://c.example/" },
      repositories: { debian: { path: "pub/debian/" } },
    });
    const again = await visitor.post("/operate/add", right);
    expect(again.text).toMatch(/name="name"[^>]*aria-invalid="true"/);
    expect(again.text).toContain("c.example is in the list already.");
  });

  it("edits the fields it has, and leaves the others", async () => {
    const visitor = await signedIn(await world.admin());
    const path = "/operate/mirrors/a.example";
    const before = (await world.office.list.inForce())?.entries.get("mirrors/a.example");
    const { text } = await visitor.get(path);
    const [, changed = ""] = /name="changed" value="(\d+)"/.exec(text) ?? [];
    const done = await visitor.post(path, [
      ["form", visitor.form],
      ["do", "edit"],
      ["changed", changed],
      ["why", "moved"],
      ["https", "https://a.example/"],
      ["path.debian", "pub/debian/"],
      ["city", "Lyon"],
    ]);
    expect(done.text).toContain("Done.");
    expect((await world.office.list.inForce())?.entries.get("mirrors/a.example")).toEqual({
      ...Object(before),
      city: "Lyon",
      repositories: { debian: { path: "pub/debian/" } },
    });
  });

  it("saves an entry as it was read, and says where it is wrong", async () => {
    const visitor = await signedIn(await world.admin());
    const path = "/operate/mirrors/a.example";
    const { text } = await visitor.get(path);
    const [, changed = ""] = /name="changed" value="(\d+)"/.exec(text) ?? [];
    const entry = (more: object) =>
      JSON.stringify({
        name: "a.example",
        base: { https: "https://a.example/" },
        repositories: { debian: { path: "debian/" } },
        ...more,
      });
    const save = (more: object) =>
      visitor.post(path, [
        ["form", visitor.form],
        ["do", "put"],
        ["changed", changed],
        ["why", "x"],
        ["entry", entry(more)],
      ]);
    expect((await save({ country: "XX" })).text).toContain("/country");
    expect((await save({ country: "DE" })).text).toContain("Done.");
    expect((await save({ country: "FR" })).text).toContain("Somebody changed");
  });

  it("makes a token whose secret is shown once", async () => {
    const visitor = await signedIn(await world.admin());
    const made = await visitor.post("/operate/tokens", [
      ["form", visitor.form],
      ["do", "create"],
      ["principal", "root"],
      ["description", "ci"],
      ["scopes", "verbs=mirror.synced"],
      ["days", "30"],
    ]);
    expect(made.text).toMatch(/nmt_\w+/);
    expect((await visitor.get("/operate/tokens")).text).not.toMatch(/nmt_\w{10,}_/);
  });

  it.each(["0", "-1", "1.5", "many", "1e400"])("makes none that lasts %s days", async (days) => {
    const visitor = await signedIn(await world.admin());
    const before = world.office.accountStore.tokensOf("root").length;
    const refused = await visitor.post("/operate/tokens", [
      ...fieldsOf({ form: visitor.form, do: "create", principal: "root", description: "ci", days }),
    ]);
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(`The days are &quot;${days}&quot;`);
    expect(world.office.accountStore.tokensOf("root")).toHaveLength(before);
  });

  it("takes a share of clients as people write it, and says what isn't one", async () => {
    const visitor = await signedIn(await world.admin());
    const weigh = async (capacity: string) =>
      await visitor.post("/operate/mirrors/a.example", [
        ...fieldsOf({ form: visitor.form, do: "weight", why: "its new line", capacity }),
      ]);
    for (const odd of ["much", "0", "-1", "1e400", ""]) {
      const refused = await weigh(odd);
      expect([refused.status, refused.text]).toEqual([
        422,
        expect.stringContaining(`The capacity is &quot;${odd}&quot;: write a number above 0`),
      ]);
    }
    expect((await weigh("1,5")).status).toBe(200);
    const list = await world.office.list.inForce();
    expect(list?.entries.get("mirrors/a.example")).toMatchObject({ capacity: 1.5 });
  });
});

describe("a mirror's own admin", () => {
  it("sees its own mirrors alone, and no part of what is others'", async () => {
    const own = await world.token("site-a", "mirror-admin", { mirrors: ["a.example"] });
    const visitor = await signedIn(own);
    const { text } = await visitor.get("/operate/");
    expect(text).toContain("/operate/mirrors/a.example");
    expect(text).not.toContain("/operate/mirrors/b.example");
    expect(text).not.toContain("/operate/audit");
    expect((await visitor.get("/operate/mirrors/b.example")).status).toBe(403);
    expect((await visitor.get("/operate/audit")).status).toBe(403);
    expect((await visitor.get("/operate/list")).status).toBe(403);
    const page = await visitor.get("/operate/mirrors/a.example");
    expect(page.text).toContain('value="drain"');
    expect(page.text).not.toContain('value="remove"');
    const drained = await visitor.post("/operate/mirrors/a.example", [
      ["form", visitor.form],
      ["do", "drain"],
      ["why", "reboot"],
    ]);
    expect(drained.text).toContain("a.example is drained.");
    const refused = await visitor.post("/operate/mirrors/b.example", [
      ["form", visitor.form],
      ["do", "drain"],
      ["why", "x"],
    ]);
    expect(refused.status).toBe(403);
    expect(world.published).toHaveLength(1);
  });
});
