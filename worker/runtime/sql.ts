/** SQLite as the watchers' stores take it: small enough for a test to pass its own. */
export interface Sql {
  exec(
    query: string,
    ...values: (string | number | null)[]
  ): { toArray(): Record<string, unknown>[]; readonly rowsWritten: number };
  /** All of it or, when it throws, nothing. */
  transaction<Result>(work: () => Result): Result;
}
