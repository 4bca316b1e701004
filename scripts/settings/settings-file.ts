/**
 * The file of settings: `NAME=VALUE`, as systemd's `EnvironmentFile=` reads it, so that one file serves both ways. Read is
 * the part of that syntax which nobody can misread; all else is refused with its line. Whatever is taken, systemd reads
 * the same. Pure.
 */

/** One setting of a file. */
export interface FileEntry {
  name: string;
  value: string;
  /** From 1. */
  line: number;
}

/** A line that can't be taken, or settings of a file. */
export interface SettingsFile {
  entries: FileEntry[];
  /** A sentence each, without the file's name; it begins with the line's number and a colon. */
  wrong: string[];
}

const assignment = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$/;

/** Reads the text of a file. A name that is given twice is wrong: which one holds would be anybody's guess. */
export function readSettingsFile(text: string): SettingsFile {
  const entries: FileEntry[] = [];
  const wrong: string[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [at, whole] of lines.entries()) {
    const line = at + 1;
    if (/^\s*(?:[#;]|$)/.test(whole)) continue;
    const [, name, rest] = assignment.exec(whole) ?? [];
    if (name === undefined || rest === undefined) {
      wrong.push(`${line}: This line is no NAME=VALUE, and no comment: those begin with #.`);
      continue;
    }
    const read = readValue(rest.trim());
    if ("wrong" in read) {
      wrong.push(`${line}: The value of ${name} ${read.wrong}`);
      continue;
    }
    const before = entries.find((entry) => entry.name === name);
    if (before === undefined) entries.push({ name, value: read.value, line });
    else wrong.push(`${line}: ${name} is given twice: line ${before.line} has it as well.`);
  }
  return { entries, wrong };
}

/** @returns the value, or the rest of a sentence about it. The value itself is not in it: it may be secret */
function readValue(text: string): { value: string } | { wrong: string } {
  const [quote] = text;
  if (quote === "'") {
    const [, value] = /^'([^']*)'$/.exec(text) ?? [];
    return value === undefined
      ? { wrong: "begins with ' and must end with the next one." }
      : { value };
  }
  if (quote === '"') {
    const [, inside] = /^"((?:[^"\\]|\\.)*)"$/.exec(text) ?? [];
    if (inside === undefined) return { wrong: 'begins with " and must end with the next one.' };
    if (/\\[^"\\$`]/.test(inside.replaceAll("\\\\", ""))) {
      return {
        wrong: 'has a \\ in " " that is none of \\" \\\\ \\$ \\`: put it into single quotes.',
      };
    }
    return { value: inside.replace(/\\(["\\$`])/g, "$1") };
  }
  if (/["'\\]/.test(text)) {
    return { wrong: "has a quote or a backslash: put the whole value into single quotes." };
  }
  if (/\s#/.test(text)) {
    return {
      wrong:
        "has a # behind it, which would be a part of it: give a comment a line of its own, or put the value into quotes.",
    };
  }
  return { value: text };
}
