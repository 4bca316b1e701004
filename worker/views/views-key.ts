/** Keys in the KV namespace `VIEWS`. */

/** The last applied views of the mirror list: the command that compiles the list writes there; plain JSON. */
export const viewsKey = "views";
/** The views that `Fleet` published last, with states: for edges that can't reach it. */
export const publishedKey = "published";
/** A sentence on why the list on disk is not served; `npm start` writes it, and deletes it when the list is taken up. */
export const listProblemKey = "list-problem";
