/** Schemes of URLs. */

/** Schemes a client can be redirected to. rsync is for mirror operators, not for clients. */
export type Scheme = "https" | "http";
