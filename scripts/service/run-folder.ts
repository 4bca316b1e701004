/** What is in workerd's folder, and how its sockets are called. Its own file imports nothing: the launcher reads it. */

/** Files that the configuration embeds, and the configuration itself. */
export const configFiles = {
  config: "service.capnp",
  edge: "edge.js",
  watchers: "watchers.js",
  embedded: "embedded.js",
  views: "views.txt",
  certificate: "cert.pem",
  key: "key.pem",
} as const;

/** The entries of the files' list, where they are known: for the stores of a service that has started. */
export const entriesFile = "list-entries.json";

/** Names of the sockets, by which workerd tells their ports, and takes one that is open already. */
export const serviceSocket = "http";
export const controlSocket = "control";
