/** Hosts under which nothing is answered, where the operator wants the service's own names alone. Pure. */
import { withoutDot } from "./host-reach.ts";
import type { OwnNames } from "./printed-base.ts";

/** Why the URL of a request isn't answered, as a sentence for whoever sent it; undefined: its host is ours. */
export type RefusedHost = (url: string) => string | undefined;

/**
 * Judges requests by their host. Its port doesn't count: containers, tunnels and proxies change it on the way.
 *
 * @throws Error where no name of the service is known: everything would be refused
 */
export function refusedHost({ publicUrl, hosts, labelled }: OwnNames): RefusedHost {
  const names = new Set([
    ...(publicUrl === "" ? [] : [nameOf(publicUrl)]),
    ...hosts.map((host) => nameOf(`http://${host}/`)),
    ...(labelled === undefined ? [] : [labelled]),
  ]);
  const [first] = names;
  if (first === undefined) {
    throw new Error(
      'UNKNOWN_HOSTS is "refuse", and no name of the service is known; PUBLIC_URL or OWN_HOSTS must say it.',
    );
  }
  const shown = publicUrl === "" ? first : publicUrl;
  return (url) => {
    const name = URL.canParse(url) ? nameOf(url) : "";
    if (names.has(name)) return undefined;
    if (labelled !== undefined && name.endsWith(`.${labelled}`)) return undefined;
    return `This service isn't called that. Ask for ${shown}; its operator adds other names to OWN_HOSTS.`;
  };
}

/** Of an absolute URL, lower case. */
function nameOf(url: string): string {
  return withoutDot(new URL(url).hostname);
}
