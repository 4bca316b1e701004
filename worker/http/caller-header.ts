/** The header in which the edge tells the object of operators who asks. The edge passes on none that a client sends. */
export const callerHeader = "Nearmirror-Caller";
