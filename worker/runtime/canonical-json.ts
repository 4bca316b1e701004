/** JSON in one form alone, so that equal values have equal hashes: RFC 8785 (JCS). */

/** What JSON can say. A field that is undefined is left out. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [field: string]: Json | undefined };

/** Deeper values are an attack on the stack. */
const maxDepth = 64;

/** Fields sorted by UTF-16 units, no white space. Throws of numbers that JSON doesn't have, and of what is too deep. */
export function canonicalJson(value: Json, depth = 0): string {
  if (depth > maxDepth) throw new Error(`JSON is nested deeper than ${maxDepth}`);
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`JSON has no ${value}`);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map((one) => canonicalJson(one, depth + 1)).join(",")}]`;
  const fields = Object.entries(value).flatMap(([name, of]) =>
    of === undefined ? [] : [{ name, of }],
  );
  // Names differ, so that none is equal.
  fields.sort((one, other) => (one.name < other.name ? -1 : 1));
  const texts = fields.map(
    ({ name, of }) => `${JSON.stringify(name)}:${canonicalJson(of, depth + 1)}`,
  );
  return `{${texts.join(",")}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
