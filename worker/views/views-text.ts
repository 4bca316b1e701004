/**
 * Views as text, as they are published: a line that names version, length and checksum, then JSON. A text
 * that was cut off or changed on its way is distinguished from a whole one before anything is read from it.
 */

import type { Views } from "../mirrors/compiled-list.ts";
import { packRoster } from "../mirrors/roster-codec.ts";
import { unpackRoster } from "../mirrors/unpack-roster.ts";
import { record } from "../runtime/json-values.ts";
import { sha256Of } from "../runtime/sha256.ts";

const magic = "nearmirror-views 1";
const heading = /^nearmirror-views 1 (\d{1,16}) (\d{1,9}) ([0-9a-f]{64})$/;

/** The views as text. Give it `views` that `isViews` takes. */
export async function publishedText(views: Views): Promise<string> {
  const body = JSON.stringify({ roster: packRoster(views.roster), catalogue: views.catalogue });
  const { length, sum } = measured(body);
  return `${magic} ${views.roster.version} ${length} ${sum}\n${body}`;
}

/** Whether a text claims to be published views, as against the plain JSON of a mirror list. */
export function isPublished(text: string): boolean {
  return text.startsWith("nearmirror-views ");
}

/**
 * Reads published views: roster unpacked, catalogue as it came, both still to be checked by `isViews`.
 * Throws an Error saying what is wrong: another format, cut off, changed on the way.
 */
export async function readPublished(text: string): Promise<unknown> {
  const end = text.indexOf("\n");
  const found = end < 0 ? null : heading.exec(text.slice(0, end));
  if (found === null) throw new Error("the published views have no heading of a format known here");
  const body = text.slice(end + 1);
  const [, version, length, sum] = found;
  const is = measured(body);
  if (is.length !== Number(length)) {
    throw new Error(`the published views have ${is.length} bytes of ${length}`);
  }
  if (is.sum !== sum) throw new Error("the published views don't fit their checksum");
  const parsed = record(JSON.parse(body), "views");
  const roster = unpackRoster(parsed.roster);
  if (roster.version !== Number(version)) {
    throw new Error(`the heading says version ${version}, the roster ${roster.version}`);
  }
  return { roster, catalogue: parsed.catalogue };
}

/** A text's bytes, and their SHA-256 in lower-case hex. */
function measured(text: string): { length: number; sum: string } {
  const bytes = new TextEncoder().encode(text);
  return { length: bytes.length, sum: sha256Of(bytes) };
}
