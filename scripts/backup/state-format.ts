/** The version of the state folder's layout. */

/** Raised when an older version of the program could not use the folder any more. `format.json` of a store has it. */
export const stateFormat = 1;
