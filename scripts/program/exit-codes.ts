/** How the program ends, for scripts that call it. `health` ends as plugins of Nagios do instead. */
export const exitCodes = {
  /** What was asked for is done, and nothing is wrong. */
  done: 0,
  /** It could not be done, or what was looked at is wrong; why is said on the standard error. */
  failed: 1,
  /** The command was called wrongly, or settings can't be taken. */
  misused: 2,
} as const;
