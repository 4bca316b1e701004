/** A Durable Object's SQLite as the stores take it. */
import type { Sql } from "./sql.ts";

/** The storage of a Durable Object whose class is declared with SQLite. */
export function durableSql(storage: DurableObjectStorage): Sql {
  return {
    exec: (query, ...values) => {
      const cursor = storage.sql.exec(query, ...values);
      const rows = cursor.toArray();
      return { toArray: () => rows, rowsWritten: cursor.rowsWritten };
    },
    transaction: (work) => storage.transactionSync(work),
  };
}
