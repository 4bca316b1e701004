/** Accounts and their tokens: what is taken, what is refused, and who is signed in. */
import { crc32 } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import {
  defaultTokenMs,
  endedTokenMs,
  maxOwnMirrors,
  maxPrincipals,
  maxTokenMs,
  maxTokens,
  maxTokensKept,
} from "../../../worker/accounts/account.ts";
import { base62 } from "../../../worker/accounts/random-text.ts";
import { scopeText } from "../../../worker/accounts/scopes.ts";
import { Alone, act, day, done, start, wantedOps } from "./accounts-alone.ts";

const opened: Alone[] = [];
afterEach(() => {
  for (const { sqlite } of opened.splice(0)) sqlite.close();
});
function alone(): Alone {
  const made = new Alone();
  opened.push(made);
  return made;
}
const by = act("root");
const verbsOf = ({ audit }: Alone, resource: string) =>
  audit.query({ resource }, 100).map(({ verb }) => verb);

it("an account is added, edited, disabled, enabled and erased, and the audit has all of it", () => {
  const one = alone();
  const { accounts, store } = one;
  const added = { ...wantedOps, created: start, disabled: undefined };
  expect(accounts.add(by, wantedOps)).toEqual({ done: added });
  const edited = { ...added, role: "mirror-admin", mirrors: ["a.example"] };
  expect(
    accounts.edit(by, "ops", { role: "mirror-admin", mirrors: ["a.example", "a.example"] }),
  ).toEqual({ done: edited });
  expect(done(accounts.disable(act("root", { at: start + 5 }), "ops")).disabled).toBe(start + 5);
  expect(accounts.disable(by, "ops")).toHaveProperty("done");
  expect(done(accounts.enable(by, "ops"))).toEqual(edited);
  expect(store.principal("ops")).toEqual(edited);
  expect(accounts.erase(by, "ops")).toEqual({ done: { erased: "ops" } });
  expect(store.principal("ops")).toBeUndefined();
  expect(verbsOf(one, "account/ops")).toEqual([
    "account.erase",
    "account.enable",
    "account.disable",
    "account.edit",
    "account.add",
  ]);
  const [, , , edit] = one.audit.query({ resource: "account/ops" }, 10);
  expect(JSON.parse(edit?.before ?? "")).toEqual({
    role: "operator",
    mirrors: [],
    hasContact: true,
    disabled: false,
  });
  expect(JSON.parse(edit?.after ?? "")).toMatchObject({
    role: "mirror-admin",
    mirrors: ["a.example"],
  });
  expect(one.verified()).toBe(5);
});

it.each([
  [{ name: "x" }, "can't be the name"],
  [{ name: "Ops" }, "can't be the name"],
  [{ name: "o ps" }, "can't be the name"],
  [{ name: "ops-" }, "can't be the name"],
  [{ name: "a".repeat(65) }, "can't be the name"],
  [{ name: "ops\n" }, "can't be the name"],
  [{ name: "service" }, "the service's own"],
  [{ role: "root" }, "is no role: take admin, operator, mirror-admin, reader."],
  [{ role: "operator", mirrors: ["a"] }, "Only a mirror-admin has mirrors"],
  [{ role: "mirror-admin" }, "one mirror at least"],
  [{ role: "mirror-admin", mirrors: ["a/b"] }, "can't be the name of a mirror"],
  [
    {
      role: "mirror-admin",
      mirrors: Array.from({ length: maxOwnMirrors + 1 }, (_, at) => `m${at}`),
    },
    "at most 50 mirrors",
  ],
  [{ contact: "x".repeat(201) }, "at most 200"],
  [{ contact: "a\nb" }, "control characters"],
  [{ contact: "\ud800" }, "control characters"],
])("%j is refused with a reason", (wrong, reason) => {
  const one = alone();
  const outcome = one.accounts.add(by, { ...wantedOps, ...wrong });
  expect(outcome).toMatchObject({ refused: "wrong", why: expect.stringContaining(reason) });
  expect(one.audit.head().id).toBe(0);
});

it("names are had once, also after an erasure that the audit log remembers", () => {
  const one = alone();
  const { accounts } = one;
  accounts.add(by, wantedOps);
  expect(accounts.add(by, wantedOps)).toMatchObject({ refused: "conflict" });
  one.audit.appendAlone({ act: act("ops"), verb: "mirror.drain", resource: "mirror/a" });
  accounts.erase(by, "ops");
  expect(accounts.add(by, wantedOps)).toMatchObject({
    refused: "conflict",
    why: expect.stringContaining("was erased"),
  });
  for (const outcome of [
    accounts.edit(by, "ops", {}),
    accounts.disable(by, "ops"),
    accounts.enable(by, "ops"),
    accounts.erase(by, "ops"),
  ]) {
    expect(outcome).toEqual({ refused: "unknown", why: "There is no account ops." });
  }
});

