/** The audit log: its chain, what breaks it, what is found in it, and what is dropped. */
import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { oneOf, seeded } from "../../../scripts/random.ts";
import { maxTextLength, maxValueLength } from "../../../worker/accounts/audit-entry.ts";
import {
  type AuditLimits,
  auditMs,
  auditStep,
  maxAuditPage,
} from "../../../worker/accounts/audit-log.ts";
import { searchAudit, searchLimits } from "../../../worker/accounts/audit-search.ts";
import type { Sql, SqlValue } from "../../../worker/runtime/sql.ts";
import { Alone, act, day, done, emptyDatabase, start, wantedOps } from "./accounts-alone.ts";

const opened: Alone[] = [];
afterEach(() => {
  for (const { sqlite } of opened.splice(0)) sqlite.close();
});
function alone(limits?: AuditLimits): Alone {
  const made = new Alone(emptyDatabase(), limits);
  opened.push(made);
  return made;
}

const minute = 60_000;
/** Some entries, a minute apart. */
function filled(count: number, one = alone()): Alone {
  one.store.together(() => {
    for (let at = 0; at < count; at++) {
      one.audit.append({
        act: act(at % 2 === 0 ? "ops" : "root", { at: start + at * minute, request: `r${at}` }),
        verb: at % 3 === 0 ? "mirror.drain" : "mirror.enable",
        resource: `mirror/m${at % 5}`,
        before: { is: at },
        after: { is: at + 1 },
      });
    }
  });
  return one;
}
const alter = ({ sqlite }: Alone, query: string, ...values: (string | number)[]) =>
  sqlite.sql.exec(query, ...values);
const brokenIn = (one: Alone) => one.audit.verify().broken;

it("an entry has who, when, from where, what, before, after and why", () => {
  const { audit } = alone();
  audit.appendAlone({
    act: act("ops", { token: "abc", why: "moving" }),
    verb: "mirror.drain",
    resource: "mirror/a",
    before: { state: "up" },
    after: { until: "2026-12-01", state: "drained" },
  });
  expect(audit.query({}, 1)).toEqual([
    {
      id: 1,
      at: start,
      principal: "ops",
      token: "abc",
      addressSeal: expect.stringMatching(/^[0-9a-f]{64}$/),
      address: { text: "198.51.100.7", salt: expect.stringMatching(/^\w{20}$/) },
      verb: "mirror.drain",
      resource: "mirror/a",
      before: '{"state":"up"}',
      after: '{"state":"drained","until":"2026-12-01"}',
      why: "moving",
      request: "r1",
      hash: audit.head().hash,
    },
  ]);
});

/** As the documents tell it, and nothing of ours: what somebody writes who verifies an export. */
function verifiedOutside(lines: string, previous = "0".repeat(64)): string {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  let last = previous;
  for (const line of lines.trimEnd().split("\n")) {
    const { hash, address, addressSalt, ...fields }: Record<string, unknown> = JSON.parse(line);
    if (address !== null) expect(fields.addressSeal).toBe(sha256(`${addressSalt}\n${address}`));
    const names = [...Object.keys(fields), "previous"].sort();
    const all: Record<string, unknown> = { ...fields, previous: last };
    const canonical = `{${names.map((name) => `"${name}":${JSON.stringify(all[name])}`).join(",")}}`;
    expect(hash).toBe(sha256(canonical));
    last = String(hash);
  }
  return last;
}

it("an export is verified without us, by what the documents say", () => {
  const one = filled(auditStep + 50);
  one.audit.appendAlone({
    act: act("ops", { why: 'ü \u0000\n\ud800 \u2028 "' }),
    verb: "watch",
    resource: "x",
  });
  let [lines, last] = ["", 0];
  for (
    let part = one.audit.exportBehind(0);
    part !== undefined;
    part = one.audit.exportBehind(last)
  ) {
    lines += part.lines;
    last = part.last;
  }
  expect(lines.split("\n")).toHaveLength(auditStep + 52);
  expect(verifiedOutside(lines)).toBe(one.audit.head().hash);
  expect(one.verified()).toBe(auditStep + 51);
});

