/** Key of the last published views in the KV namespace `VIEWS`; the edge reads there, publishers write there. */
export const viewsKey = "views";
