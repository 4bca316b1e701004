/** Where this machine reaches a service of its own. */

/** Base URL of what listens there, ends in a slash. @param host address or name; `*`, `0.0.0.0` and `::` are all addresses */
export function reachableUrl(host: string, port: number): string {
  const isAll = ["*", "0.0.0.0", "::"].includes(host);
  const named = isAll ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return `http://${named}:${port}/`;
}
