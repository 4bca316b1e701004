/** A backup of one service, put in place at another: what comes along, and what is refused without a trace. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backupParts } from "../../../worker/operate/backup/backup-parts.ts";
import { sha256Of } from "../../../worker/runtime/sha256.ts";
import { emptyDatabase } from "../accounts/accounts-alone.ts";
import type { BreakableSqlite } from "../runtime/sqlite.ts";
import { openOffice, site, type TestOffice } from "./office.ts";

const path = "/api/v1/backup";
const passphrase = "a passphrase of tests, long enough";

let databases: BreakableSqlite[];
let old: TestOffice;
let fresh: TestOffice;
beforeEach(() => {
  databases = [emptyDatabase(), emptyDatabase()];
  const [first, second] = databases;
  if (first === undefined || second === undefined) throw new Error("no databases");
  old = openOffice(first.sql);
  fresh = openOffice(second.sql, { seed: 17 });
});
afterEach(() => {
  for (const one of databases) one.close();
});

/** A service that was operated. */
async function operated(): Promise<{ admin: string; reader: string; webhook: string }> {
  const admin = await old.admin();
  const reader = await old.token("eye", "reader", { scopes: ["verbs=list.read"] });
  const { version } = (await old.ask("GET", "/api/v1/list", { token: admin })).body;
  const changes = { "mirrors/c.example": site("c.example") };
  const added = await old.ask("POST", "/api/v1/list/apply", {
    token: admin,
    body: { base: version, why: "one more", changes },
  });
  expect(added.status, added.text).toBe(200);
  const made = await old.ask("POST", "/api/v1/webhooks", {
    token: admin,
    body: { url: "https://chat.example/hook", types: ["list.*"] },
  });
  expect(made.status, made.text).toBe(201);
  return { admin, reader, webhook: made.body.secret };
}

async function backup(token: string, headers: Record<string, string> = {}): Promise<string> {
  const { status, text } = await old.ask("GET", path, { token, headers });
  expect(status, text).toBe(200);
  return text;
}

const sealed = { "Nearmirror-Passphrase": passphrase };

async function restore(
  world: TestOffice,
  text: string,
  { query = "", headers = {}, token }: { query?: string; headers?: object; token?: string } = {},
) {
  return await world.ask("PUT", `${path}${query}`, {
    token: token ?? (await world.admin()),
    body: text,
    headers: { "Content-Type": "application/jsonl", ...headers },
  });
}

/** All that a service keeps, but its leave to try again. */
function kept(of: BreakableSqlite | undefined): Record<string, unknown[]> {
  const { sql } = of ?? emptyDatabase();
  const tables = sql
    .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .toArray()
    .map(({ name }) => String(name));
  return Object.fromEntries(
    tables.map((table) => [table, sql.exec(`SELECT * FROM ${table}`).toArray()]),
  );
}

/** A backup whose lines were changed, with the digest that fits. */
function rewritten(text: string, change: (lines: string[]) => string[]): string {
  const lines = change(text.trimEnd().split("\n").slice(0, -1));
  const body = lines.map((line) => `${line}\n`).join("");
  const end = { lines: lines.length, sha256: sha256Of(body) };
  return `${body}${JSON.stringify({ end })}\n`;
}

