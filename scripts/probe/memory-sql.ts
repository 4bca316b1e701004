/** SQLite in memory, as the chain of snapshots takes it: for what ends with the process. */
import { DatabaseSync } from "node:sqlite";
import type { Sql } from "../../worker/runtime/sql.ts";

export function memorySql(): Sql {
  const database = new DatabaseSync(":memory:");
  const changes = () => Number(database.prepare("SELECT total_changes() AS n").get()?.n);
  return {
    exec(query, ...values) {
      const before = changes();
      const rows = database
        .prepare(query)
        .all(...values)
        .map((row): Record<string, unknown> => ({ ...row }));
      return { toArray: () => rows, rowsWritten: changes() - before };
    },
    transaction(work) {
      database.exec("BEGIN");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
  };
}
