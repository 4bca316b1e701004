/** The files' list as it is given to the running service: beside its views, so that it can be taken over with all it says. */
import { record } from "../runtime/json-values.ts";
import type { EntryValue, ListEntries } from "./entries.ts";

/** Both are of one compilation. */
export interface GivenList {
  /** As the views that were compiled of it. */
  version: number;
  entries: ListEntries;
}

export function givenListText({ version, entries }: GivenList): string {
  return JSON.stringify({ version, entries: Object.fromEntries(entries) });
}

/** @throws Error where it is none */
export function readGivenList(text: string): GivenList {
  const { version, entries } = record(JSON.parse(text), "the list's entries");
  if (typeof version !== "number") throw new Error("the list's entries have no version");
  const values = Object.entries(record(entries, "the list's entries"));
  return {
    version,
    entries: new Map(values.filter((entry): entry is [string, EntryValue] => isValue(entry[1]))),
  };
}

function isValue(value: unknown): value is EntryValue {
  return (
    typeof value === "string" ||
    (typeof value === "object" && value !== null && !Array.isArray(value))
  );
}
