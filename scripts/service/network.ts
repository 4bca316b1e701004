/** What the service on this machine may connect to, enforced by workerd itself, which sees what names resolve to. */
import { readFileSync } from "node:fs";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { reachOfHost } from "../../worker/outbound/host-reach.ts";
import { compatibilityDate } from "./platform.ts";

/** `public`: only addresses that are reached from anywhere. `any`: this machine and its networks as well. */
export type Network = "public" | "any";

/** Name of the Worker through which requests go out where only public addresses may be connected to. */
const outboundName = "nearmirror-outbound";

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

/** The outbound Worker of a service that may connect to public addresses only, and how the service's own is led to it. */
export function publicOutbound(rootPath: string) {
  const contents = "export default { fetch: (request, { NETWORK }) => NETWORK.fetch(request) };";
  return {
    outboundService: { type: "worker" as const, worker: outboundName },
    worker: {
      config: {
        name: outboundName,
        compatibilityDate,
        // Sockets, by which certificates are looked at, don't go through `fetch`: they pass by, and are not restricted.
        compatibilityFlags: ["connect_pass_through"],
        manifest: {
          mainModule: "outbound.js",
          modulesRoot: rootPath,
          modules: { "outbound.js": { type: "esm" as const, contents } },
        },
        env: {
          NETWORK: {
            type: "network" as const,
            allow: ["public"],
            tlsOptions: { trustBrowserCas: true, trustedCertificates: extraAuthorities() },
          },
        },
      },
      dev: { rootPath },
    },
  };
}

/** PEM of the authorities in `NODE_EXTRA_CA_CERTS`, which miniflare's own network trusts as well. */
function extraAuthorities(): string[] {
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
