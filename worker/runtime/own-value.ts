/** Tables whose keys come from outside. */

/** The value of a key that a file, a client or a server wrote: `constructor` isn't one that every object has. */
export function ownValue<Value>(
  table: Readonly<Record<string, Value>>,
  key: string,
): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
