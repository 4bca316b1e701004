/** When a snapshot is, in its id and in URLs. Pure. */
import { sha256Of } from "../../runtime/sha256.ts";
import type { Snapshot, SnapshotRoot } from "./snapshot.ts";

/**
 * Time and id of a snapshot that follows on `current`. Ids sort by time to the second, also where two come in one, or
 * the clock was put back.
 *
 * @param now Unix ms
 */
export function placeAfter(
  current: Snapshot | undefined,
  roots: readonly SnapshotRoot[],
  now: number,
): Pick<Snapshot, "id" | "at"> {
  const at = Math.max(now, (Math.floor((current?.at ?? 0) / 1000) + 1) * 1000);
  const stamp = new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const hash = sha256Of(JSON.stringify(roots));
  return { id: `${stamp}-${hash.slice(0, 8)}`, at };
}

/** A time as URLs have it, Unix ms: ISO 8601, or without its colons and dashes; UTC unless it says otherwise. */
export function timeOf(text: string): number | undefined {
  const [, day, hour = "", minute = "", second = "00"] =
    /^(\d{8})T(\d\d)(\d\d)(\d\d)?Z$/.exec(text) ?? [];
  const iso =
    day === undefined
      ? text
      : `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${hour}:${minute}:${second}Z`;
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(iso)) {
    return undefined;
  }
  const zoned = /T.*(?:Z|[+-]\d\d:\d\d)$/.test(iso) || !iso.includes("T") ? iso : `${iso}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : time;
}
