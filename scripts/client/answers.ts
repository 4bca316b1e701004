/** What the service answers, read into types; each throws an Error that says where something else stands. */
import type { EntryChange, FieldChange } from "../../worker/list/diff.ts";
import type { EntryValue } from "../../worker/list/entries.ts";
import type { Json } from "../../worker/runtime/canonical-json.ts";
import { list, number, record, text } from "../../worker/runtime/json-values.ts";
import { plainText } from "../program/plain-text.ts";
import type { PlacedFault } from "../program/report.ts";
import { faultIn } from "./told-problem.ts";

/** A change of the list that was made. */
export interface ChangeAnswer {
  version: number;
  changes: EntryChange[];
  warnings: PlacedFault[];
}

export function readChange(body: unknown): ChangeAnswer {
  const { version, changes, warnings } = record(body, "the answer");
  return {
    version: number(version, "version"),
    changes: readChanges(changes),
    warnings: readFaults(warnings),
  };
}

/** A plan of the list. */
export interface PlanAnswer {
  base: number;
  changes: EntryChange[];
  errors: PlacedFault[];
  warnings: PlacedFault[];
}

export function readPlan(body: unknown): PlanAnswer {
  const { base, changes, errors, warnings } = record(body, "the answer");
  return {
    base: number(base, "base"),
    changes: readChanges(changes),
    errors: readFaults(errors),
    warnings: readFaults(warnings),
  };
}

function readChanges(value: unknown): EntryChange[] {
  return list(value, "changes").map((one) => {
    const { place, what, fields } = record(one, "a change");
    const said = changeKinds.find((kind) => kind === what);
    if (said === undefined) throw new Error(`what of a change is ${JSON.stringify(what)}`);
    const read = fields === undefined ? {} : { fields: list(fields, "fields").map(readField) };
    return { place: text(place, "place"), what: said, ...read };
  });
}

const changeKinds = ["added", "changed", "removed"] as const;

function readField(value: unknown): FieldChange {
  const read = record(value, "a field");
  const of = (name: "before" | "after") => (name in read ? { [name]: asJson(read[name]) } : {});
  return { field: text(read.field, "field"), ...of("before"), ...of("after") };
}

function readFaults(value: unknown): PlacedFault[] {
  return list(value, "faults").map(faultIn);
}

/** The whole list. */
export interface ListAnswer {
  version: number;
  owner: string;
  entries: Map<string, EntryValue>;
}

export function readWholeList(body: unknown): ListAnswer {
  const { version, owner, entries } = record(body, "the answer");
  const read = new Map<string, EntryValue>();
  for (const [place, value] of Object.entries(record(entries, "entries"))) {
    read.set(place, readEntry(value, place));
  }
  return { version: number(version, "version"), owner: text(owner, "owner"), entries: read };
}

export function readEntry(value: unknown, place: string): EntryValue {
  if (typeof value === "string") return value;
  const fields: Record<string, Json | undefined> = {};
  for (const [field, one] of Object.entries(record(value, place))) fields[field] = asJson(one);
  return fields;
}

/** What came by `JSON.parse` is JSON. */
export function asJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, asJson(one)]));
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : null;
}

/** A text field of an answer, as a terminal may show it; empty where there is none. */
export function said(value: unknown, ...path: readonly string[]): string {
  let at: unknown = value;
  for (const step of path) at = Reflect.get(Object(at), step);
  return at === undefined || at === null ? "" : plainText(String(at));
}

/** A list field of an answer; empty where there is none. */
export function items(value: unknown, field: string): unknown[] {
  const found: unknown = Reflect.get(Object(value), field);
  return Array.isArray(found) ? found : [];
}
