/** How the program ends, for scripts that call it. `health` ends as plugins of Nagios do instead. */
export const exitCodes = {
  /** What was asked for is done, and nothing is wrong. */
  done: 0,
  /** It could not be done, or what was looked at is wrong; why is said on the standard error. */
  failed: 1,
  /** The command was called wrongly, or settings can't be taken. */
  misused: 2,
  /** The service refuses the token, or the token's account may not do that. */
  forbidden: 3,
  /** Somebody else changed it since: nothing was done. The same command may be given again. */
  conflict: 4,
  /** The service doesn't answer, or not now: nothing is known to be done. */
  unreachable: 5,
} as const;

/** `plan --detailed-exitcode` ends as terraform's plan does: 0 nothing to change, 1 failed, 2 something to change. */
export const planExitCodes = { unchanged: 0, failed: 1, changes: 2 } as const;

/** The end of each verb's help. */
export const exitCodesText = `Exit status: 0 done; 1 not done, or something is wrong; 2 misused; of verbs that ask a service also
3 the token doesn't do or may not, 4 somebody else changed it since, 5 no answer.`;
