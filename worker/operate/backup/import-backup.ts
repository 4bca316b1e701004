/**
 * Puts a backup in the place of what there is: all of it or nothing. Rows go into tables of their own as they come, with
 * the audit log's chain followed; once the digest at the end holds, one transaction has them change places.
 */
import { type Act, followChain, type Link } from "../../accounts/audit-entry.ts";
import { auditEntryOf, charactersInSql } from "../../accounts/audit-store.ts";
import type { EntryValue } from "../../list/entries.ts";
import { judgeEntries } from "../../list/entries.ts";
import { limitsOf } from "../../list/list-limits.ts";
import { reasonOf } from "../../runtime/reason.ts";
import type { Office } from "../office.ts";
import { type BackupPart, type BackupRow, backupParts } from "./backup-parts.ts";
import { sealedOf } from "./export-backup.ts";
import { type BackupHead, BackupRefused, readHead, readLine } from "./format.ts";
import { BackupDigest, linesOf } from "./lines.ts";
import { knownSeal, type Seal } from "./seal.ts";
import { StagedRows } from "./staged-rows.ts";

/** Bytes of a webhook's secret that is made anew, as where it is added. */
const secretBytes = 32;

export interface BackupImport {
  office: Office;
  body: AsyncIterable<Uint8Array>;
  act: Act;
  /** Also where somebody has operated already: all of that goes. */
  isReplacing: boolean;
  /** Sealed secrets are left out. */
  isWithoutSecrets: boolean;
  passphrase: string | undefined;
}

export interface Imported {
  /** Rows by part. */
  rows: Record<string, number>;
  /** Admins whose tokens work now. */
  admins: string[];
  /** Webhooks that get nothing until they are made anew, as their secrets weren't in the backup. */
  webhooksWithoutSecret: number;
}

/**
 * Reads the backup, then puts it in place.
 *
 * @throws BackupRefused: nothing is changed
 */
export async function importBackup(asked: BackupImport): Promise<Imported> {
  const { office } = asked;
  refuseOperated(asked);
  const staged = new StagedRows(office.sql);
  staged.begin();
  try {
    const read = await stagedBackup(asked, staged);
    await refuseFaultyList(read.head, staged, office);
    return await office.list.alone(() =>
      office.sql.transaction(() => {
        refuseOperated(asked);
        return changePlaces(asked, staged, read);
      }),
    );
  } catch (error) {
    if (!/UNIQUE|NOT NULL/.test(reasonOf(error))) throw error;
    throw new BackupRefused(`The backup has something twice: ${reasonOf(error)}`);
  } finally {
    staged.end();
    office.listStore.forget();
  }
}

/** A backup whose rows are staged. */
interface StagedBackup {
  head: BackupHead;
  rows: Record<string, number>;
  /** When the newest entry of the audit log was written, Unix ms. */
  headAt: number;
  withoutSecret: number;
}

async function stagedBackup(asked: BackupImport, staged: StagedRows): Promise<StagedBackup> {
  const { office, body } = asked;
  const digest = new BackupDigest();
  let head: BackupHead | undefined;
  let seal: Seal | undefined;
  let isEnded = false;
  const rows: Record<string, number> = {};
  let chain: Link & { at: number } = { id: 0, hash: "", at: 0 };
  let withoutSecret = 0;
  for await (const lines of linesOf(body)) {
    const found: { part: BackupPart; row: BackupRow }[] = [];
    for (const line of lines) {
      if (isEnded) throw new BackupRefused("The backup goes on behind its end: it was changed.");
      if (head === undefined) {
        head = readHead(line);
        seal = await sealOf(head, asked);
        chain = { ...head.audit.anchor, at: 0 };
        digest.add(line);
        continue;
      }
      const read = readLine(line, digest.lines + 1);
      if ("end" in read) {
        const fault = digest.faultOf(read.end);
        if (fault !== undefined) throw new BackupRefused(fault);
        isEnded = true;
        continue;
      }
      digest.add(line);
      const { part } = read;
      rows[part.name] = (rows[part.name] ?? 0) + 1;
      if (part.table === "audit") chain = followed(chain, read.row);
      const opened = part.table === "webhook" ? await opener(read.row, seal, office) : undefined;
      if (opened?.isMade) withoutSecret += 1;
      found.push({ part, row: opened?.row ?? read.row });
    }
    office.sql.transaction(() => {
      for (const { part, row } of found) staged.add(part, row);
    });
  }
  if (head === undefined) throw new BackupRefused("There is no backup in the body.");
  if (!isEnded) throw new BackupRefused("The backup has no end: it was cut.");
  const { id, hash } = head.audit.head;
  if (chain.id !== id || chain.hash !== hash) {
    throw new BackupRefused(`The audit log of the backup doesn't end at entry ${id} as it says.`);
  }
  return { head, rows, headAt: chain.at, withoutSecret };
}

