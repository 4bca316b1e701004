/** What a row of the lists of tables says, and how much of an isolate it may take. Pure but for reading constants. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Tables that are bounded alike. */
export interface TableRow {
  /** `file name`, as `tables.ts` finds them. */
  of: readonly string[];
  holds: string;
  /** The constant that bounds it: `file name`. Entries, or bytes where `bytes` is absent. */
  bound: string;
  /** Of one entry. */
  bytes?: number;
  /** How many such tables there are, as of two generations; 1 if absent. */
  times?: number;
}

/** Tables whose size another thing decides that is bounded itself. */
export interface BoundElsewhere {
  of: readonly string[];
  /** What they are as large as. */
  by: string;
}

/** Files named in a row. */
const maxNamed = 3;

/** What a row takes at most. */
export interface TableSize {
  entries: number;
  bytes: number;
}

/**
 * The value of a constant as its file has it: a product of numbers.
 *
 * @param folder that the file's path is relative to
 * @throws Error where the file has no such constant
 */
export function boundOf(folder: string, bound: string): number {
  const [file = "", name = ""] = bound.split(" ");
  const text = readFileSync(join(folder, file), "utf8");
  const found = new RegExp(
    `\\b${name}\\b(?:: number)?\\s*[=:]\\s*([\\d_]+(?:\\s*\\*\\*?\\s*[\\d_]+)*)[;,]`,
  );
  const product = found.exec(text)?.[1];
  if (product === undefined) throw new Error(`${file} has no constant ${name} that is a number.`);
  return product.split(/(?<!\*)\*(?!\*)/).reduce((value, factor) => value * powerOf(factor), 1);
}

function powerOf(factor: string): number {
  const [base = 0, exponent = 1] = factor.split("**").map((one) => Number(one.replaceAll("_", "")));
  return base ** exponent;
}

/** @param folder of the Worker */
export function sizeOf(folder: string, { bound, bytes, times = 1 }: TableRow): TableSize {
  const value = boundOf(folder, bound);
  return { entries: value * times, bytes: value * times * (bytes ?? 1) };
}

/** The rows as a table of Markdown, the largest first. @param folder of the Worker */
export function tableLines(folder: string, rows: readonly TableRow[]): string[] {
  const sized = rows
    .map((row) => ({ row, ...sizeOf(folder, row) }))
    .toSorted((a, b) => b.bytes - a.bytes);
  return [
    "| Table | Holds | Bound | Bytes each | KiB at most |",
    "|---|---|---|---|---|",
    ...sized.map(({ row, entries, bytes }) => {
      const name = `\`${row.bound.split(" ")[1]}\``;
      const count = row.bytes === undefined ? "bytes" : grouped(entries);
      const each = row.bytes === undefined ? "" : grouped(row.bytes);
      const told = `${name}${row.times === undefined ? "" : ` × ${row.times}`}: ${count}`;
      return `| ${namesOf(row)} | ${row.holds} | ${told} | ${each} | ${grouped(Math.ceil(bytes / 1024))} |`;
    }),
  ];
}

/** @param folder of the Worker */
export function bytesOf(folder: string, rows: readonly TableRow[]): number {
  return rows.reduce((sum, row) => sum + sizeOf(folder, row).bytes, 0);
}

/** The files, each once; where they are many, the one that bounds them all. */
function namesOf({ of, bound }: TableRow): string {
  const files = new Set(of.map((one) => one.split(" ")[0]));
  const told = files.size > maxNamed ? [bound.split(" ")[0]] : [...files];
  return told.map((file) => `\`${file}\``).join(", ");
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
