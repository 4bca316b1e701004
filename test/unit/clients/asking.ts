/** Requests of clients, and who they are taken for. */

import { Clients } from "../../../worker/clients/clients.ts";
import type { Locate } from "../../../worker/geo/client.ts";
import type { Repository } from "../../../worker/repositories/catalogue.ts";
import { readSettings, type Variables } from "../../../worker/settings/settings.ts";
import { open, plainMirror } from "../directory/rosters.ts";

export const locate: Locate = { country: () => "DE", asn: () => undefined };
export const roster = open([
  plainMirror("amd64", {
    carries: {
      debian: { https: "https://a.example/", http: "http://a.example/", architectures: ["amd64"] },
    },
  }),
  plainMirror("arm64", {
    carries: { debian: { https: "https://b.example/", architectures: ["arm64"] } },
  }),
]);

export const debian: Repository = {
  name: "debian",
  kind: "apt",
  title: "Debian",
  origin: "https://origin.example/",
  architectures: ["amd64", "arm64"],
  keys: [],
  setup: {},
};

export function clients(env: Variables): Clients {
  const settings = readSettings(env);
  const { ownPlace, platformPlace } = settings;
  return new Clients(roster, settings, { locate, platform: platformPlace, ownPlace });
}

export function request(
  headers: Record<string, string>,
  cf?: object,
  url = "http://edge.example/",
): Request {
  const made = new Request(url, { headers });
  if (cf !== undefined) Object.defineProperty(made, "cf", { value: cf });
  return made;
}

/** A request of that client, on Cloudflare. */
export function from(address: string, cf?: object): Request {
  return request({ "CF-Connecting-IP": address }, cf);
}
