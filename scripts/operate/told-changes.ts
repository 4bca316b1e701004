/** Changes of a list for people: entry by entry, field by field. */
import type { EntryChange, FieldChange } from "../../worker/list/diff.ts";
import type { Json } from "../../worker/runtime/canonical-json.ts";
import { plainText } from "../program/plain-text.ts";
import { faultText, type PlacedFault } from "../program/report.ts";
import type { Terminal } from "../program/terminal.ts";

/** Characters of a value at most: what is longer is read in the file. */
const maxValueLength = 200;

/** A line for each entry and each field of it. */
export function changesText(changes: readonly EntryChange[], { paint }: Terminal): string {
  const lines = changes.flatMap(({ place, what, fields = [] }) => {
    if (what === "added") return [paint("green", `+ ${place}`)];
    if (what === "removed") return [paint("red", `- ${place}`)];
    return [
      paint("yellow", `~ ${place}`),
      ...fields.map((field) => `    ${fieldText(place, field)}`),
    ];
  });
  return lines.map((line) => `${line}\n`).join("");
}

function fieldText(place: string, { field, before, after }: FieldChange): string {
  if (field === "" && !/^(mirrors|repositories)\//.test(place)) {
    return `${before} -> ${after} characters`;
  }
  const name = field.slice(1);
  if (before === undefined) return `${name}: + ${valueText(after)}`;
  if (after === undefined) return `${name}: - ${valueText(before)}`;
  return `${name}: ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: Json | undefined): string {
  const text = plainText(JSON.stringify(value) ?? "");
  return text.length <= maxValueLength ? text : `${text.slice(0, maxValueLength - 1)}…`;
}

/** `2 added, 1 changed`; what there is none of is left out. */
export function countsText(changes: readonly EntryChange[]): string {
  const counts = (["added", "changed", "removed"] as const).flatMap((kind) => {
    const count = changes.filter(({ what }) => what === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return counts.length === 0 ? "nothing to change" : counts.join(", ");
}

export function warningsText(warnings: readonly PlacedFault[], { paint }: Terminal): string {
  return warnings.map((one) => `${paint("yellow", "warning:")} ${faultText(one)}\n`).join("");
}
