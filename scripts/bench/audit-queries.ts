/** How long a page of the audit log takes, of a log of 200,000 entries in SQLite, by what is filtered. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BreakableSqlite } from "../../test/unit/runtime/sqlite.ts";
import { AuditLog } from "../../worker/accounts/audit-log.ts";
import type { AuditFilter } from "../../worker/accounts/audit-search.ts";

const entries = 200_000;
const verbs = [
  "mirror.drain",
  "mirror.enable",
  "list.apply",
  "token.create",
  "mirror.edit",
] as const;
const pages = 200;

/** Each principal does one verb alone: pairs of them that are common each and never meet. */
const filters: Readonly<Record<string, AuditFilter>> = {
  "a principal": { principal: "p1" },
  "principal and verb that never meet": { principal: "p1", verb: "mirror.drain" },
  "principal and group that never meet": { principal: "p2", verb: "mirror.*" },
  "group and resource that never meet": { verb: "mirror.*", resource: "list" },
  "verb and a mirror that never meet": { verb: "token.create", resource: "mirror/m7.example" },
  "three that never meet": { principal: "p1", verb: "mirror.*", resource: "list" },
  "two that never meet in all of the time": {
    principal: "p1",
    verb: "mirror.drain",
    from: 0,
    until: Number.MAX_SAFE_INTEGER,
  },
  "all mirrors": { resource: "mirror" },
};

/** Milliseconds of each page, by what is filtered; each filter's first page, 200 times. */
export function measureAuditQueries(): Record<string, number[]> {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-audit-"));
  const database = new BreakableSqlite(join(folder, "audit.sqlite"));
  try {
    const { sql } = database;
    const log = new AuditLog(sql, (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
    for (let at = 0; at < entries; at += 2000) {
      sql.transaction(() => {
        for (let id = at; id < at + 2000; id += 1) log.append(entry(id));
      });
    }
    return Object.fromEntries(
      Object.entries(filters).map(([name, filter]) => [
        name,
        Array.from({ length: pages }, () => {
          const begun = performance.now();
          log.page(filter, 100);
          return performance.now() - begun;
        }),
      ]),
    );
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function entry(id: number): Parameters<AuditLog["append"]>[0] {
  const verb = verbs[id % verbs.length] ?? "list.apply";
  return {
    act: {
      at: 1e12 + id * 1000,
      principal: `p${id % 20}`,
      token: "abcdefghij",
      address: "192.0.2.7",
      why: "a bench",
      request: "r",
    },
    verb,
    resource: verb === "list.apply" ? "list" : `mirror/m${(id * 7) % 1500}.example`,
  };
}

/** @param measured as `measureAuditQueries` gives it: median and 99th percentile of each */
export function auditLines(measured: Readonly<Record<string, readonly number[]>>): string[] {
  return Object.entries(measured).map(([name, all]) => {
    const sorted = [...all].sort((a, b) => a - b);
    const [middle = 0, most = 0] = [
      sorted[Math.floor(sorted.length / 2)],
      sorted[Math.floor(sorted.length * 0.99)],
    ];
    return `${name.padEnd(40)}${middle.toFixed(1)} ms, p99 ${most.toFixed(1)}`;
  });
}
