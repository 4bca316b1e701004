/**
 * Entries of the audit log by who, what and when, newest first, in bounded time whatever the filter: of two filters that
 * are common each and never meet, an index of each finds all entries and the answer is none.
 *
 * A condition that few entries meet is gone by, and all the others are looked at in these few. Where each is met by
 * many, entries are looked through from the newest on, in one index that has all that is filtered by, a bounded number of
 * them; the next page goes on where this one ended.
 */
import { number } from "../runtime/json-values.ts";
import type { Sql, SqlValue } from "../runtime/sql.ts";

/** Which entries; absent: any. */
export interface AuditFilter {
  principal?: string;
  /** A verb, or a group: `mirror.*`. */
  verb?: string;
  /** A resource and all that is below it: `mirror/a` has `mirror/a/repository/b` as well. */
  resource?: string;
  /** Unix ms, inclusive. */
  from?: number;
  /** Unix ms, exclusive. */
  until?: number;
  /** Cursor: only entries older than this id. */
  before?: number;
}

/** Ids of a page, newest first. */
export interface AuditFound {
  ids: number[];
  /** `before` of the next page; absent: there is none. A page may be short, or empty, and another one follow. */
  next?: number;
}

/** What is looked at for one page. Tests set lower limits. */
export interface SearchLimits {
  /** A condition that so many entries meet, or fewer, is gone by: each is read as a whole, in 3 µs. */
  few: number;
  /** Entries looked through in the index otherwise: 5 ms, of 200,000 or of two million. */
  scanned: number;
}

export const searchLimits: SearchLimits = { few: 2000, scanned: 30_000 };

/** One column's condition, as SQL. */
interface Condition {
  column: "principal" | "verb" | "resource";
  /** What the column's own index can go by; others may meet it too where `exactly` says more. */
  range: string;
  rangeValues: SqlValue[];
  exactly: string;
  values: SqlValue[];
  /** Of one value: its index has the entries in their order. */
  isOne: boolean;
}

/** The indexes that searches go by. */
export function makeAuditIndexes(sql: Sql): void {
  for (const column of ["principal", "verb", "resource", "at"]) {
    sql.exec(`CREATE INDEX IF NOT EXISTS audit_${column} ON audit (${column}, id)`);
  }
  sql.exec("CREATE INDEX IF NOT EXISTS audit_all ON audit (id, principal, verb, resource)");
}

/** A page of entries' ids. @param limit of the page */
export function searchAudit(
  sql: Sql,
  filter: AuditFilter,
  limit: number,
  { few, scanned }: SearchLimits = searchLimits,
): AuditFound {
  const { from, before } = idsOf(sql, filter);
  const found = conditions(filter);
  const ids = (query: string, ...values: SqlValue[]) =>
    sql
      .exec(query, ...values)
      .toArray()
      .map(({ id }) => number(id, "audit"));
  const whole = (page: number[]): AuditFound => {
    const last = page.at(-1);
    return { ids: page, ...(page.length === limit && last !== undefined && { next: last }) };
  };
  const within = "id >= ? AND id < ?";
  const ordered = "ORDER BY id DESC LIMIT ?";
  const [first] = found;
  if (first === undefined) {
    return whole(ids(`SELECT id FROM audit WHERE ${within} ${ordered}`, from, before, limit));
  }
  if (found.length === 1 && first.isOne) {
    const query = `SELECT id FROM audit INDEXED BY audit_${first.column} WHERE ${first.exactly} AND ${within} ${ordered}`;
    return whole(ids(query, ...first.values, from, before, limit));
  }
  const all = found.map(({ exactly }) => exactly).join(" AND ");
  const values = found.flatMap((one) => one.values);
  const rare = found.find(({ column, range, rangeValues }) => {
    // Whatever their ids: of a range of values they aren't in the index's order, and all would be read.
    const query = `SELECT id FROM audit INDEXED BY audit_${column} WHERE ${range} LIMIT ?`;
    return ids(query, ...rangeValues, few + 1).length <= few;
  });
  if (rare !== undefined) {
    const query = `SELECT id FROM audit INDEXED BY audit_${rare.column} WHERE ${rare.range} AND ${within} AND ${all} ${ordered}`;
    return whole(ids(query, ...rare.rangeValues, from, before, ...values, limit));
  }
  const newest = newestId(sql);
  const begin = Math.min(before, newest + 1);
  const end = Math.max(from, begin - scanned);
  const query = `SELECT id FROM audit INDEXED BY audit_all WHERE ${within} AND ${all} ${ordered}`;
  const page = whole(ids(query, end, begin, ...values, limit));
  return page.next === undefined && end > from ? { ...page, next: end } : page;
}

/** Behind every id. */
const noEnd = Number.MAX_SAFE_INTEGER;

/** Ids grow with time: a time is a range of ids, which goes together with each index. */
function idsOf(sql: Sql, filter: AuditFilter): { from: number; before: number } {
  const oldest = edgeId(sql, "SELECT id FROM audit ORDER BY id LIMIT 1");
  const firstAt = (at: number) =>
    edgeId(sql, "SELECT id FROM audit WHERE at >= ? ORDER BY at, id LIMIT 1", at);
  const from = filter.from === undefined ? oldest : firstAt(filter.from);
  const until = filter.until === undefined ? noEnd : firstAt(filter.until);
  return { from, before: Math.min(filter.before ?? noEnd, until) };
}

function newestId(sql: Sql): number {
  return edgeId(sql, "SELECT id FROM audit ORDER BY id DESC LIMIT 1");
}

function edgeId(sql: Sql, query: string, ...values: SqlValue[]): number {
  const [row] = sql.exec(query, ...values).toArray();
  return row === undefined ? noEnd : number(row.id, "audit");
}

function conditions({ principal, verb, resource }: AuditFilter): Condition[] {
  const found: Condition[] = [];
  const exact = (column: Condition["column"], value: string): Condition => {
    const range = `${column} = ?`;
    const values = [value];
    return { column, range, rangeValues: values, exactly: range, values, isOne: true };
  };
  if (principal !== undefined) found.push(exact("principal", principal));
  if (verb?.endsWith(".*")) {
    const range = "verb >= ? AND verb < ?";
    // In ASCII "/" comes just behind ".".
    const values = [verb.slice(0, -1), `${verb.slice(0, -2)}/`];
    const isOne = false;
    found.push({ column: "verb", range, rangeValues: values, exactly: range, values, isOne });
  } else if (verb !== undefined) found.push(exact("verb", verb));
  if (resource !== undefined) {
    // In ASCII "0" comes just behind "/".
    const [below, behind] = [`${resource}/`, `${resource}0`];
    found.push({
      column: "resource",
      range: "resource >= ? AND resource < ?",
      rangeValues: [resource, behind],
      exactly: "(resource = ? OR (resource >= ? AND resource < ?))",
      values: [resource, below, behind],
      isOne: false,
    });
  }
  return found;
}
