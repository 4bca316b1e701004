/** How a command that has had other processes ends. */

/**
 * Ends the process when nothing is left to do, after its `exit` listeners. Left to itself, Node 24.21 has been seen to
 * spin for ever while it tidies up at its own end, with a child that had ended and wasn't waited for (esbuild's).
 */
export function endAtOnce(): void {
  process.once("beforeExit", (code) => process.exit(code));
}