it("there are at most so many accounts", () => {
  const { accounts, store } = alone();
  store.together(() => {
    for (let at = 0; at < maxPrincipals; at++) {
      store.setPrincipal({
        ...wantedOps,
        role: "reader",
        name: `reader-${at}`,
        created: start,
        disabled: undefined,
      });
    }
  });
  expect(accounts.add(by, wantedOps)).toMatchObject({ refused: "full" });
  accounts.erase(by, "reader-7");
  expect(accounts.add(by, wantedOps)).toHaveProperty("done");
  // By name, page after page.
  const first = store.principals("", 3).map(({ name }) => name);
  expect(first).toEqual(["ops", "reader-0", "reader-1"]);
  expect(store.principals("reader-1", 1).map(({ name }) => name)).toEqual(["reader-10"]);
});

it("a token signs in until it expires, is revoked, or its account is disabled or erased", () => {
  const { accounts, tokens, made } = withOps();
  const text = made.secret.show();
  expect(tokens.signIn(text, start)).toMatchObject({
    principal: { name: "ops" },
    token: { id: made.token.id },
  });
  expect(made.token.expires).toBe(start + defaultTokenMs);
  expect(tokens.signIn(text, start + defaultTokenMs - 1)).toHaveProperty("principal");
  expect(tokens.signIn(text, start + defaultTokenMs)).toMatchObject({
    reason: "ended",
    why: expect.stringContaining("expired at 2027-02-28"),
  });
  accounts.disable(by, "ops");
  expect(tokens.signIn(text, start)).toMatchObject({
    reason: "ended",
    why: expect.stringContaining("disabled"),
  });
  accounts.enable(by, "ops");
  expect(tokens.revoke(act("root", { why: "left" }), made.token.id)).toEqual({
    done: { revoked: [made.token.id], left: [] },
  });
  expect(tokens.signIn(text, start)).toMatchObject({
    reason: "ended",
    why: expect.stringContaining("revoked at 2026-11-30"),
  });
  const second = done(
    tokens.create(by, { principal: "ops", scopes: [], description: "" }, undefined),
  );
  accounts.erase(by, "ops");
  expect(tokens.signIn(second.secret.show(), start)).toMatchObject({ reason: "guessed" });
});

it("a wrong secret, a wrong name and no token at all are guesses, and say nothing of what there is", () => {
  const { tokens, made } = withOps();
  const other = alone();
  done(other.accounts.add(by, wantedOps));
  const strange = other.made("ops").secret.show();
  const guess = tokens.signIn(strange, start);
  expect(guess).toMatchObject({ reason: "guessed" });
  // The right public name with another secret, and a checksum that is right: the same answer.
  const forged = forgedFor(made.token.id);
  expect(tokens.signIn(forged, start)).toEqual(guess);
  expect(tokens.signIn("Bearer", start)).toMatchObject({ reason: "guessed" });
});

it("a token's last use is written once an hour", () => {
  const { sqlite, tokens, store, made } = withOps();
  const changes = () => Number(sqlite.sql.exec("SELECT total_changes() AS n").toArray()[0]?.n);
  const before = changes();
  const text = made.secret.show();
  for (let minute = 0; minute < 180; minute++) tokens.signIn(text, start + minute * 60_000);
  expect(changes() - before).toBe(3);
  expect(store.token(made.token.id)?.used).toBe(start + 120 * 60_000);
});

it("a token signs in where nothing can be written", () => {
  const { sqlite, tokens, made } = withOps();
  const changes = () => Number(sqlite.sql.exec("SELECT total_changes() AS n").toArray()[0]?.n);
  const before = changes();
  expect(tokens.signIn(made.secret.show(), start, false)).toHaveProperty("principal");
  expect(changes()).toBe(before);
});

it.each([0, -1, maxTokenMs + 1, Number.NaN, Number.POSITIVE_INFINITY])(
  "a lifetime of %s ms is refused",
  (lifetimeMs) => {
    const { tokens } = withOps();
    const wanted = { principal: "ops", scopes: [], description: "", lifetimeMs };
    expect(tokens.create(by, wanted, undefined)).toMatchObject({
      refused: "wrong",
      why: expect.stringContaining("366 days"),
    });
  },
);

