/** Accounts over a Durable Object's own SQLite: the hashes, the checksum and the transactions are the platform's. */
import { env, reset, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import { AccountStore } from "../../worker/accounts/account-store.ts";
import { Accounts } from "../../worker/accounts/accounts.ts";
import { AuditLog } from "../../worker/accounts/audit-log.ts";
import { bootstrap } from "../../worker/accounts/bootstrap.ts";
import { fingerprintOf, Idempotency } from "../../worker/accounts/idempotency.ts";
import { isFormOf, Sessions } from "../../worker/accounts/sessions.ts";
import { Tokens } from "../../worker/accounts/tokens.ts";
import { durableSql } from "../../worker/runtime/durable-sql.ts";

afterEach(() => reset());

const now = Date.UTC(2026, 10, 30, 12);
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

function open(storage: DurableObjectStorage) {
  const sql = durableSql(storage);
  const store = new AccountStore(sql);
  const audit = new AuditLog(sql, random);
  const tokens = new Tokens(store, audit, random);
  const accounts = new Accounts(store, audit);
  const sessions = new Sessions(sql, tokens, random);
  return { sql, store, audit, tokens, accounts, sessions, answers: new Idempotency(sql) };
}

it("signs in, keeps a session, repeats an answer, and the chain holds from object to object", async () => {
  const stub = env.FLEET.get(env.FLEET.idFromName("fleet"));
  const secret = "0123456789abcdef".repeat(2);
  const act = {
    at: now,
    principal: "root",
    token: "",
    address: "192.0.2.1",
    why: "ü\0",
    request: "r",
  };
  const keyed = { principal: "ops", key: "k", fingerprint: fingerprintOf("POST", "/x", "{}") };
  const text = await runInDurableObject(stub, (_, { storage }) => {
    const { accounts, answers, audit, sessions, sql, store, tokens } = open(storage);
    const made = bootstrap({ store, accounts, tokens }, { secret, shown: secret }, act);
    if (!("done" in made)) throw new Error(JSON.stringify(made));
    const wanted = { name: "ops", role: "mirror-admin", mirrors: ["a"], contact: "ü" };
    expect(accounts.add(act, wanted)).toHaveProperty("done");
    expect(accounts.disable(act, "root")).toMatchObject({ refused: "conflict" });
    expect(answers.begin(keyed, now)).toEqual({ is: "new" });
    const failing = () =>
      sql.transaction(() => {
        audit.append({ act, verb: "mirror.drain", resource: "mirror/a" });
        answers.finish(keyed, { status: 200, headers: [["A", "b"]], body: "{}" }, now);
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    expect(audit.head().id).toBe(3);
    answers.begin(keyed, now);
    answers.finish(keyed, { status: 200, headers: [["A", "b"]], body: "{}" }, now);
    const cookie = sessions.begin(made.done.token.id, now).show();
    const session = sessions.open(cookie, now);
    if (typeof session === "string") throw new Error(session);
    expect(isFormOf(session, session.formToken)).toBe(true);
    expect(
      audit.query({ principal: "root", verb: "account.*", resource: "account" }, 9),
    ).toHaveLength(2);
    return made.done.secret.show();
  });
  await runInDurableObject(stub, (_, { storage }) => {
    const { accounts, answers, audit, tokens } = open(storage);
    expect(tokens.signIn(text, now)).toMatchObject({ principal: { name: "root", role: "admin" } });
    expect(tokens.signIn(`${text.slice(0, -1)}_`, now)).toMatchObject({ reason: "guessed" });
    expect(answers.begin(keyed, now)).toMatchObject({
      is: "answered",
      answer: { headers: [["A", "b"]] },
    });
    expect(accounts.erase(act, "ops", () => answers.erase("ops"))).toHaveProperty("done");
    expect(audit.prune(now + 3 * 366 * 24 * 3600 * 1000)).toBe(3);
    expect(audit.verify()).toEqual({ checked: 2 });
    expect(audit.exportBehind(0)?.lines.split("\n")).toHaveLength(3);
  });
});