it("odd texts and long values are kept so that the chain holds", () => {
  const one = alone();
  const long = { text: "ü".repeat(maxValueLength) };
  one.audit.appendAlone({
    act: act("ops\u0000x", { why: `${"w".repeat(maxTextLength - 2)}\ud83d\ude00`, address: "" }),
    verb: "list.apply",
    resource: "\ud800",
    before: long,
    after: { "\ud800": "\udc00\u0000", not: undefined },
  });
  const [entry] = one.audit.query({}, 1);
  expect(entry?.why.length).toBeLessThanOrEqual(maxTextLength);
  expect(entry?.principal).toBe("ops\ufffdx");
  const cut = JSON.parse(entry?.before ?? "");
  const whole = JSON.stringify(long);
  expect(cut).toMatchObject({
    length: whole.length,
    sha256: createHash("sha256").update(whole).digest("hex"),
  });
  expect(entry?.before?.length).toBeLessThan(maxValueLength);
  expect(one.verified()).toBe(1);
});

describe("a chain is broken", () => {
  const columns = [
    "at",
    "principal",
    "token",
    "addressSeal",
    "address",
    "verb",
    "resource",
    "before",
    "after",
    "why",
    "request",
    "hash",
  ];
  it.each(columns)("where somebody changes %s", (column) => {
    const one = filled(20);
    alter(one, `UPDATE audit SET ${column} = ? WHERE id = 7`, column === "at" ? start + 1 : "x");
    expect(brokenIn(one)).toMatchObject({ id: 7 });
  });

  it("where an entry is missing, at the beginning, in the middle or at the end", () => {
    for (const [id, said] of [
      [1, "Entry 1 is missing: 2 comes next."],
      [8, "Entry 8 is missing: 9 comes next."],
      [20, "The log ends at entry 19, but 20 entries were written."],
    ] as const) {
      const one = filled(20);
      alter(one, "DELETE FROM audit WHERE id = ?", id);
      expect(brokenIn(one)).toEqual({ id, why: said });
    }
  });

  it("where all is gone", () => {
    const one = filled(20);
    alter(one, "DELETE FROM audit");
    expect(brokenIn(one)).toMatchObject({ id: 1, why: expect.stringContaining("ends at entry 0") });
  });

  it("where two entries change places, and where one is written anew without those behind it", () => {
    const one = filled(20);
    alter(one, "UPDATE audit SET id = 99 WHERE id = 5");
    alter(one, "UPDATE audit SET id = 5 WHERE id = 6");
    alter(one, "UPDATE audit SET id = 6 WHERE id = 99");
    expect(brokenIn(one)).toMatchObject({ id: 5 });
    const other = filled(20);
    const [fifth] = other.audit.query({ before: 6 }, 1);
    alter(other, "UPDATE audit SET principal = 'nobody' WHERE id = 5");
    const [changed] = other.audit.query({ before: 6 }, 1);
    const lines = (entry: typeof fifth) => JSON.stringify(entry);
    expect(lines(changed)).not.toBe(lines(fifth));
    expect(brokenIn(other)).toMatchObject({ id: 5 });
  });

  it("where the whole log was written anew, for somebody who noted its end once", () => {
    const one = filled(20);
    const noted = one.audit.head();
    filled(5, one);
    expect(one.audit.verify(undefined, noted)).toEqual({ checked: 25 });
    alter(one, "DELETE FROM audit");
    alter(one, "DELETE FROM auditEnds");
    filled(30, one);
    expect(one.audit.verify()).toEqual({ checked: 30 });
    expect(one.audit.verify(undefined, noted).broken).toMatchObject({
      id: 20,
      why: expect.stringContaining("written anew"),
    });
    alter(one, "DELETE FROM audit");
    alter(one, "DELETE FROM auditEnds");
    filled(10, one);
    expect(one.audit.verify(undefined, noted).broken).toMatchObject({ id: 11 });
  });

  it("in the step that has it", () => {
    const one = filled(2 * auditStep + 10);
    alter(one, "UPDATE audit SET why = 'x' WHERE id = ?", auditStep + 3);
    const first = one.audit.verify();
    expect(first).toMatchObject({ checked: auditStep, next: { id: auditStep } });
    expect(one.audit.verify(first.next).broken).toMatchObject({ id: auditStep + 3 });
  });
});

