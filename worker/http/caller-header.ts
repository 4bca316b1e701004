/** The header in which the edge tells the object of operators who asks. The edge passes on none that a client sends. */
export const callerHeader = "Nearmirror-Caller";

/** The header with the service's own URL, as it is printed for people; ends in `/`. None of a client's is passed on either. */
export const baseHeader = "Nearmirror-Base";
