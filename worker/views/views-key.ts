/** Keys in the KV namespace `VIEWS`. */

/** The last applied views of the mirror list: the command that compiles the list writes there; plain JSON. */
export const viewsKey = "views";
/** The entries that those views were compiled of (`list/given-list.ts`), where the list is still that of its files. */
export const listEntriesKey = "list-entries";
/** Whose the list is, once the service keeps it itself: who finds this there doesn't put the files' list into force. */
export const listOwnerKey = "list-owner";
/** The views that `Fleet` published last, with states: for edges that can't reach it. */
export const publishedKey = "published";
/** A sentence on why the list on disk is not served; `npm start` writes it, and deletes it when the list is taken up. */
export const listProblemKey = "list-problem";