it("a token is made for an account that is there and enabled, with scopes that can be read", () => {
  const { accounts, tokens } = withOps();
  const wanted = { principal: "ops", scopes: [], description: "" };
  expect(tokens.create(by, { ...wanted, principal: "nobody" }, undefined)).toMatchObject({
    refused: "unknown",
  });
  expect(tokens.create(by, { ...wanted, scopes: ["mirror.drain"] }, undefined)).toMatchObject({
    refused: "wrong",
  });
  expect(tokens.create(by, { ...wanted, description: "x".repeat(201) }, undefined)).toMatchObject({
    refused: "wrong",
  });
  accounts.disable(by, "ops");
  expect(tokens.create(by, wanted, undefined)).toMatchObject({ refused: "conflict" });
});

it("a token makes no token that may more than itself", () => {
  const { tokens } = withOps();
  const wanted = { principal: "ops", description: "" };
  const parent = done(
    tokens.create(by, { ...wanted, scopes: ["verbs=mirror.*,token.create-own"] }, undefined),
  ).token;
  const child = done(tokens.create(act("ops"), { ...wanted, scopes: ["mirrors=a"] }, parent)).token;
  expect(child.scopes.map(scopeText)).toEqual(["verbs=mirror.*,token.create-own", "mirrors=a"]);
  expect(child.madeBy).toBe(parent.id);
  const sixteen = Array.from({ length: 15 }, (_, at) => `mirrors=m${at},a`);
  expect(tokens.create(act("ops"), { ...wanted, scopes: sixteen }, parent)).toHaveProperty("done");
  expect(tokens.create(act("ops"), { ...wanted, scopes: sixteen }, child)).toMatchObject({
    refused: "wrong",
  });
});

it("a leaked token is revoked with all that it made, also through tokens that are long gone", () => {
  const { tokens, store, made } = withOps();
  const wanted = { principal: "ops", scopes: [], description: "" };
  const create = (parent: typeof made.token) =>
    done(tokens.create(act("ops"), wanted, parent)).token;
  const leaked = create(made.token);
  const second = create(leaked);
  const third = create(second);
  const other = create(made.token);
  tokens.revoke(by, second.id);
  store.together(() => store.dropToken(second));
  const fourth = create(third);
  const { revoked } = done(tokens.revoke(by, leaked.id, { withMade: true }));
  expect(revoked.sort()).toEqual([leaked.id, third.id, fourth.id].sort());
  expect(typeof tokens.working(other.id, start)).toBe("object");
  // Again, it is done already.
  expect(tokens.revoke(by, leaked.id)).toEqual({ done: { revoked: [], left: [] } });
  expect(tokens.revoke(by, "unknown")).toMatchObject({ refused: "unknown" });
});

it("tokens that a leaked one made for others are revoked where that is asked for", () => {
  const { accounts, tokens, made } = withOps();
  done(accounts.add(by, { ...wantedOps, name: "other" }));
  const wanted = { principal: "other", scopes: [], description: "" };
  const theirs = done(tokens.create(act("ops"), wanted, made.token)).token;
  const own = done(tokens.create(act("other"), wanted, theirs)).token;
  const first = done(tokens.revoke(by, made.token.id, { withMade: true }));
  expect(first).toEqual({ revoked: [made.token.id], left: [theirs.id, own.id] });
  expect(typeof tokens.working(theirs.id, start)).toBe("object");
  const all = done(tokens.revoke(by, made.token.id, { withMade: true, others: true }));
  expect(all).toEqual({ revoked: [theirs.id, own.id], left: [] });
});

it("one principal has so many tokens that work, and those that ended make room", () => {
  const { one, tokens, store } = withOps();
  for (let at = 1; at < maxTokens; at++) one.made("ops");
  const wanted = { principal: "ops", scopes: [], description: "" };
  expect(tokens.create(by, wanted, undefined)).toMatchObject({ refused: "full" });
  for (let at = 0; at < maxTokensKept - maxTokens + 10; at++) {
    const [newest] = store.tokensOf("ops").filter(({ revoked }) => revoked === undefined);
    done(tokens.revoke(by, newest?.id ?? ""));
    one.made("ops");
  }
  const rows = one.sqlite.sql.exec("SELECT count(*) AS n FROM token").toArray();
  expect(rows).toEqual([{ n: maxTokensKept }]);
});

it("what ended long ago is dropped", () => {
  const { tokens, store, made } = withOps();
  tokens.revoke(by, made.token.id);
  expect(tokens.prune(start + endedTokenMs)).toBe(0);
  expect(tokens.prune(start + endedTokenMs + 1)).toBe(1);
  expect(store.token(made.token.id)).toBeUndefined();
});

