/** Variables: what the operator tells the Worker, typed and checked once. The bindings are in `bindings.ts`. */

import { readHostLabels } from "./clients/host-labels.ts";
import type { HostLabels } from "./clients/wish.ts";
import { defaultLivenessSeconds } from "./delivery/liveness.ts";
import { type Prefix, readPrefix } from "./geo/address.ts";
import { countryAlone, type Place, placeAt, placeOfCountry, unknownPlace } from "./geo/client.ts";
import { peerHeader } from "./geo/proxies.ts";
import type { ProbeVariables } from "./health/settings.ts";
import type { OwnVariables } from "./outbound/own.ts";

/** All optional; a text where nothing else is said. */
export interface Variables extends ProbeVariables, OwnVariables {
  /** IP databases; on Cloudflare `request.cf` takes their place. */
  COUNTRY_DATABASE?: ArrayBuffer;
  ASN_DATABASE?: ArrayBuffer;
  /**
   * What tells where a client is. `platform`: Cloudflare, its `request.cf` and `CF-Connecting-IP`. `database`: the
   * connection's own address, as workerd tells it, is looked up.
   */
  CLIENT_PLACE?: string;
  /** Header in which the trusted proxies tell whom they were asked by; empty: `X-Forwarded-For`. */
  PEER_ADDRESS_HEADER?: string;
  /** Proxies of which that header and `X-Forwarded-Proto` are read: CIDRs, or `any` where only proxies get here. */
  TRUSTED_PROXIES?: string;
  /** Where the service itself is, for clients with local addresses: `DE`, or `DE 50.1 8.7`. */
  OWN_PLACE?: string;
  /** Seconds between two looks for newer views. */
  VIEWS_REFRESH_SECONDS?: string;
  /** Seconds for which a mirror that answered this isolate rightly counts as in sight; 0: nobody looks before a redirect. */
  SIGHT_SECONDS?: string;
  /** Wishes by host name: the service's own host, then labels as `nordic=country=SE,FI`; empty: host names say nothing. */
  HOST_LABELS?: string;
  /** Seconds for which a location goes by what it last heard from `Fleet`. */
  ROSTER_AGE_SECONDS?: string;
}

/** The variables, read. */
export interface Settings {
  platformPlace: boolean;
  /** Read of trusted proxies only. */
  forwardedHeader: string;
  trustedProxies: readonly Prefix[] | "any";
  ownPlace: Place;
  /** 0: off. */
  sightMs: number;
  /** Absent: host names say nothing, and aren't looked at. */
  labels?: HostLabels;
  viewsRefreshMs: number;
  rosterAgeSeconds: number;
}

/**
 * Where mirrors are probed, views are looked for this often, and a location asks `Fleet` this often for all its
 * isolates: together the edge is 4 s behind `Fleet` at most, and 300 locations are 150 small questions a second
 * to one Durable Object, of the 1,000 it can take.
 */
const probedRefreshSeconds = 2;
const defaultRosterAgeSeconds = 2;
/** Where nothing is probed, the list changes when an operator says so, and KV itself may be 60 s behind. */
const unprobedRefreshSeconds = 10;

/** Reads the variables; throws an Error naming the variable, what it holds and what it may hold. */
export function readSettings(env: Variables): Settings {
  const placeFrom = env.CLIENT_PLACE ?? "platform";
  if (placeFrom !== "platform" && placeFrom !== "database") {
    throw new Error(`CLIENT_PLACE is "${placeFrom}"; it must be "platform" or "database".`);
  }
  const seconds = (name: "VIEWS_REFRESH_SECONDS" | "ROSTER_AGE_SECONDS", usual: number) => {
    const given = Number(env[name] ?? usual);
    if (given >= 0.1 && Number.isFinite(given)) return given;
    throw new Error(`${name} is "${env[name]}"; it must be a number of seconds, 0.1 or more.`);
  };
  const probed = env.PROBING !== undefined && env.PROBING !== "off";
  const usualRefresh = probed ? probedRefreshSeconds : unprobedRefreshSeconds;
  const labels = readHostLabels(env.HOST_LABELS ?? "");
  const platformPlace = placeFrom === "platform";
  const trustedProxies = readProxies(env.TRUSTED_PROXIES ?? "");
  return {
    platformPlace,
    forwardedHeader: readForwardedHeader(env.PEER_ADDRESS_HEADER ?? "", {
      platformPlace,
      proxies: trustedProxies.length > 0,
    }),
    trustedProxies,
    ownPlace: readOwnPlace(env.OWN_PLACE ?? ""),
    sightMs: readSightMs(env.SIGHT_SECONDS),
    ...(labels && { labels }),
    viewsRefreshMs: 1000 * seconds("VIEWS_REFRESH_SECONDS", usualRefresh),
    rosterAgeSeconds: seconds("ROSTER_AGE_SECONDS", defaultRosterAgeSeconds),
  };
}

function readSightMs(text: string | undefined): number {
  const given = Number(text ?? defaultLivenessSeconds);
  if (given === 0 || (given >= 1 && given <= 60)) return 1000 * given;
  throw new Error(`SIGHT_SECONDS is "${text}"; it must be a number of seconds, 1 to 60, or 0.`);
}

/** In which proxies tell their peer unless told otherwise. */
const usualForwardedHeader = "X-Forwarded-For";

/**
 * The header in which trusted proxies tell whom they were asked by. A header that no proxy is trusted with anybody
 * can write: an operator who names one means a proxy, so that the proxy is asked for.
 */
function readForwardedHeader(
  name: string,
  { platformPlace, proxies }: { platformPlace: boolean; proxies: boolean },
): string {
  if (name === "") return usualForwardedHeader;
  // A token (RFC 9110 section 5.6.2): of any other name the engine refuses to read a header, at every request.
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) {
    throw new Error(
      `PEER_ADDRESS_HEADER is "${name}"; it must be a header's name, as "X-Real-IP".`,
    );
  }
  // On Cloudflare, Cloudflare itself writes this one: the connection's own address, read without a proxy.
  if (platformPlace && name.toLowerCase() === peerHeader.toLowerCase()) return usualForwardedHeader;
  if (proxies) return name;
  throw new Error(
    `PEER_ADDRESS_HEADER is "${name}", which any client can write; TRUSTED_PROXIES must be the proxies that set it, as CIDRs, or "any" where only they can reach the service.`,
  );
}

function readProxies(text: string): readonly Prefix[] | "any" {
  if (text.trim() === "any") return "any";
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const prefix = readPrefix(part);
      if (prefix === undefined) {
        throw new Error(
          `TRUSTED_PROXIES holds "${part}"; it must be CIDRs such as 192.0.2.0/24, or "any".`,
        );
      }
      return prefix;
    });
}

function readOwnPlace(text: string): Place {
  const [country, latitude, longitude, ...rest] = text.trim().split(/\s+/);
  if (country === undefined || country === "") return unknownPlace;
  const place =
    latitude === undefined
      ? placeOfCountry(country)
      : placeAt(country, Number(latitude), Number(longitude));
  const coordinatesLost = latitude !== undefined && countryAlone(place) !== undefined;
  if (place.country === undefined || coordinatesLost || rest.length > 0) {
    throw new Error(
      `OWN_PLACE is "${text}"; it must be a country's two letters, and may add latitude and longitude: "DE 50.1 8.7".`,
    );
  }
  return place;
}
