/** What this service is called when it asks others: its hosts, and its name in `CDN-Loop`. */
import { withoutDot } from "./host-reach.ts";

/** What names an installation that has no name set: ids of Durable Objects differ between namespaces. */
export interface Namespace {
  idFromName(name: string): { toString(): string };
}

export interface Own {
  /** `host` or `host:port` that we are reached under, as far as is known, lower case. */
  hosts: readonly string[];
  /** Our `cdn-id` (RFC 8586 section 2), lower case. */
  id: string;
}

/** Digits of an object's id that are shown; 64 bits distinguish any two installations. */
const toldDigits = 16;

/** What is known of an installation. */
export interface Told {
  /** Base URL; empty: not set. */
  publicUrl: string;
  /** `host` or `host:port` that the service listens at, lower case. */
  hosts: readonly string[];
  /** Distinguishes this installation where there is no base URL; empty: not set. */
  instance: string;
  /** Of Durable Objects; undefined: there are none. */
  namespace: Namespace | undefined;
}

/**
 * Our hosts and our name. The name has to be the same in all isolates of one installation, and another one in each
 * installation: a Nearmirror that has another one as its origin is legitimate, and the name `nearmirror` for all of
 * them would cut that chain. So the name is the base URL's host, else what `npm start` made up, else a part of an
 * object's id, which the platform derives from a secret of the namespace. `nearmirror` is left to a Worker that has none of these.
 */
export function ownOf({ publicUrl, hosts, instance, namespace }: Told): Own {
  const publicHost = publicUrl === "" ? undefined : hostOf(publicUrl);
  const byObject = namespace?.idFromName("cdn-loop").toString().slice(0, toldDigits);
  const pseudonym = instance || (byObject === undefined ? "nearmirror" : `nearmirror-${byObject}`);
  return {
    hosts: [...(publicHost === undefined ? [] : [publicHost]), ...hosts],
    id: publicHost ?? pseudonym.toLowerCase(),
  };
}

function hostOf(url: string): string {
  const { hostname, port } = new URL(url);
  return withoutDot(hostname) + (port === "" ? "" : `:${port}`);
}
