/** A database in memory behind the stores' interface, for sets of packages. */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Sql } from "../../../../worker/runtime/sql.ts";

export interface CountedSql extends Sql {
  /** Rows written since it was made. */
  written(): number;
}

export function memorySql(): CountedSql {
  const database = new DatabaseSync(":memory:");
  const changes = database.prepare("SELECT total_changes() AS n");
  const written = () => Number(changes.get()?.n);
  /** By query: reading its text takes longer than running it. */
  const statements = new Map<string, StatementSync>();
  return {
    written,
    exec: (query, ...values) => {
      const statement = statements.get(query) ?? database.prepare(query);
      statements.set(query, statement);
      // Counting takes longer than reading a row.
      const before = query.startsWith("SELECT") ? undefined : written();
      const rows = statement.all(...values).map((row): Record<string, unknown> => ({ ...row }));
      return {
        toArray: () => rows,
        rowsWritten: before === undefined ? 0 : written() - before,
      };
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