describe("a backup", () => {
  it("restored elsewhere has list, versions, accounts, tokens, webhooks and a log that holds", async () => {
    const { admin, reader, webhook } = await operated();
    const text = await backup(admin, sealed);
    const restored = await restore(fresh, text, { headers: sealed });
    expect(restored.status, restored.text).toBe(200);
    expect(restored.body).toMatchObject({ admins: ["root"], webhooksWithoutSecret: 0 });

    const read = async (world: TestOffice, url: string) =>
      (await world.ask("GET", url, { token: admin })).body;
    for (const url of ["/api/v1/list", "/api/v1/list/versions", "/api/v1/principals"]) {
      expect(await read(fresh, url), url).toEqual(await read(old, url));
    }
    expect((await fresh.ask("GET", "/api/v1/list", { token: reader })).status).toBe(200);
    expect((await fresh.ask("GET", "/api/v1/principals", { token: reader })).status).toBe(403);
    const verified = await read(fresh, "/api/v1/audit/verify");
    expect(verified).toMatchObject({ intact: true });
    const { entries } = await read(fresh, "/api/v1/audit");
    const verbs = entries.map(({ verb }: { verb: string }) => verb);
    expect(verbs.slice(0, 3)).toEqual(["backup.import", "backup.export", "webhook.add"]);
    // Everybody gets the list of the backup.
    expect(fresh.published.at(-1)?.views.catalogue.version).toBeGreaterThan(0);
    expect(JSON.stringify(fresh.published.at(-1)?.views)).toContain("c.example");

    // Its webhook is sent what happens from now on, signed by the same secret.
    const [, secret] = [webhook, fresh.office.webhookStore.secret(1)];
    expect(`whsec_${secret}`).toBe(webhook);
    expect(fresh.office.webhookStore.state(1)).toMatchObject({
      sent: fresh.office.eventStore.last,
      attempts: 0,
    });
  });

  it("shows no secret: neither of tokens nor of webhooks", async () => {
    const { admin, reader, webhook } = await operated();
    for (const headers of [{}, sealed]) {
      const text = await backup(admin, headers);
      for (const secret of [admin, reader, webhook, webhook.replace("whsec_", ""), passphrase]) {
        expect(text).not.toContain(secret);
      }
    }
  });

  it("has every table and column, or it is said here that it hasn't", async () => {
    await operated();
    /** What isn't in it: kept answers, sessions, events and how far they were sent, what was given out, what can be computed. */
    const left = [
      "answered",
      "session",
      "event",
      "event_cursor",
      "list_given_out",
      "auditEnds",
      "alarm_step",
    ];
    const leftColumns: Record<string, string[]> = {
      usedBootstrap: ["id"],
      webhook: ["sent", "batch", "attempts", "nextAt", "error"],
      audit: ["characters"],
    };
    const { sql } = databases[0] ?? emptyDatabase();
    const tables = Object.keys(kept(databases[0]));
    const named = backupParts.map(({ table }) => table);
    expect([...named, ...left].sort()).toEqual(tables.sort());
    for (const { table, columns } of backupParts) {
      const there = sql.exec(`SELECT name FROM pragma_table_info('${table}')`).toArray();
      expect([...Object.keys(columns), ...(leftColumns[table] ?? [])].sort(), table).toEqual(
        there.map(({ name }) => String(name)).sort(),
      );
    }
  });

  it("without its passphrase has webhooks that are off", async () => {
    const { admin } = await operated();
    const without = await restore(fresh, await backup(admin));
    expect(without.body).toMatchObject({ webhooksWithoutSecret: 1 });
    expect(fresh.office.webhookStore.get(1)?.disabled).toMatch(/secret wasn't in the backup/);
    const again = await backup(admin, sealed);
    const dropped = await restore(fresh, again, {
      token: admin,
      query: "?replace=true&secrets=drop",
    });
    expect(dropped.body).toMatchObject({ webhooksWithoutSecret: 1 });
  });

  it("of a service whose list is of files leaves the list as it is", async () => {
    const admin = await old.admin();
    const before = (await fresh.ask("GET", "/api/v1/list", { token: await fresh.admin() })).body;
    expect((await restore(fresh, await backup(admin))).status).toBe(200);
    const { body } = await fresh.ask("GET", "/api/v1/list", { token: admin });
    expect(body).toEqual(before);
    expect(body.owner).toBe("folder");
  });

  it("is read in parts, and ends early where somebody changes something meanwhile", async () => {
    const { admin } = await operated();
    const { backupText } = await import("../../../worker/operate/backup/export-backup.ts");
    const text = backupText(old.office);
    await text.next();
    await old.token("late", "reader");
    await expect(
      (async () => {
        for await (const _ of text) void _;
      })(),
    ).rejects.toThrow(/changed while/);
    // What is only looked at changes nothing.
    const other = backupText(old.office);
    await other.next();
    await old.ask("GET", "/api/v1/me", { token: admin });
    let all = "";
    for await (const part of other) all += part;
    expect(all).toContain('{"end":');
  });

  it("keeps a bootstrap secret used that was used on either", async () => {
    const { admin } = await operated();
    await restore(fresh, await backup(admin));
    expect(
      (
        await fresh.ask("POST", "/api/v1/bootstrap", {
          body: { secret: "a bootstrap secret of a test, which is long enough", name: "root" },
        })
      ).status,
    ).toBe(409);
  });
});

describe("is refused, and changes nothing,", () => {
  const cases: Record<string, [change: (text: string) => string, told: RegExp]> = {
    "cut between two lines": [
      (text) => text.split("\n").slice(0, 5).join("\n").concat("\n"),
      /no end: it was cut/,
    ],
    "cut within a line": [(text) => text.slice(0, -30), /ends within a line/],
    "with a byte changed": [
      (text) => text.replace("one more", "one mare"),
      /other bytes than when it was made/,
    ],
    "with a line taken out": [
      (text) => text.split("\n").toSpliced(3, 1).join("\n"),
      /had \d+ when it was made/,
    ],
    "with something behind its end": [(text) => `${text}{"end":{}}\n`, /behind its end/],
    "of another format": [
      (text) => text.replace('"format":1', '"format":2'),
      /format 2, and this version reads format 1/,
    ],
    "that is something else": [() => '{"some":"thing"}\n', /no backup of Nearmirror/],
    "that is empty": [() => "", /no backup in the body/],
    "that is no JSON": [() => "backup\n", /Line 1 .* no JSON/],
    "with another role": [
      (text) =>
        rewritten(text, (lines) =>
          lines.map((line) => line.replace('"role":"reader"', '"role":"king"')),
        ),
      /no such role/,
    ],
    "with scopes that can't be read": [
      (text) =>
        rewritten(text, (lines) => lines.map((line) => line.replace("verbs=list.read", "verb"))),
      /scopes can't be read/,
    ],
    "with an audit entry changed, though the digest fits": [
      (text) =>
        rewritten(text, (lines) =>
          lines.map((line) =>
            line.startsWith('{"audit"') ? line.replace("one more", "one mare") : line,
          ),
        ),
      /audit log of the backup doesn't hold/,
    ],
    "with the newest audit entry taken out": [
      (text) => rewritten(text, (lines) => lines.slice(0, -1)),
      /doesn't end at entry/,
    ],
    "with a list that has errors": [
      (text) =>
        rewritten(text, (lines) =>
          lines.map((line) =>
            line.startsWith('{"listEntry":{"place":"mirrors/c.example"')
              ? line.replace("https://c.example/", "gopher://c.example/")
              : line,
          ),
        ),
      /list of the backup has \d+ errors/,
    ],
    "with a webhook that everybody on the way can read": [
      (text) =>
        rewritten(text, (lines) =>
          lines.map((line) =>
            line.replace("https://chat.example/hook", "http://chat.example/hook"),
          ),
        ),
      /can't be taken/,
    ],
    "with an account twice": [
      (text) =>
        rewritten(text, (lines) =>
          lines.flatMap((line) => (line.includes('"name":"eye"') ? [line, line] : [line])),
        ),
      /twice/,
    ],
  };
  it.each(Object.entries(cases))("%s", async (_, [change, told]) => {
    const { admin } = await operated();
    const text = await backup(admin);
    await fresh.ask("GET", "/api/v1/me", { token: await fresh.admin() });
    const before = kept(databases[1]);
    const answer = await restore(fresh, change(text));
    expect([answer.status, answer.body.detail]).toEqual([422, expect.stringMatching(told)]);
    expect(kept(databases[1])).toEqual(before);
    // The same, whole, is taken.
    expect((await restore(fresh, text)).status).toBe(200);
  });

  it("with another passphrase, or none where secrets are sealed", async () => {
    const { admin } = await operated();
    const text = await backup(admin, sealed);
    const other = { "Nearmirror-Passphrase": `${passphrase}!` };
    const answers = [
      await restore(fresh, text, { headers: other }),
      await restore(fresh, text),
      await restore(fresh, text, { headers: { "Nearmirror-Passphrase": "short" } }),
      await restore(
        fresh,
        rewritten(text, (lines) =>
          lines.map((line) => line.replace("chat.example/hook", "chat.example/other")),
        ),
        { headers: sealed },
      ),
    ];
    expect(answers.map(({ status, body }) => `${status} ${body.detail}`)).toEqual([
      expect.stringMatching(/^422 The passphrase isn't that/),
      expect.stringMatching(/^422 Secrets in the backup are sealed/),
      expect.stringMatching(/^422 .*shorter than 24/),
      expect.stringMatching(/^422 The secret of webhook 1 was changed/),
    ]);
  });

  it("where somebody has operated, unless it is meant", async () => {
    const { admin } = await operated();
    const text = await backup(admin);
    await fresh.token("other", "reader");
    const answer = await restore(fresh, text);
    expect([answer.status, answer.body.detail]).toEqual([
      409,
      expect.stringMatching(/has operated .*replace=true/),
    ]);
    const own = await fresh.admin();
    const { id } = (await fresh.ask("GET", "/api/v1/me", { token: own })).body.token;
    fresh.office.sessions.begin(id, fresh.clock.now);
    expect(kept(databases[1]).session).toHaveLength(1);
    expect((await restore(fresh, text, { query: "?replace=true" })).status).toBe(200);
    expect(kept(databases[1]).session).toEqual([]);
    expect((await fresh.ask("GET", "/api/v1/me", { token: own })).status).toBe(401);
    expect((await fresh.ask("GET", "/api/v1/principals/other", { token: admin })).status).toBe(404);
  });

  it("by anybody but an admin, with a key, or as another type", async () => {
    const admin = await fresh.admin();
    const operator = await fresh.token("ops", "operator");
    const asked = [
      await restore(fresh, "x", { token: operator }),
      await restore(fresh, "x", { token: admin, headers: { "Idempotency-Key": "k" } }),
      await restore(fresh, "x", { token: admin, headers: { "Content-Type": "text/plain" } }),
    ];
    expect(asked.map(({ status }) => status)).toEqual([403, 400, 415]);
  });

  it("where the place can't be changed at any step", async () => {
    const { admin } = await operated();
    const text = await backup(admin);
    const token = await fresh.admin();
    await fresh.ask("GET", "/api/v1/me", { token });
    const [, database] = databases;
    const before = kept(database);
    // Each step of the import in turn fails; the last ones behind its end leave it whole.
    for (let step = 1; ; step++) {
      database?.breakAt(step, "throws");
      const failed = await restore(fresh, text, { token }).then(
        ({ status }) => (status === 200 ? undefined : `answered ${status}`),
        (error: Error) => error.message,
      );
      if (failed === undefined) break;
      expect(failed).toMatch(/answered 500/);
      expect({ step, kept: kept(database) }).toEqual({ step, kept: before });
    }
  });
});
