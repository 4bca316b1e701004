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
