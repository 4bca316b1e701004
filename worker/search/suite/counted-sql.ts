/** Counts the rows that are written: on the platform they are what a set costs. */
import type { Sql } from "../../runtime/sql.ts";

export interface CountedSql extends Sql {
  /** Since it was made, rows of indexes too. */
  readonly rowsWritten: number;
}

export function countedSql(sql: Sql): CountedSql {
  let rowsWritten = 0;
  return {
    exec(query, ...values) {
      const done = sql.exec(query, ...values);
      rowsWritten += done.rowsWritten;
      return done;
    },
    transaction: (work) => sql.transaction(work),
    get rowsWritten() {
      return rowsWritten;
    },
  };
}
