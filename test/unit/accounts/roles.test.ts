/** Roles and scopes: the table verb by verb, and that a scope only narrows. */
import { describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { type Entitled, may, type Resource } from "../../../worker/accounts/roles.ts";
import {
  dimensions,
  maxNamesInScope,
  maxScopes,
  readScopes,
  type Scope,
  scopeText,
} from "../../../worker/accounts/scopes.ts";
import { allVerbs, isVerb, type Role, roles, verbRow } from "../../../worker/accounts/verbs.ts";
import { done } from "./accounts-alone.ts";

/** As the roles are promised: operator, mirror-admin of its own mirror, reader. An admin may all of it. */
const promised: Record<string, string> = {
  "list.read": "o-r",
  "list.plan": "o--",
  "list.apply": "o--",
  "mirror.read": "omr",
  "mirror.add": "o--",
  "mirror.edit": "o--",
  "mirror.urls": "om-",
  "mirror.contact": "om-",
  "mirror.remove": "o--",
  "mirror.drain": "om-",
  "mirror.enable": "om-",
  "mirror.disable": "o--",
  "mirror.weight": "o--",
  "mirror.probe": "o--",
  "mirror.synced": "om-",
  "repository.read": "omr",
  "repository.add": "o--",
  "repository.edit": "o--",
  "repository.remove": "o--",
  "repository.refresh": "o--",
  explain: "omr",
  watch: "omr",
  "statistics.read": "omr",
  "alarms.read": "omr",
  "audit.read": "o--",
  "audit.export": "o--",
  "audit.verify": "o--",
  "webhook.read": "o--",
  "webhook.add": "o--",
  "webhook.edit": "o--",
  "webhook.remove": "o--",
  "webhook.test": "o--",
  "account.read": "---",
  "account.read-own": "omr",
  "account.add": "---",
  "account.edit": "---",
  "account.disable": "---",
  "account.enable": "---",
  "account.erase": "---",
  "token.read": "---",
  "token.create": "---",
  "token.revoke": "---",
  "token.read-own": "omr",
  "token.create-own": "omr",
  "token.revoke-own": "omr",
  "token.revoke-this": "omr",
  "backup.export": "---",
  "backup.import": "---",
};

const who = (role: Role): Entitled => ({
  name: `some-${role}`,
  role,
  mirrors: role === "mirror-admin" ? ["own.example", "other-own.example"] : [],
});
const free = { scopes: [] };
const scoped = (...texts: string[]) => ({ scopes: done(readScopes(texts)) });
const own = (principal: Entitled): Resource => ({
  mirror: "own.example",
  repository: "debian",
  principal: principal.name,
});
const why = (permission: ReturnType<typeof may>) => (permission.allowed ? "" : permission.why);

it("has every verb that is promised, and no other", () => {
  expect([...allVerbs].sort()).toEqual(Object.keys(promised).sort());
});

describe.each(allVerbs)("%s", (verb) => {
  it.each(roles)("is as promised for %s", (role) => {
    const principal = who(role);
    const permission = may(principal, free, verb, own(principal));
    const at = ["operator", "mirror-admin", "reader"].indexOf(role);
    expect(permission.allowed).toBe(role === "admin" || promised[verb]?.[at] !== "-");
    if (!permission.allowed) {
      expect(permission.why).toMatch(new RegExp(`^${verb} needs the role .*admin`));
      expect(permission.why).toContain(`has the role ${role}`);
    }
  });

  it("is of another's mirror or account for no mirror-admin", () => {
    const principal = who("mirror-admin");
    const { on } = verbRow(verb);
    const strange = { mirror: "strange.example", repository: "debian", principal: "somebody" };
    const permission = may(principal, free, verb, strange);
    if (on === "mirror" || on === "self") expect(permission.allowed).toBe(false);
  });
});

describe("a mirror-admin", () => {
  const principal = who("mirror-admin");

  it("is told whose mirrors it has", () => {
    expect(why(may(principal, free, "mirror.drain", { mirror: "strange.example" }))).toBe(
      "some-mirror-admin is mirror-admin of own.example, other-own.example, not of strange.example: mirror.drain there needs the role operator or admin.",
    );
  });

  it("doesn't end what an operator had to do, and ends what a site did", () => {
    for (const verb of ["mirror.enable", "mirror.drain"] as const) {
      const at = (heldBy: Role) => may(principal, free, verb, { mirror: "own.example", heldBy });
      expect(why(at("operator"))).toMatch(/^An operator drained or disabled own\.example/);
      expect(at("admin").allowed).toBe(false);
      expect(at("mirror-admin").allowed).toBe(true);
    }
    const contact = { mirror: "own.example", heldBy: "operator" } as const;
    expect(may(principal, free, "mirror.contact", contact).allowed).toBe(true);
    const operator = may(who("operator"), free, "mirror.enable", contact);
    expect(operator.allowed).toBe(true);
  });
});

it("a verb of one thing needs one to be named", () => {
  expect(why(may(who("admin"), free, "mirror.drain"))).toBe(
    "mirror.drain is of one mirror, and none is named.",
  );
  expect(why(may(who("admin"), free, "repository.edit"))).toBe(
    "repository.edit is of one repository, and none is named.",
  );
  expect(why(may(who("admin"), free, "token.create-own"))).toContain("of nobody");
});

describe("scopes", () => {
  const operator = who("operator");
  const drain = (token: { scopes: Scope[] }, resource: Resource) =>
    may(operator, token, "mirror.drain", resource);

  it("of verbs hold for those and for groups", () => {
    const token = scoped("verbs=mirror.drain,list.*");
    expect(drain(token, { mirror: "a" }).allowed).toBe(true);
    expect(may(operator, token, "list.apply").allowed).toBe(true);
    expect(why(may(operator, token, "mirror.enable", { mirror: "a" }))).toBe(
      "The token's scope verbs=mirror.drain,list.* doesn't have mirror.enable: use a token without that scope, or with a wider one.",
    );
    // No verb has another one's name for its beginning, as a text.
    expect(may(who("admin"), scoped("verbs=token.revoke"), "token.revoke-own").allowed).toBe(false);
  });

  it("of mirrors and repositories have what is of these alone", () => {
    const mirrors = scoped("mirrors=a,b");
    expect(drain(mirrors, { mirror: "b" }).allowed).toBe(true);
    expect(why(drain(mirrors, { mirror: "c" }))).toContain("mirrors=a,b doesn't have c");
    expect(why(may(operator, mirrors, "list.apply"))).toContain(
      "list.apply, which isn't of one mirror",
    );
    const both = scoped("mirrors=a", "repositories=debian");
    expect(drain(both, { mirror: "a", repository: "debian" }).allowed).toBe(true);
    expect(drain(both, { mirror: "a" }).allowed).toBe(false);
    expect(drain(scoped("hosts=web1"), { mirror: "a" }).allowed).toBe(false);
    expect(drain(scoped("hosts=web1"), { mirror: "a", host: "web1" }).allowed).toBe(true);
  });

  it("give a role nothing that it doesn't have", () => {
    const token = scoped("verbs=account.*,mirror.*");
    expect(may(who("reader"), token, "account.add").allowed).toBe(false);
    expect(may(who("reader"), token, "mirror.drain", { mirror: "a" }).allowed).toBe(false);
  });

  it("leave every token its own account and its own end", () => {
    const reader = who("reader");
    const token = scoped("verbs=explain", "mirrors=a");
    for (const verb of ["account.read-own", "token.revoke-this"] as const) {
      expect(may(reader, token, verb, { principal: reader.name }).allowed).toBe(true);
      expect(may(reader, token, verb, { principal: "somebody" }).allowed).toBe(false);
    }
  });

  it("are read back as they are written, and each once", () => {
    const texts = [
      "verbs=mirror.*,explain",
      "mirrors=deb.example.org",
      "repositories=a,b",
      "hosts=h",
    ];
    const scopes = done(readScopes([...texts, "hosts=h"]));
    expect(scopes.map(scopeText)).toEqual(texts);
  });

  it.each([
    ["mirror.drain", "doesn't begin with verbs=, mirrors=, repositories=, hosts=."],
    ["", "doesn't begin with"],
    ["=x", "doesn't begin with"],
    ["verbs=", "which is no verb"],
    ["verbs=mirror.dran", "which is no verb"],
    ["verbs=*", "which is no verb"],
    ["verbs=nothing.*", "which is no verb"],
    ["verbs=__proto__", "which is no verb"],
    ["mirrors=", "which is no name"],
    ["mirrors=a,,b", "which is no name"],
    ["mirrors=a b", "which is no name"],
    ["mirrors=a\n", "which is no name"],
    ["mirrors=*", "which is no name"],
    ["mirrors=a*", "has a *"],
    [`mirrors=${"a".repeat(254)}`, "which is no name"],
    [
      `mirrors=${Array.from({ length: maxNamesInScope + 1 }, (_, at) => `m${at}`)}`,
      "more than 100",
    ],
  ])("%s is refused with the reason", (text, reason) => {
    const read = readScopes([text]);
    if (!("refused" in read)) throw new Error("it was taken");
    expect(read.why).toContain(reason);
    expect(read.why.length).toBeLessThan(700);
  });

  it("are at most so many", () => {
    const texts = Array.from({ length: maxScopes + 1 }, (_, at) => `mirrors=m${at}`);
    expect(readScopes(texts)).toMatchObject({ refused: "wrong" });
    expect(readScopes(texts.slice(1))).toHaveProperty("done");
  });

  it("one more never widens: what it allows was allowed without it, and by the role alone", () => {
    const random = seeded(16);
    const names = ["a", "b", "c"];
    const some = <T>(values: readonly T[]) => {
      const those = values.filter(() => random() < 0.5);
      return those.length === 0 ? [oneOf(random, values)] : those;
    };
    const groups = [
      ...new Set(
        allVerbs.filter((verb) => verb.includes(".")).map((verb) => `${verb.split(".")[0]}.*`),
      ),
    ];
    const drawScope = (): Scope => {
      const of = oneOf(random, dimensions);
      return of === "verbs"
        ? { of, among: [...some(allVerbs), ...(random() < 0.5 ? some(groups) : [])] }
        : { of, among: some(names) };
    };
    const seen = { allowed: 0, refused: 0 };
    for (let round = 0; round < 30_000; round++) {
      const role = oneOf(random, roles);
      const mirrors = role === "mirror-admin" ? some(names) : [];
      const principal = { name: oneOf(random, names), role, mirrors };
      const scopes = Array.from({ length: Math.floor(random() * 3) }, drawScope);
      const verb = oneOf(random, allVerbs);
      const resource: Resource = {
        ...(random() < 0.8 && { mirror: oneOf(random, names) }),
        ...(random() < 0.8 && { repository: oneOf(random, names) }),
        ...(random() < 0.8 && { host: oneOf(random, names) }),
        ...(random() < 0.8 && { principal: oneOf(random, names) }),
        ...(random() < 0.3 && { heldBy: oneOf(random, roles) }),
      };
      const before = may(principal, { scopes }, verb, resource).allowed;
      const at = Math.floor(random() * (scopes.length + 1));
      const after = may(
        principal,
        { scopes: scopes.toSpliced(at, 0, drawScope()) },
        verb,
        resource,
      );
      if (after.allowed)
        expect([before, may(principal, free, verb, resource).allowed]).toEqual([true, true]);
      seen[before ? "allowed" : "refused"]++;
    }
    expect(seen.allowed).toBeGreaterThan(1000);
    expect(seen.refused).toBeGreaterThan(1000);
  });
});

it("a verb is one of the table's own", () => {
  expect(isVerb("list.read")).toBe(true);
  for (const text of ["", "constructor", "toString", "list"]) expect(isVerb(text)).toBe(false);
});
