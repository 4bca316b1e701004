/** Cuts a stanza of apt's indexes into the fields that are wanted, in one pass: an index has millions of lines. */
import { fromBytes } from "../stanzas.ts";

/** Values by the position of their name in the list that the reader was made of; absent: the stanza has no such field. */
export type FieldValues = (string | undefined)[];

/**
 * Makes what reads the given fields of a stanza as apt does: names don't mind case, blanks around a value don't count, of
 * a field that comes again the last counts. A value of several lines keeps its line ends and what its lines begin with.
 *
 * @param names as they are usually written
 * @param passed names that are common and not wanted: knowing them spares a look at their case
 */
export function fieldsReader(
  names: readonly string[],
  passed: readonly string[] = [],
): (stanza: string) => FieldValues {
  const places = new Map(
    names.flatMap((name, at) => [[name, at] as const, [name.toLowerCase(), at] as const]),
  );
  for (const name of passed) places.set(name, unwanted);
  return (stanza) => {
    const text = asText(stanza);
    const values: FieldValues = new Array<string | undefined>(names.length).fill(undefined);
    for (let at = 1; at < text.length; ) {
      const end = endOfField(text, at);
      const colon = text.indexOf(":", at);
      if (colon > 0 && colon < end) {
        const name = text.slice(at, colon);
        const place = places.get(name) ?? places.get(name.toLowerCase()) ?? unwanted;
        if (place !== unwanted) values[place] = trimmed(text, colon + 1, end);
      }
      at = end + 1;
    }
    return values;
  };
}

const unwanted = -1;

/** UTF-8 of a stanza whose characters are bytes; nearly every one is of ASCII. */
function asText(stanza: string): string {
  return /[^\0-\x7f]/.test(stanza) ? fromBytes(stanza) : stanza;
}

/** The line end that a field ends with: the next line doesn't begin with a blank. */
function endOfField(text: string, from: number): number {
  let end = text.indexOf("\n", from);
  while (isBlank(text.charCodeAt(end + 1))) end = text.indexOf("\n", end + 1);
  return end < 0 ? text.length : end;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** `String.trim` takes more for blanks than apt does. */
function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end);
}

/** The first line of a value. */
export function firstLine(value: string | undefined): string | undefined {
  const at = value?.indexOf("\n") ?? -1;
  return at < 0 ? value : value?.slice(0, at).trimEnd();
}

/** The entries of a value that commas divide, each in one line. */
export function entriesOf(value: string): string[] {
  return value
    .split(",")
    .map((entry) => (entry.includes("\n") ? entry.replace(/\s+/g, " ") : entry).trim())
    .filter((entry) => entry !== "");
}

/**
 * The lines behind the first of a description, as plain text: a line of one dot is empty (Debian policy 5.6.13).
 * Undefined: there are none.
 */
export function longText(value: string): string | undefined {
  const at = value.indexOf("\n");
  if (at < 0) return undefined;
  const lines = value
    .slice(at + 1)
    .split("\n")
    .map((line) => line.trim());
  return (
    lines
      .map((line) => (line === "." ? "" : line))
      .join("\n")
      .trim() || undefined
  );
}
