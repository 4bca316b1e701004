/** Who to ask whether we can see at all. Pure. */
import type { Repository } from "../repositories/catalogue.ts";
import type { Watched } from "./watched.ts";

/** Somebody whose answer, whatever it says, shows that our network works. */
export interface Control {
  url: string;
  /** Of a mirror: whose budget it is. */
  mirror?: string;
}

/** The host that failed to answer. */
export interface Suspect {
  host: string;
  /** What it failed to give; undefined where that isn't listed any more. */
  repository: Repository | undefined;
}

/** Mirrors asked besides the first: enough that one which died as well doesn't make us blind. */
const moreMirrors = 2;

/**
 * Controls in the order to ask: one mirror that answered last, at another host than the one that failed; then,
 * should it be silent, two more, the origin and the configured servers, all at once.
 */
export function findControls(
  watched: readonly Watched[],
  { host: butHost, repository }: Suspect,
  controlServers: readonly string[],
  random: () => number,
): Control[] {
  const hosts = new Map<string, Control>();
  for (const { watch, target } of watched) {
    if (watch.ok === true && watch.host !== butHost) {
      hosts.set(watch.host, { url: target.base, mirror: watch.mirror });
    }
  }
  const answering = [...hosts.values()];
  const chosen: Control[] = [];
  while (chosen.length < 1 + moreMirrors && answering.length > 0) {
    chosen.push(...answering.splice(Math.floor(random() * answering.length), 1));
  }
  const origin = repository && new URL(repository.roots?.[0] ?? "", repository.origin).href;
  const others = [...(origin === undefined ? [] : [origin]), ...controlServers];
  return [...chosen, ...others.map((url) => ({ url }))];
}
