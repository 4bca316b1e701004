/**
 * The watchers' script: the Durable Objects that watch mirrors and origins, apart from the edge's script, which binds
 * them by this script's name. Whatever no request needs belongs here: each new isolate of the edge loads all of its own
 * script before its first answer.
 */
import type { Bindings } from "./bindings.ts";

export { Fleet } from "./fleet.ts";
export { Operations } from "./operations.ts";
export { PackageSearch } from "./package-search.ts";
export { Packages } from "./packages.ts";
export { Prober } from "./prober.ts";
export { Repository } from "./repository.ts";
export { Statistics } from "./statistics.ts";
export { Torrents } from "./torrents.ts";

export default {
  /** The script has no URL of its own; whoever gives it one finds nothing there. */
  fetch(): Response {
    return new Response("There is nothing for clients here.\n", {
      status: 404,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
    });
  },
} satisfies ExportedHandler<Bindings>;
