/** What the doctor finds. */

export interface Finding {
  /** Stays the same for the same fault: `store-locked`. */
  name: string;
  /** `wrong`: it keeps the service from serving as it should. `warning`: it will, or may. */
  level: "wrong" | "warning";
  /** A sentence on what is the case. */
  says: string;
  /** A sentence on what to do. */
  todo: string;
}
