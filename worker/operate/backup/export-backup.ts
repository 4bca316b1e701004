/** A backup of everything that operators made, line by line. It holds one page of rows, whatever the length. */
import type { SqlValue } from "../../runtime/sql.ts";
import type { Office } from "../office.ts";
import { type BackupPart, type BackupRow, backupParts } from "./backup-parts.ts";
import { type BackupHead, backupFormat } from "./format.ts";
import { BackupDigest } from "./lines.ts";
import type { Seal } from "./seal.ts";

/** Rows read at once: some ms. */
const pageRows = 200;

const moved = "Something was changed while the backup was read. Ask for it again.";

/** Somebody changed something between two pages: what was written of the backup is of no moment. */
export class BackupMoved extends Error {
  override readonly name = "BackupMoved";
}

/**
 * The backup, some lines at a time. Everything in it is of one moment: where somebody changes something before all but
 * the audit log is read, it throws. Each such change is an entry of that log, whose end tells.
 *
 * @param seal absent: webhooks' secrets are left out
 * @throws BackupMoved
 */
export async function* backupText(office: Office, seal?: Seal): AsyncGenerator<string> {
  const { anchor, head } = office.audit.ends();
  const version = office.listStore.version;
  const first: BackupHead = {
    nearmirror: "backup",
    format: backupFormat,
    at: new Date(office.now()).toISOString(),
    list: version === 0 ? "folder" : "service",
    audit: { anchor, head },
    sealed: seal?.by ?? null,
  };
  const digest = new BackupDigest();
  const written = (values: readonly object[]) => {
    const lines = values.map((value) => JSON.stringify(value));
    for (const line of lines) digest.add(line);
    return lines.map((line) => `${line}\n`).join("");
  };
  yield written([first]);
  const isMoved = () => office.audit.head().id !== head.id || office.listStore.version !== version;
  let last = anchor.id;
  for (const part of backupParts) {
    const isAudit = part.table === "audit";
    for (const page of pagesOf(office, part)) {
      // The log grows while it is read, and its oldest entries may go.
      const rows = isAudit ? page.filter(({ id }) => Number(id) <= head.id) : page;
      const isGap = isAudit && rows.some(({ id }, at) => Number(id) !== last + 1 + at);
      if (isGap || (!isAudit && isMoved())) throw new BackupMoved(moved);
      if (isAudit) last += rows.length;
      const shown = part.table === "webhook" ? await withSecretsSealed(rows, seal) : rows;
      yield written(shown.map((row) => ({ [part.name]: row })));
      if (rows.length < page.length) break;
    }
  }
  if (last !== head.id) throw new BackupMoved(moved);
  yield `${JSON.stringify({ end: digest.end() })}\n`;
}

function* pagesOf({ sql }: Office, { table, columns, key }: BackupPart): Generator<BackupRow[]> {
  const names = Object.keys(columns).join(", ");
  const order = key.join(", ");
  const places = key.map(() => "?").join(", ");
  let last: SqlValue[] = [];
  for (;;) {
    const behind = last.length === 0 ? "" : `WHERE (${order}) > (${places})`;
    const query = `SELECT ${names} FROM ${table} ${behind} ORDER BY ${order} LIMIT ?`;
    const rows = sql.exec(query, ...last, pageRows).toArray() as BackupRow[];
    const newest = rows.at(-1);
    if (newest === undefined) return;
    yield rows;
    last = key.map((column) => newest[column] ?? null);
  }
}

async function withSecretsSealed(
  rows: readonly BackupRow[],
  seal: Seal | undefined,
): Promise<BackupRow[]> {
  return await Promise.all(
    rows.map(async (row) => ({
      ...row,
      secret: seal === undefined ? null : await seal.seal(String(row.secret), sealedOf(row)),
    })),
  );
}

/** What a webhook's sealed secret is of. */
export function sealedOf({ id, url }: BackupRow): string {
  return `webhook ${id} ${url}`;
}
