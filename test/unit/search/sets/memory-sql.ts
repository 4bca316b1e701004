/** A database in memory behind the stores' interface, for sets of packages. */
import { DatabaseSync } from "node:sqlite";
import type { Sql } from "../../../../worker/runtime/sql.ts";

export interface CountedSql extends Sql {
  /** Rows written since it was made. */
  written(): number;
}

export function memorySql(): CountedSql {
  const database = new DatabaseSync(":memory:");
  const written = () => Number(database.prepare("SELECT total_changes() AS n").get()?.n);
  return {
    written,
    exec: (query, ...values) => {
      const before = written();
      const rows = database
        .prepare(query)
        .all(...values)
        .map((row): Record<string, unknown> => ({ ...row }));
      return { toArray: () => rows, rowsWritten: written() - before };
    },
    transaction: (work) => {
      database.exec("SAVEPOINT work");
      try {
        const result = work();
        database.exec("RELEASE work");
        return result;
      } catch (error) {
        database.exec("ROLLBACK TO work; RELEASE work");
        throw error;
      }
    },
  };
}
