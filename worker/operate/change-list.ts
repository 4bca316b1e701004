/** A change of the list by a request: written together with its audit and with what is kept of the request. */

import type { AuditedVerb } from "../accounts/audit-entry.ts";
import type { EntryChanges, ListEntries } from "../list/entries.ts";
import type { AskedChange } from "../list/kept-list.ts";
import type { ApiAnswer, ApiRequest } from "./api-route.ts";
import { madeOrAnswer, toldChange } from "./list-answers.ts";

/** How a change is kept in the audit log. */
export interface AuditedChange {
  verb: AuditedVerb;
  /** What it was done to: `mirror/a.example`. Absent: each entry that changes by itself. */
  resource?: string;
}

/** As `oneByOne`, where nobody says otherwise: a list that is applied may be another one altogether. */
const auditedOneByOne = 50;

/**
 * Changes the list.
 *
 * @param audited for each entry that changes
 * @param oneByOne entries that the audit log has one by one: a change of more is one audit entry with its counts
 */
export async function changeList(
  request: ApiRequest,
  asked: Pick<AskedChange, "base" | "expected" | "changes">,
  audited: (place: string) => AuditedChange,
  oneByOne = auditedOneByOne,
): Promise<ApiAnswer | Response> {
  const { office, act, finish } = request;
  const { principal, why } = act;
  const outcome = await office.list.change(
    { ...asked, by: principal, why: why === "" ? "Not said." : why },
    (version, before, changes) => {
      for (const one of auditEntries(before, changes, { audited, oneByOne })) {
        office.audit.append({ act, ...one });
      }
      office.eventStore.append({
        type: "list.applied",
        at: act.at,
        says: `${principal} changed the list: ${changes.size} ${changes.size === 1 ? "entry" : "entries"}. ${why}`,
        data: { version, by: principal, why, changes: changes.size },
      });
      // What is told of its entries is told by the list's version, which whoever asks again can read.
      finish({
        status: 200,
        body: { version, changes: [], warnings: [] },
        headers: { ETag: `"${version}"` },
      });
    },
  );
  const made = madeOrAnswer(outcome);
  if ("version" in made) await office.tell();
  return "version" in made ? toldChange(made) : made;
}

function auditEntries(
  before: ListEntries,
  changes: EntryChanges,
  { audited, oneByOne }: { audited: (place: string) => AuditedChange; oneByOne: number },
) {
  if (changes.size > oneByOne) {
    const [first = ""] = changes.keys();
    const removed = [...changes].filter(([, value]) => value === null).map(([place]) => place);
    const added = [...changes.keys()].filter((place) => !before.has(place));
    const after = {
      changed: changes.size - removed.length - added.length,
      added: added.length,
      removed: removed.length,
    };
    return [{ verb: audited(first).verb, resource: "list", after }];
  }
  const inOrder = [...changes].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.map(([place, value]) => {
    const { verb, resource = resourceOf(place) } = audited(place);
    const old = before.get(place);
    return {
      verb,
      resource,
      ...(old !== undefined && { before: old }),
      ...(value !== null && { after: value }),
    };
  });
}

/** The audit log's name of an entry: `mirror/a.example` of `mirrors/a.example`. */
export function resourceOf(place: string): string {
  const name = place.slice(place.indexOf("/") + 1);
  if (place.startsWith("mirrors/")) return `mirror/${name}`;
  return place.startsWith("repositories/") ? `repository/${name}` : `list/${place}`;
}