it.each([
  ["as usual", searchLimits],
  ["by a condition that few meet, or looked through in many steps", { few: 20, scanned: 9 }],
  ["looked through alone", { few: -1, scanned: 30 }],
])("entries are found by principal, verb, resource and time, page after page: %s", (_, search) => {
  const one = filled(100, alone({ ms: auditMs, entries: 1000, characters: 1e9, search }));
  one.audit.appendAlone({
    act: act("ops", { at: start + 200 * minute }),
    verb: "mirror.drain",
    resource: "mirror/m1/repository/debian",
  });
  one.audit.appendAlone({
    act: act("ops", { at: start + 201 * minute }),
    verb: "list.apply",
    resource: "mirror/m10",
  });
  const all = one.audit.query({}, 500);
  const random = seeded(5);
  for (let round = 0; round < 300; round++) {
    const filter = {
      ...(random() < 0.5 && { principal: oneOf(random, ["ops", "root", "nobody"]) }),
      ...(random() < 0.5 && {
        verb: oneOf(random, ["mirror.drain", "mirror.*", "list.*", "mirror.d", "list.apply"]),
      }),
      ...(random() < 0.5 && {
        resource: oneOf(random, ["mirror/m1", "mirror", "mirror/m", "mirror/m1/repository/debian"]),
      }),
      ...(random() < 0.5 && { from: start + Math.floor(random() * 220) * minute }),
      ...(random() < 0.5 && { until: start + Math.floor(random() * 220) * minute }),
    };
    const { principal, verb, resource, from, until } = filter;
    const wanted = all.filter(
      (entry) =>
        (principal === undefined || entry.principal === principal) &&
        (verb === undefined ||
          entry.verb === verb ||
          (verb.endsWith(".*") && entry.verb.startsWith(verb.slice(0, -1)))) &&
        (resource === undefined ||
          entry.resource === resource ||
          entry.resource.startsWith(`${resource}/`)) &&
        (from === undefined || entry.at >= from) &&
        (until === undefined || entry.at < until),
    );
    const found: typeof all = [];
    let before: number | undefined;
    do {
      const page = one.audit.page({ ...filter, ...(before !== undefined && { before }) }, 7);
      found.push(...page.entries);
      before = page.next;
    } while (before !== undefined);
    expect(found).toEqual(wanted);
  }
  expect(one.audit.query({}, 1e9).length).toBeLessThanOrEqual(maxAuditPage);
  expect(one.audit.query({}, -3)).toHaveLength(1);
});

it("no search reads the table, or more of an index than it may", () => {
  const { audit, sqlite } = filled(10);
  const queries: { query: string; values: SqlValue[] }[] = [];
  const exec: Sql["exec"] = (query, ...values) => {
    queries.push({ query, values });
    return sqlite.sql.exec(query, ...values);
  };
  const sql: Sql = { exec, transaction: sqlite.sql.transaction };
  const filters = [
    {},
    { principal: "ops" },
    { principal: "ops", verb: "mirror.*" },
    { verb: "mirror.drain", resource: "mirror" },
    { principal: "ops", verb: "mirror.drain", resource: "mirror", from: start, until: start + day },
  ];
  for (const filter of filters) {
    for (const few of [-1, 2000]) searchAudit(sql, filter, 5, { few, scanned: 5 });
  }
  expect(audit.head().id).toBe(10);
  const plans = queries.flatMap(({ query, values }) =>
    sqlite.sql
      .exec(`EXPLAIN QUERY PLAN ${query}`, ...values)
      .toArray()
      .map(({ detail }) => ({ query, detail: String(detail) })),
  );
  expect(plans.length).toBeGreaterThan(20);
  for (const { query, detail } of plans) {
    // Both ends of the log are read off its key.
    if (/^SELECT id FROM audit ORDER BY id( DESC)? LIMIT 1$/.test(query)) continue;
    expect(detail, query).toMatch(
      /^SEARCH audit USING (COVERING INDEX|INDEX|INTEGER PRIMARY KEY)|TEMP B-TREE/,
    );
    // What is sorted are the few of a condition that few meet.
    if (detail.includes("TEMP B-TREE")) expect(query).not.toContain("audit_all");
  }
});

it("a clock that was set back doesn't mix the order of times", () => {
  const one = filled(10);
  one.audit.appendAlone({ act: act("ops", { at: start - day }), verb: "watch", resource: "x" });
  const last = start + 9 * minute;
  expect(one.audit.query({ verb: "watch", from: last, until: last + 1 }, 9)).toMatchObject([
    { at: last },
  ]);
});

