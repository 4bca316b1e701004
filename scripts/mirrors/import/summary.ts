/** What an import did, with every entry of the list accounted for. */
import type { Remark } from "./entry.ts";

/** `read` = `written` + `merged` + `unchanged` + `notUsed.length`. */
export interface ImportSummary {
  list: string;
  /** Entries in the list. */
  read: number;
  /** Entries that made a new file. */
  written: number;
  /** Entries that added something to a site there already was. */
  merged: number;
  /** Entries whose site says all of it already. */
  unchanged: number;
  /** Entries that became no mirror. */
  notUsed: Remark[];
  /** Parts of entries that were left out. */
  partsNotUsed: Remark[];
  /** Sites whose coordinates stand for a state or a country. */
  approximated: Remark[];
  /** Sites without coordinates. */
  unplaced: Remark[];
  /** What may be wrong. */
  doubted: Remark[];
  /** Where a file says otherwise than the list; the file's word stands. */
  kept: Remark[];
}

const parts = [
  ["notUsed", "not used"],
  ["partsNotUsed", "used, but without"],
  ["approximated", "placed by state or country only"],
  ["unplaced", "without coordinates"],
  ["doubted", "doubted"],
  ["kept", "kept as the file has it"],
] as const satisfies readonly (readonly [keyof ImportSummary, string])[];

/** The summary for people, each item listed. */
export function formatSummary(summary: ImportSummary): string {
  const lines = [
    `${summary.list}: ${summary.read} entries read: ${summary.written} written, ${summary.merged} merged, ${summary.unchanged} unchanged, ${summary.notUsed.length} not used`,
  ];
  for (const [field, title] of parts) {
    const remarks = summary[field];
    if (remarks.length === 0) continue;
    lines.push("", `${title} (${remarks.length}):`);
    for (const { label, why } of remarks) lines.push(`  ${label}: ${why}`);
  }
  return `${lines.join("\n")}\n`;
}
