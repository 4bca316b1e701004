/** What is not taken, and why: a value, as the caller goes on with the last good root and tells of this. */
export interface Refusal {
  /** A sentence for the operator: what is wrong, and where. */
  refused: string;
}
