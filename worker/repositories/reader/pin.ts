/** `/{repository}@{snapshot}/...`: reading which snapshot is meant. Pure. */

/** What stands before the first slash, where it names a repository and a snapshot. */
export interface Pin {
  repository: string;
  /** As asked, for telling. */
  asked: string;
  /** A snapshot's id, or an ISO time; `undefined`: neither. */
  wanted: string | undefined;
  /** Unix ms, where a time was asked. */
  time?: number;
}

/** As `Snapshot.id`. */
const id = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;
/** ISO 8601 in UTC, extended or basic, down to the day, minute, second or millisecond. */
const time = /^(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2})(?:\.(\d{3}))?)?Z)?$/;

/** Reads a path's decoded first segment; `undefined` where it holds no `@`. */
export function readPin(segment: string): Pin | undefined {
  const at = segment.indexOf("@");
  if (at < 0) return undefined;
  const repository = segment.slice(0, at);
  const asked = segment.slice(at + 1);
  if (id.test(asked)) return { repository, asked, wanted: asked };
  const ms = readTime(asked);
  if (ms === undefined) return { repository, asked, wanted: undefined };
  return { repository, asked, wanted: new Date(ms).toISOString(), time: ms };
}

/**
 * Unix ms of a time; of a day or a minute its beginning, of a second its end: a snapshot's id has its second, and people
 * copy that.
 */
function readTime(text: string): number | undefined {
  const match = time.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", told, fraction] = match;
  const second = told ?? "00";
  const part = fraction ?? (told === undefined ? "000" : "999");
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${part}Z`;
  const ms = Date.parse(iso);
  // The 31st of April would silently be the first of May.
  return !Number.isNaN(ms) && new Date(ms).toISOString() === iso ? ms : undefined;
}