it("the last admin that can sign in doesn't go", () => {
  const one = alone();
  const { accounts, tokens, store } = one;
  const root = one.bootstrapped().token;
  const refusals = () => [
    accounts.disable(by, "root"),
    accounts.erase(by, "root"),
    accounts.edit(by, "root", { role: "operator" }),
    tokens.revoke(by, root.id),
  ];
  const isLast = { refused: "conflict", why: expect.stringContaining("root is the last admin") };
  for (const outcome of refusals()) expect(outcome).toMatchObject(isLast);
  // Another admin alone is none that can sign in; nor with a token that may little, or works no more.
  done(accounts.add(by, { ...wantedOps, name: "second", role: "admin" }));
  for (const outcome of refusals()) expect(outcome).toMatchObject(isLast);
  one.made("second", { scopes: ["verbs=list.read"] });
  for (const outcome of refusals()) expect(outcome).toMatchObject(isLast);
  one.made("second", { lifetimeMs: 1 }, start - day);
  for (const outcome of refusals()) expect(outcome).toMatchObject(isLast);
  const token = one.made("second").token;
  expect(store.workingAdmins(start).map(({ name }) => name)).toEqual(["root", "second"]);
  expect(accounts.disable(by, "root")).toHaveProperty("done");
  expect(tokens.revoke(by, token.id)).toMatchObject({ refused: "conflict" });
  // Others may go, and on purpose the last one as well.
  done(accounts.add(by, wantedOps));
  expect(accounts.erase(by, "ops")).toHaveProperty("done");
  expect(tokens.revoke(by, token.id, { evenLast: true })).toHaveProperty("done");
  expect(store.workingAdmins(start)).toEqual([]);
  expect(accounts.disable(by, "second")).toHaveProperty("done");
});

it("revoking together counts together", () => {
  const one = alone();
  const root = one.bootstrapped().token;
  const wanted = { principal: "root", scopes: [], description: "" };
  done(one.tokens.create(act("root"), wanted, root));
  expect(one.tokens.revoke(by, root.id, { withMade: true })).toMatchObject({ refused: "conflict" });
  expect(one.tokens.revoke(by, root.id)).toHaveProperty("done");
});

it("scopes that another version wrote allow nothing", () => {
  const { sqlite, store, made } = withOps();
  sqlite.sql.exec("UPDATE token SET scopes = ? WHERE id = ?", '["planets=mars"]', made.token.id);
  expect(store.token(made.token.id)?.scopes).toEqual([{ of: "verbs", among: [] }]);
});

it("no secret is in the database, the audit log or an export of it", () => {
  const one = alone();
  const secrets = [one.bootstrapped()];
  const { accounts, tokens } = one;
  done(accounts.add(by, wantedOps));
  secrets.push(one.made("ops", { description: "the second" }));
  const shown = secrets.map(({ secret }) => secret.show());
  // Somebody pastes them where they don't belong.
  const careless = act("ops", {
    why: `my token is ${shown[0]}`,
    request: `x ${shown[1]}`,
    address: `${shown[0]}`,
  });
  secrets.push(
    done(
      tokens.create(
        careless,
        { principal: "ops", scopes: [], description: `${shown[0]}` },
        undefined,
      ),
    ),
  );
  tokens.revoke({ ...careless, why: `${shown[1]}` }, secrets[1]?.token.id ?? "");
  one.audit.appendAlone({
    act: careless,
    verb: "webhook.add",
    resource: `webhook/${shown[0]}`,
    before: { [`${shown[1]}`]: 1 },
    after: [shown[0] ?? "", { deep: shown[1] }],
  });
  const all = one.dump() + one.audit.exportBehind(0)?.lines;
  for (const { secret, token } of secrets) {
    const text = secret.show();
    expect(all).toContain(token.id);
    expect(all).not.toContain(text.slice(15));
    expect(all).not.toContain(text.slice(15, 55));
  }
  expect(one.verified()).toBe(7);
});

function withOps() {
  const one = alone();
  done(one.accounts.add(by, wantedOps));
  const { sqlite, accounts, tokens, store } = one;
  return { one, sqlite, accounts, tokens, store, made: one.made("ops") };
}

/** A token whose checksum is right, and whose secret isn't. */
function forgedFor(id: string): string {
  const body = `nmt_${id}_${"x".repeat(40)}`;
  return body + base62(crc32(body), 6);
}
