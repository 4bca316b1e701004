/** Reasons that decisions are told with, in the page's language. Their English is that of `?trace`'s JSON. Pure. */
import type { Visit } from "../frame/visit.ts";

/** A reason, or several parted by `; `; what has no translation stays as it is. */
export function translated(visit: Visit, reason: string): string {
  const { said, parted } = visit.texts.why;
  return reason
    .split("; ")
    .map((one) => (Object.hasOwn(said, one) ? (said[one] ?? one) : one))
    .join(parted);
}
