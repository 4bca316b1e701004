/** What a query takes. Bytes come back as an ArrayBuffer in workerd, and as a Uint8Array in Node. */
export type SqlValue = string | number | Uint8Array | null;

/** SQLite as the watchers' stores take it: small enough for a test to pass its own. */
export interface Sql {
  exec(
    query: string,
    ...values: SqlValue[]
  ): { toArray(): Record<string, unknown>[]; readonly rowsWritten: number };
  /** All of it or, when it throws, nothing. One inside another is a part of it. */
  transaction<Result>(work: () => Result): Result;
}

/**
 * The bytes of a column, as either platform gives them.
 *
 * @param of whose bytes they are, as the beginning of a sentence
 * @throws Error where it has none: whatever wrote the row wasn't this code, or the database is damaged
 */
export function sqlBytes(value: unknown, of: string): Uint8Array<ArrayBuffer> {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  throw new Error(`${of} has no bytes in the database.`);
}