describe("retention", () => {
  const few = { ms: 730 * day, entries: 100, characters: 1e9 };

  it("drops what is older than two years, signs it off, and the chain holds from there", () => {
    const one = filled(50);
    expect(one.audit.prune(start + auditMs)).toBe(0);
    const now = start + auditMs + 2 * day;
    one.audit.appendAlone({ act: act("ops", { at: now }), verb: "list.apply", resource: "list" });
    expect(one.audit.prune(now)).toBe(50);
    expect(one.audit.prune(now)).toBe(0);
    expect(one.verified()).toBe(2);
    const [entry] = one.audit.query({ verb: "audit.prune" }, 1);
    expect(entry).toMatchObject({ id: 52, principal: "service" });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ through: 50 });
    // Not each minute, though each minute one more is two years old.
    for (let at = 1; at < 60; at++) expect(one.audit.prune(now + at * minute)).toBe(0);
    // An export goes on from what the entry says.
    verifiedOutside(one.audit.exportBehind(0)?.lines ?? "", JSON.parse(entry?.after ?? "").hash);
  });

  it("drops the oldest where there are too many, or they are too long", () => {
    const many = filled(101, alone(few));
    expect(many.audit.prune(start)).toBe(6);
    expect(many.verified()).toBe(96);
    const long = filled(100, alone({ ...few, entries: 1e9, characters: 20_000 }));
    expect(long.audit.prune(start)).toBeGreaterThan(10);
    expect(long.audit.prune(start)).toBe(0);
    const kept = long.sqlite.sql.exec("SELECT sum(characters) AS n FROM audit").toArray();
    const counted = long.sqlite.sql.exec("SELECT characters AS n FROM auditEnds").toArray();
    expect(counted).toEqual(kept);
    expect(Number(kept[0]?.n)).toBeLessThan(20_000);
    expect(long.verified()).toBe(long.audit.query({}, 500).length);
  });

  it("drops again and again", () => {
    const one = alone(few);
    for (let round = 0; round < 20; round++) {
      filled(37, one);
      one.audit.prune(start);
      const kept = one.verified();
      expect(kept).toBeLessThanOrEqual(102);
      expect(one.audit.head().id).toBeGreaterThanOrEqual(37 * (round + 1));
    }
  });

  it("doesn't cover what somebody deletes", () => {
    const one = filled(101, alone(few));
    one.audit.prune(start);
    alter(one, "DELETE FROM audit WHERE id <= 20");
    expect(brokenIn(one)).toMatchObject({ id: 7 });
    // With the anchor moved as well, no entry says so.
    const [row] = one.sqlite.sql.exec("SELECT hash FROM audit WHERE id = 21").toArray();
    alter(one, "DELETE FROM audit WHERE id = 21");
    alter(one, "UPDATE auditEnds SET anchorId = 21, anchorHash = ?", String(row?.hash));
    expect(brokenIn(one)).toMatchObject({
      id: 21,
      why: expect.stringContaining("no entry audit.prune says"),
    });
  });

  it("goes on verifying where entries were dropped between two steps", () => {
    const one = filled(2 * auditStep, alone({ ...few, entries: auditStep + 100 }));
    const { next } = one.audit.verify();
    filled(400, one);
    expect(one.audit.prune(start)).toBeGreaterThan(auditStep);
    const step = one.audit.verify(next);
    expect(step).toMatchObject({ checked: auditStep, next: { id: expect.any(Number) } });
    expect(step.broken).toBeUndefined();
    expect(one.audit.verify(step.next).broken).toBeUndefined();
  });
});

it("an erased account leaves no address, and the chain holds", () => {
  const one = alone();
  done(one.accounts.add(act("root", { address: "203.0.113.1" }), wantedOps));
  filled(30, one);
  done(one.accounts.erase(act("root", { address: "203.0.113.1" }), "ops"));
  expect(
    one.audit.query({ principal: "ops" }, 100).every(({ address }) => address === undefined),
  ).toBe(true);
  expect(
    one.audit.query({ principal: "root" }, 100).every(({ address }) => address !== undefined),
  ).toBe(true);
  expect(one.verified()).toBe(32);
  const { lines = "" } = one.audit.exportBehind(0) ?? {};
  verifiedOutside(lines);
  // Nobody can put another address in its place.
  alter(one, "UPDATE audit SET address = '192.0.2.1', addressSalt = 'x' WHERE id = 2");
  expect(brokenIn(one)).toMatchObject({ id: 2 });
});

it("another process goes on with the same chain", () => {
  const one = filled(10);
  const next = one.restarted();
  opened.splice(0, opened.length, next);
  filled(10, next);
  expect(next.verified()).toBe(20);
});
