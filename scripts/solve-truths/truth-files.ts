/** Folders of truths: lines of JSON, plain as they are made, packed by xz as they are committed. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type InstalledSet,
  installedOf,
  isSet,
  isTruth,
  resolved,
  type StoredTruth,
  type Truth,
} from "./truth.ts";

export const setsFile = "sets.jsonl";
/** What was asked, beside the truths. */
export const madeFile = "made.json";
/** All truths, where they are packed. */
const packedFile = "truths.jsonl.xz";
/** Bytes that a file may have unpacked: 5,000 truths have some 60 MB. */
const maxFileSize = 1024 * 1024 * 1024;

/** All truths of a folder by their number. @throws Error with file and line of what is no truth */
export function readTruths(folder: string): Truth[] {
  const sets = new Map(
    readSets(folder).map((set) => [set.set, installedOf(set.installed)] as const),
  );
  const truths = new Map<number, Truth>();
  for (const { truth, place } of readStoredTruths(folder)) {
    if (truths.has(truth.number)) throw new Error(`${place}: number ${truth.number} stands twice.`);
    truths.set(truth.number, { ...truth, request: resolved(truth.request, sets, place) });
  }
  return [...truths.values()].sort((one, other) => one.number - other.number);
}

/** The sets of a folder; none where it has no file of them. @throws Error with the line */
export function readSets(folder: string): InstalledSet[] {
  return linesOf(folder, isSetsFile).map(({ value, place }) => {
    if (!isSet(value)) throw new Error(`${place} is no installed set.`);
    return value;
  });
}

/** Truths as they stand in the files. @throws Error with file and line */
export function readStoredTruths(folder: string): { truth: StoredTruth; place: string }[] {
  return linesOf(folder, (file) => !isSetsFile(file)).map(({ value, place }) => {
    if (!isTruth(value))
      throw new Error(`${place} is no truth: number, stratum, request, outcome.`);
    return { truth: value, place };
  });
}

/** Makes two packed files of all. @returns their paths; @throws Error where a truth stands twice */
export function packTruths(folder: string): string[] {
  readTruths(folder);
  const truths = readStoredTruths(folder).map(({ truth }) => truth);
  const sets = readSets(folder);
  truths.sort((one, other) => one.number - other.number);
  const paths = [packed(folder, packedFile, truths), packed(folder, `${setsFile}.xz`, sets)];
  for (const file of readdirSync(folder)) {
    if (file.endsWith(".jsonl")) rmSync(join(folder, file));
  }
  return paths;
}

function packed(folder: string, file: string, values: readonly unknown[]): string {
  const input = values.map((value) => `${JSON.stringify(value)}\n`).join("");
  const path = join(folder, file);
  const options = { input, maxBuffer: maxFileSize };
  writeFileSync(path, execFileSync("xz", ["-9e", "--threads=1", "--stdout"], options));
  return path;
}

function isSetsFile(file: string): boolean {
  return file === setsFile || file === `${setsFile}.xz`;
}

function linesOf(
  folder: string,
  isWanted: (file: string) => boolean,
): { value: unknown; place: string }[] {
  const files = readdirSync(folder).filter(
    (file) => /\.jsonl(?:\.xz)?$/.test(file) && isWanted(file),
  );
  return files.sort().flatMap((file) => {
    const path = join(folder, file);
    const text = file.endsWith(".xz")
      ? execFileSync("xz", ["--decompress", "--stdout", path], {
          maxBuffer: maxFileSize,
          encoding: "utf8",
        })
      : readFileSync(path, "utf8");
    return text.split("\n").flatMap((line, at) => {
      const place = `${path}, line ${at + 1}`;
      return line === "" ? [] : [{ value: parsed(line, place), place }];
    });
  });
}

function parsed(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${place} is no JSON: a stop while it was written? Remove the line.`);
  }
}
