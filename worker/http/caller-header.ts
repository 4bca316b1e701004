/** The header in which the edge tells the object of operators who asks. The edge passes on none that a client sends. */
export const callerHeader = "Nearmirror-Caller";

/**
 * The header in which the edge says that nothing can be written now (`1`): when a token or a session was used isn't noted
 * then, as reading would fail with the note.
 */
export const readOnlyHeader = "Nearmirror-Read-Only";

/** The header with the service's own URL, as it is printed for people; ends in `/`. None of a client's is passed on either. */
export const baseHeader = "Nearmirror-Base";
