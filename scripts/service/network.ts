/** What the service on this machine may connect to, enforced by workerd itself, which sees what names resolve to. */
import { readFileSync } from "node:fs";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { reachOfHost } from "../../worker/outbound/host-reach.ts";

/** `public`: only addresses that are reached from anywhere. `any`: this machine and its networks as well. */
export type Network = "public" | "any";

/**
 * What a list needs: `any` where an origin or mirror of it is listed by an address or a name that isn't public, as in a
 * lab or an intranet. A name that looks public and resolves to a private address can't be told from a rebound one here.
 */
export function networkOf({ roster, catalogue }: Views): Network {
  const origins = catalogue.repositories.map(({ origin }) => origin);
  const bases = roster.mirrors.flatMap(({ carries }) =>
    Object.values(carries).flatMap(({ http, https }) => [http, https]),
  );
  const isInside = (url: string | undefined) =>
    url !== undefined && URL.canParse(url) && reachOfHost(new URL(url).hostname).reach !== "public";
  return [...origins, ...bases].some(isInside) ? "any" : "public";
}

/** PEM of the authorities in `NODE_EXTRA_CA_CERTS`, so that this process and workerd trust the same. */
export function extraAuthorities(): string[] {
  const file = process.env.NODE_EXTRA_CA_CERTS ?? "";
  if (file === "") return [];
  try {
    const certificates = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
    return readFileSync(file, "utf8").match(certificates) ?? [];
  } catch {
    // Node has warned of it.
    return [];
  }
}
