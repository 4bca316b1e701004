/** What a measurement of its own is to `npm run bench`. */

/** As it was asked for. */
export interface RowOptions {
  rounds: number;
  /** Of each load. */
  seconds: number;
  /** Different addresses. */
  clients: number;
  /** The most that a row by numbers of clients goes to. */
  mostClients: number;
  connections: number;
  /** Where a picture is written, if the row makes one. */
  picture?: string;
  /** Files that it is measured over, as `SUITE=DIR`. */
  from?: readonly string[];
}

/** What was measured, for programs and for people. */
export interface Told {
  json: unknown;
  lines: readonly string[];
  /** Absent: the figures mean what they say. */
  fault?: string;
}

export interface Row {
  /** For `--help`, one line. */
  help: string;
  /** By wrk, in part. */
  needsWrk: boolean;
  measure(options: RowOptions): Promise<Told>;
}
