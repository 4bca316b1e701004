/** What a list would change of another, entry by entry and field by field. Pure. */
import type { Json } from "../runtime/canonical-json.ts";
import type { EntryChanges, EntryValue, ListEntries } from "./entries.ts";

/** A field that differs. */
export interface FieldChange {
  /** JSON pointer (RFC 6901) into the entry's value; `""` where the value is no object. */
  field: string;
  /** Absent: the field wasn't there. */
  before?: Json;
  /** Absent: the field goes. */
  after?: Json;
}

/** What happens to an entry. */
export interface EntryChange {
  place: string;
  what: "added" | "changed" | "removed";
  /** Of a changed entry, in the order of their pointers; a text is told by its length alone. */
  fields?: FieldChange[];
}

/** The changes that make one list of another, by place. @param before the list in force @param after as it is to be */
export function changesBetween(
  before: ListEntries,
  after: ListEntries,
): Map<string, EntryValue | null> {
  const changes = new Map<string, EntryValue | null>();
  for (const place of before.keys()) if (!after.has(place)) changes.set(place, null);
  for (const [place, value] of after) {
    const old = before.get(place);
    if (old === undefined || !isSame(old, value)) changes.set(place, value);
  }
  return changes;
}

/** The changes for people: added, removed, and each field of what is changed; sorted by place. What changes nothing is left out. */
export function describeChanges(before: ListEntries, changes: EntryChanges): EntryChange[] {
  const told: EntryChange[] = [];
  for (const [place, value] of changes) {
    const old = before.get(place);
    if (value === null) {
      if (old !== undefined) told.push({ place, what: "removed" });
    } else if (old === undefined) told.push({ place, what: "added" });
    else {
      const fields = fieldChanges(old, value, "");
      if (fields.length > 0) told.push({ place, what: "changed", fields });
    }
  }
  return told.sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** Whether two values say the same: the order of an object's fields says nothing. */
export function isSame(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, at) => isSame(item, b[at] ?? null));
  }
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(a[key] ?? null, b[key] ?? null))
  );
}

function fieldChanges(before: Json, after: Json, field: string): FieldChange[] {
  if (isSame(before, after)) return [];
  if (!isFields(before) || !isFields(after)) {
    if (field === "" && typeof before === "string" && typeof after === "string") {
      return [{ field, before: before.length, after: after.length }];
    }
    return [{ field, before, after }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const at = `${field}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    const now = Object.hasOwn(after, key) ? after[key] : undefined;
    if (old === undefined) return now === undefined ? [] : [{ field: at, after: now }];
    return now === undefined ? [{ field: at, before: old }] : fieldChanges(old, now, at);
  });
}

function isFields(value: Json): value is { readonly [field: string]: Json | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