async function sealOf(
  { sealed }: BackupHead,
  { passphrase, isWithoutSecrets, office }: BackupImport,
): Promise<Seal | undefined> {
  if (sealed === null || isWithoutSecrets) return undefined;
  if (passphrase === undefined) {
    throw new BackupRefused(
      "Secrets in the backup are sealed: give its passphrase, or leave the secrets out.",
    );
  }
  const seal = await knownSeal(passphrase, sealed, office.random);
  if (seal === undefined) throw new BackupRefused("The passphrase isn't that of the backup.");
  return seal;
}

function followed(chain: Link, row: BackupRow): Link & { at: number } {
  const entry = auditEntryOf(row);
  const step = followChain(chain, [entry]);
  if ("broken" in step) {
    throw new BackupRefused(`The audit log of the backup doesn't hold: ${step.broken.why}`);
  }
  return { ...step.last, at: entry.at };
}

/** A webhook with its secret; where there is none, with one that nobody knows, and switched off. */
async function opener(
  row: BackupRow,
  seal: Seal | undefined,
  { random }: Office,
): Promise<{ row: BackupRow; isMade: boolean }> {
  const { secret, disabled } = row;
  if (seal === undefined || typeof secret !== "string") {
    const made = btoa(String.fromCharCode(...random(secretBytes)));
    const why = "Its secret wasn't in the backup: remove this webhook, and add it anew.";
    return { row: { ...row, secret: made, disabled: disabled ?? why }, isMade: true };
  }
  const opened = await seal.open(secret, sealedOf(row));
  if (opened === undefined) {
    throw new BackupRefused(`The secret of webhook ${row.id} was changed since it was sealed.`);
  }
  return { row: { ...row, secret: opened }, isMade: false };
}

/** Where somebody has operated, a backup isn't put over it by mistake. */
function refuseOperated({ office, isReplacing }: BackupImport): void {
  if (isReplacing) return;
  const isOperated =
    office.listStore.version !== 0 ||
    office.accountStore.countPrincipals() > 1 ||
    office.webhookStore.all().length > 0;
  if (!isOperated) return;
  throw new BackupRefused(
    "Somebody has operated this service: it has a list, accounts or webhooks of its own, which would be gone. Say `replace=true` where that is meant.",
    409,
  );
}

/** A list with errors could not be given out. */
async function refuseFaultyList(
  { list }: BackupHead,
  staged: StagedRows,
  office: Office,
): Promise<void> {
  if (list === "folder") return;
  const part = backupParts.find(({ table }) => table === "list_entry");
  const entries = new Map(
    (part === undefined ? [] : staged.all(part)).map(({ place, value }) => {
      const read: EntryValue = JSON.parse(String(value));
      return [String(place), read];
    }),
  );
  const tooMuch = limitsOf(entries, entries);
  const { errors } =
    tooMuch.length > 0 ? { errors: tooMuch } : await judgeEntries(entries, office.now());
  const [first] = errors;
  if (first === undefined) return;
  throw new BackupRefused(
    `The list of the backup has ${errors.length} errors; the first, ${first.file}: ${first.message}`,
  );
}

function changePlaces(
  { office, act }: BackupImport,
  staged: StagedRows,
  { head, rows, headAt, withoutSecret }: StagedBackup,
): Imported {
  const { sql, audit, accountStore, eventStore, listStore } = office;
  const before = audit.head();
  const more: Record<string, Record<string, string>> = {
    // Events aren't in a backup: a webhook is sent those that come from now on.
    webhook: { sent: String(eventStore.last), attempts: "0", nextAt: "0", error: "''" },
    audit: { characters: charactersInSql },
  };
  for (const part of backupParts) {
    if (head.list === "folder" && part.table.startsWith("list_")) continue;
    // A secret that was used here must not work again because another service never had it.
    if (part.table === "usedBootstrap") staged.join(part);
    else staged.takePlace(part, more[part.table]);
  }
  // Of tokens that are gone.
  sql.exec("DELETE FROM session");
  // Whatever was given out, the list is another one now.
  if (head.list === "service") listStore.givenOut = { version: 0, as: listStore.givenOut.as };
  const broken = audit.goOnBehind({ ...head.audit.head, at: headAt }, head.audit.anchor);
  if (broken !== undefined) {
    throw new BackupRefused(`The audit log of the backup doesn't hold: ${broken.why}`);
  }
  audit.append({
    act,
    verb: "backup.import",
    resource: "service",
    before: { head: { ...before } },
    after: { at: head.at, rows },
  });
  const admins = accountStore.workingAdmins(office.now()).map(({ name }) => name);
  return { rows, admins, webhooksWithoutSecret: withoutSecret };
}
