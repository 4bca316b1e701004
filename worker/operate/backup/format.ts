/**
 * The form of a backup: JSON lines, of which the first says what it is, the last that nothing is missing, and each one
 * between is a row of a part. Pure.
 */
import type { Link } from "../../accounts/audit-entry.ts";
import type { SqlValue } from "../../runtime/sql.ts";
import { type BackupPart, type BackupRow, backupParts, type ColumnType } from "./backup-parts.ts";
import type { SealedBy } from "./seal.ts";

/** A version that reads another form says so; the number grows with a form that older versions can't read. */
export const backupFormat = 1;
/** Media type of a backup. */
export const backupType = "application/jsonl";

/** The first line. */
export interface BackupHead {
  nearmirror: "backup";
  format: number;
  /** ISO 8601. */
  at: string;
  /** Whose the list is: that of a folder of files is none of a backup. */
  list: "service" | "folder";
  /** Both ends of the audit log: the newest entry that was dropped, and the newest of all. */
  audit: { anchor: Link; head: Link };
  /** How secrets are sealed; null: they are left out. */
  sealed: SealedBy | null;
}

/** The last line. */
export interface BackupEnd {
  /** Before it, the first one too. */
  lines: number;
  /** Of all bytes before this line, lower-case hex. */
  sha256: string;
}

/** A backup that isn't taken: nothing is changed. */
export class BackupRefused extends Error {
  override readonly name = "BackupRefused";
  readonly status: 409 | 413 | 422;

  constructor(message: string, status: 409 | 413 | 422 = 422) {
    super(message);
    this.status = status;
  }
}

/** @throws BackupRefused where it isn't the first line of a backup that this version reads */
export function readHead(line: string): BackupHead {
  const head = jsonIn(line, 1);
  if (Reflect.get(head, "nearmirror") !== "backup") {
    throw new BackupRefused("This is no backup of Nearmirror: its first line doesn't say so.");
  }
  const format: unknown = Reflect.get(head, "format");
  if (format !== backupFormat) {
    const known = `this version reads format ${backupFormat}`;
    throw new BackupRefused(
      `The backup has format ${JSON.stringify(format)?.slice(0, 40)}, and ${known}: take the version that made it, or a newer one.`,
    );
  }
  const list: unknown = Reflect.get(head, "list");
  const audit: object = Object(Reflect.get(head, "audit"));
  const [anchor, newest] = [linkIn(audit, "anchor"), linkIn(audit, "head")];
  const sealed = sealedIn(head);
  if ((list !== "service" && list !== "folder") || !anchor || !newest || sealed === undefined) {
    throw new BackupRefused("The first line of the backup isn't whole. Take another backup.");
  }
  const at = String(Reflect.get(head, "at"));
  return { nearmirror: "backup", format, at, list, audit: { anchor, head: newest }, sealed };
}

/** A line behind the first: a row, or the end. @throws BackupRefused */
export function readLine(
  line: string,
  number: number,
): { part: BackupPart; row: BackupRow } | { end: BackupEnd } {
  const value = jsonIn(line, number);
  const [[name, found] = ["", undefined], ...others] = Object.entries(value);
  if (others.length > 0) throw lineRefused(number, "it has more than one key");
  if (name === "end") {
    const lines: unknown = Reflect.get(Object(found), "lines");
    const sha256: unknown = Reflect.get(Object(found), "sha256");
    if (typeof lines !== "number" || typeof sha256 !== "string") {
      throw lineRefused(number, "it is no end");
    }
    return { end: { lines, sha256 } };
  }
  const part = backupParts.find((one) => one.name === name);
  if (part === undefined) {
    throw lineRefused(number, `this version knows no part ${JSON.stringify(name.slice(0, 40))}`);
  }
  const given: object = Object(found);
  const row: Record<string, SqlValue> = {};
  for (const [column, type] of Object.entries(part.columns)) {
    const cell: unknown = Reflect.get(given, column);
    if (!isOf(cell, type)) throw lineRefused(number, `${name}.${column} is no ${type}`);
    row[column] = cell;
  }
  const odd = Object.keys(given).find((column) => !(column in part.columns));
  if (odd !== undefined) {
    throw lineRefused(number, `${name} has no ${JSON.stringify(odd.slice(0, 40))}`);
  }
  const fault = part.fault?.(row);
  if (fault !== undefined) throw lineRefused(number, fault);
  return { part, row };
}

function lineRefused(number: number, why: string): BackupRefused {
  return new BackupRefused(`Line ${number} of the backup can't be taken: ${why}.`);
}

function jsonIn(line: string, number: number): object {
  try {
    return Object(JSON.parse(line));
  } catch {
    throw lineRefused(number, "it is no JSON, so that the file may be cut or changed");
  }
}

function isOf(cell: unknown, type: ColumnType): cell is SqlValue {
  if (cell === null) return type.endsWith("?");
  return type.startsWith("text")
    ? typeof cell === "string" && cell.isWellFormed() && !cell.includes("\0")
    : Number.isSafeInteger(cell);
}

function linkIn(of: object, name: string): Link | undefined {
  const link: object = Object(Reflect.get(of, name));
  const [id, hash]: unknown[] = [Reflect.get(link, "id"), Reflect.get(link, "hash")];
  return typeof id === "number" && Number.isSafeInteger(id) && typeof hash === "string"
    ? { id, hash }
    : undefined;
}

function sealedIn(head: object): SealedBy | null | undefined {
  const sealed: unknown = Reflect.get(head, "sealed");
  if (sealed === null) return null;
  const [iterations, salt, check]: unknown[] = ["iterations", "salt", "check"].map((name) =>
    Reflect.get(Object(sealed), name),
  );
  return typeof iterations === "number" && typeof salt === "string" && typeof check === "string"
    ? { iterations, salt, check }
    : undefined;
}
