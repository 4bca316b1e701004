/** The tables that a backup has, and what is taken as a row of each. Pure. */
import { wrongName } from "../../accounts/account.ts";
import { readScopes } from "../../accounts/scopes.ts";
import { isRole } from "../../accounts/verbs.ts";
import { urlFault } from "../../events/webhook.ts";
import { folderOf } from "../../list/entry-place.ts";
import type { SqlValue } from "../../runtime/sql.ts";

/** What a column of a part is; with `?` it may be null. */
export type ColumnType = "text" | "integer" | "text?" | "integer?";

export type BackupRow = Readonly<Record<string, SqlValue>>;

/** A table as a backup has it. */
export interface BackupPart {
  /** The key of its lines. */
  name: string;
  table: string;
  columns: Readonly<Record<string, ColumnType>>;
  /** Columns of its order, by which it is read page by page. */
  key: readonly string[];
  /** Why a row whose columns are right can't be taken; undefined: it can. */
  fault?(row: BackupRow): string | undefined;
}

/** Parts in the order of a backup. The audit log is last: it alone grows while the others are read. */
export const backupParts: readonly BackupPart[] = [
  {
    name: "principal",
    table: "principal",
    columns: {
      name: "text",
      role: "text",
      mirrors: "text",
      contact: "text",
      created: "integer",
      disabled: "integer?",
    },
    key: ["name"],
    fault: ({ name, role, mirrors }) => {
      if (wrongName(String(name)) !== undefined) return "the name can't be an account's";
      if (!isRole(String(role))) return "there is no such role";
      return isTexts(mirrors) ? undefined : "mirrors are no list of names";
    },
  },
  {
    name: "token",
    table: "token",
    columns: {
      id: "text",
      principal: "text",
      hash: "text",
      scopes: "text",
      description: "text",
      created: "integer",
      expires: "integer",
      madeBy: "text",
      used: "integer?",
      revoked: "integer?",
      revokedWhy: "text?",
    },
    key: ["id"],
    fault: ({ hash, scopes, revoked, revokedWhy }) => {
      if (!isHash(hash)) return "the hash is none";
      if ((revoked === null) !== (revokedWhy === null)) return "it is half revoked";
      // Read as wider than they are, scopes would give rights away.
      const texts = textsIn(scopes);
      return texts === undefined || "refused" in readScopes(texts)
        ? "the scopes can't be read"
        : undefined;
    },
  },
  {
    name: "usedBootstrap",
    table: "usedBootstrap",
    columns: { hash: "text", at: "integer" },
    key: ["hash"],
    fault: ({ hash }) => (isHash(hash) ? undefined : "the hash is none"),
  },
  {
    name: "listEntry",
    table: "list_entry",
    columns: { place: "text", value: "text", changed: "integer" },
    key: ["place"],
    fault: ({ place, value }) => placeFault(place) ?? valueFault(value),
  },
  {
    name: "listVersion",
    table: "list_version",
    columns: { version: "integer", at: "integer", who: "text", why: "text", changes: "integer" },
    key: ["version"],
  },
  {
    name: "listChange",
    table: "list_change",
    columns: { version: "integer", place: "text", before: "text?", after: "text?" },
    key: ["version", "place"],
    fault: ({ place, before, after }) =>
      placeFault(place) ?? [before, after].map(valueFault).find((fault) => fault !== undefined),
  },
  {
    name: "webhook",
    table: "webhook",
    columns: {
      id: "integer",
      url: "text",
      description: "text",
      principal: "text",
      types: "text",
      mirrors: "text",
      /** In a backup: sealed, or null where it was left out. */
      secret: "text?",
      created: "integer",
      disabled: "text?",
      delivered: "integer?",
      lost: "integer",
    },
    key: ["id"],
    fault: ({ url, types, mirrors }) => {
      if (!isTexts(types) || !isTexts(mirrors)) return "what it is sent is no list";
      return urlFault(String(url));
    },
  },
  {
    name: "alarm",
    table: "alarm_raised",
    columns: {
      name: "text",
      detail: "text",
      repository: "text?",
      mirror: "text?",
      seen: "integer",
    },
    key: ["name"],
  },
  {
    name: "audit",
    table: "audit",
    columns: {
      id: "integer",
      at: "integer",
      principal: "text",
      token: "text",
      addressSeal: "text",
      address: "text?",
      addressSalt: "text?",
      verb: "text",
      resource: "text",
      before: "text?",
      after: "text?",
      why: "text",
      request: "text",
      hash: "text",
    },
    key: ["id"],
    fault: ({ before, after }) =>
      [before, after].map(valueFault).find((fault) => fault !== undefined),
  },
];

function isHash(of: unknown): boolean {
  return typeof of === "string" && /^[0-9a-f]{64}$/.test(of);
}

function textsIn(of: SqlValue | undefined): string[] | undefined {
  try {
    const list: unknown = JSON.parse(String(of));
    if (!Array.isArray(list)) return undefined;
    const texts = list.filter((one) => typeof one === "string");
    return texts.length === list.length ? texts : undefined;
  } catch {
    return undefined;
  }
}

function isTexts(of: SqlValue | undefined): boolean {
  return textsIn(of) !== undefined;
}

function placeFault(place: SqlValue | undefined): string | undefined {
  return folderOf(String(place)) === undefined ? "an entry has no such place" : undefined;
}

function valueFault(value: SqlValue | undefined): string | undefined {
  if (value === null) return undefined;
  try {
    JSON.parse(String(value));
    return undefined;
  } catch {
    return "a value is no JSON";
  }
}
