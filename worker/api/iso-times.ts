/** One time format in `/api/v1`: ISO 8601, UTC, with milliseconds. Records are held with Unix ms. Pure. */

/** Fields that hold a moment: `at`, `since`, `until`, and whatever ends so. Versions (`version`, `list`) are numbers. */
const moments = /^(?:at|since|until)$|(?:At|Since|Until)$/;

/** The same value, its moments as ISO text; 0 and less, which stand for never, as `null`. */
export function withIsoTimes(value: unknown, name = ""): unknown {
  if (typeof value === "number" && moments.test(name)) {
    return value > 0 && value <= maxMs ? new Date(value).toISOString() : null;
  }
  if (Array.isArray(value)) return value.map((one: unknown) => withIsoTimes(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withIsoTimes(one, key)]),
  );
}

/** The last moment that `Date` can tell, Unix ms (ECMA-262, time values). */
const maxMs = 8.64e15;
