/** For which clients a resource is, and how near their networks are. Pure. */
import { inPrefix } from "../geo/address.ts";
import type { Client } from "../geo/client.ts";
import type { Nearness } from "./cost.ts";
import type { OpenResource, Scope } from "./resource.ts";

/** How near the client's network is to the resource's. */
export function nearness({ resource, prefixes }: OpenResource, client: Client): Nearness {
  const address = client.parsed;
  if (address !== undefined && prefixes.some((prefix) => inPrefix(address, prefix)))
    return "prefix";
  return resource.asn !== undefined && resource.asn === client.asn ? "asn" : "none";
}

/** Whether the scope restricts anything; an empty one is like none, and makes nothing private public. */
function restricts(scope: Scope | undefined): boolean {
  return (
    scope?.countries !== undefined || scope?.asns !== undefined || scope?.prefixes !== undefined
  );
}

/** Why a resource is not for this client; `undefined` when it is. */
export function scopeExclusion(open: OpenResource, client: Client): string | undefined {
  const { scope } = open.resource;
  if (scope?.countries !== undefined && !scope.countries.includes(client.place.country ?? "")) {
    return `only serves ${scope.countries.join(", ")}`;
  }
  if (scope?.asns !== undefined && !scope.asns.includes(client.asn ?? 0)) {
    return `only serves ${scope.asns.map((asn) => `AS${asn}`).join(", ")}`;
  }
  const address = client.parsed;
  if (
    open.scopePrefixes !== undefined &&
    !(address !== undefined && open.scopePrefixes.some((prefix) => inPrefix(address, prefix)))
  ) {
    return "only serves listed networks";
  }
  if (open.resource.private && !restricts(scope) && nearness(open, client) === "none") {
    return "is private";
  }
  return undefined;
}

/** Whether only clients of certain networks may be sent there, so that a place alone never makes it a candidate. */
export function forNetworksOnly({ resource, scopePrefixes }: OpenResource): boolean {
  return (
    scopePrefixes !== undefined ||
    resource.scope?.asns !== undefined ||
    (resource.private === true && !restricts(resource.scope))
  );
}
