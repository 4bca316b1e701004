/**
 * The variables, read once and typed. A wrong value throws a sentence that names the variable, what it holds and what
 * it must be, so that nothing is served by a slip.
 */
import { readHostLabels } from "../clients/host-labels.ts";
import type { HostLabels } from "../clients/wish.ts";
import type { Place } from "../geo/client.ts";
import { peerHeader, type TrustedProxies } from "../geo/proxies.ts";
import type { DatabaseFolder } from "../geo/read-databases.ts";
import { defaultRules } from "../health/rules.ts";
import type { ProbeSettings } from "../health/settings.ts";
import { type Namespace, type Own, ownOf } from "../outbound/own.ts";
import type { OwnNames } from "../outbound/printed-base.ts";
import { type RefusedHost, refusedHost } from "../outbound/refused-host.ts";
import type { Retention } from "../repositories/chain/retention.ts";
import { NotTaken } from "./forms.ts";
import {
  dayMs,
  gigabyte,
  usualRefreshSeconds,
  type Values,
  type VariableName,
  type VariableTexts,
  variables,
} from "./table.ts";

/** What the operator says, and the IP databases; on Cloudflare `request.cf` takes their place. */
export interface Variables extends VariableTexts {
  /** The name of `LIVENESS_SECONDS` until 2026-11; still read. */
  SIGHT_SECONDS?: string;
  COUNTRY_DATABASE?: ArrayBuffer;
  ASN_DATABASE?: ArrayBuffer;
  /** The folder of both, in their place. */
  IP_DATABASES?: DatabaseFolder;
}

/** The variables of the edge, read. */
export interface Settings {
  platformPlace: boolean;
  /** Read of trusted proxies only. */
  forwardedHeader: string;
  trustedProxies: TrustedProxies;
  ownPlace: Place;
  /** 0: off. */
  livenessMs: number;
  /** Absent: host names say nothing, and aren't read. */
  labels?: HostLabels;
  viewsRefreshMs: number;
  rosterAgeSeconds: number;
}

/** @throws Error naming the variable, what it holds and what it must be */
export function readSettings(env: Variables): Settings {
  const platformPlace = read(env, "CLIENT_PLACE") === "platform";
  const trustedProxies = read(env, "TRUSTED_PROXIES");
  const labels = readHostLabels(read(env, "HOST_LABELS"));
  const usualRefresh = usualRefreshSeconds(read(env, "PROBING") !== "off");
  const refresh = env.VIEWS_REFRESH_SECONDS;
  return {
    platformPlace,
    forwardedHeader: forwardedHeader(read(env, "PEER_ADDRESS_HEADER"), {
      platformPlace,
      proxies: trustedProxies.length > 0,
    }),
    trustedProxies,
    ownPlace: read(env, "OWN_PLACE"),
    livenessMs: 1000 * read(env, "LIVENESS_SECONDS"),
    ...(labels && { labels }),
    viewsRefreshMs:
      1000 * (refresh === undefined ? usualRefresh : read(env, "VIEWS_REFRESH_SECONDS")),
    rosterAgeSeconds: read(env, "ROSTER_AGE_SECONDS"),
  };
}

/** How the service probes. @throws Error naming the variable, what it holds and what it must be */
export function readProbeSettings(env: VariableTexts): ProbeSettings {
  const { latitude, longitude } = read(env, "OWN_PLACE");
  return {
    ...(latitude !== undefined && longitude !== undefined && { ownPoint: { latitude, longitude } }),
    isPlatform: read(env, "CLIENT_PLACE") === "platform",
    probing: read(env, "PROBING"),
    regions: read(env, "PROBE_REGIONS"),
    rules: {
      ...defaultRules,
      healthyMs: 1000 * read(env, "PROBE_SECONDS"),
      changingMs: 1000 * read(env, "PROBE_CHANGING_SECONDS"),
      deadlineMs: 1000 * read(env, "PROBE_DEADLINE_SECONDS"),
      requestsPerMinute: read(env, "PROBE_REQUESTS_PER_MINUTE"),
      contentEvery: read(env, "PROBE_CONTENT_EVERY"),
    },
    shardMirrors: Math.ceil(read(env, "PROBE_SHARD_MIRRORS")),
    publicUrl: read(env, "PUBLIC_URL"),
    controlServers: read(env, "PROBE_REFERENCES"),
  };
}

/** How long snapshots are kept. @throws Error naming the variable, what it holds and what it must be */
export function readRetention(env: VariableTexts): Retention {
  return {
    keepMs: dayMs * read(env, "SNAPSHOT_KEEP_DAYS"),
    keepCount: read(env, "SNAPSHOT_KEEP_COUNT"),
  };
}

/** What is read of packages. @throws Error naming the variable, what it holds and what it must be */
export function readPackageSearch(env: VariableTexts): Values["PACKAGE_SEARCH"] {
  return read(env, "PACKAGE_SEARCH");
}

/** Bytes that may be read for torrents in a day. @throws Error naming the variable, what it holds and what it must be */
export function readTorrentBytesPerDay(env: VariableTexts): number {
  return gigabyte * read(env, "TORRENT_GIGABYTES_PER_DAY");
}

/** For the first sign-in; empty: there is none. @throws Error naming the variable and what it must be, without its text */
export function readBootstrapSecret(env: VariableTexts): string {
  return read(env, "BOOTSTRAP_SECRET");
}

/**
 * Who people may sign in by; undefined: nobody.
 *
 * @throws Error naming the variable and what it must be, or those that are missing beside others
 */
export function readOpenId(env: VariableTexts): OpenIdVariables | undefined {
  const issuer = read(env, "OPENID_ISSUER");
  const publicUrl = read(env, "PUBLIC_URL");
  const clientId = read(env, "OPENID_CLIENT_ID");
  const clientSecret = read(env, "OPENID_CLIENT_SECRET");
  if (issuer === "" && clientId === "" && clientSecret === "") return undefined;
  const all = {
    OPENID_ISSUER: issuer,
    OPENID_CLIENT_ID: clientId,
    OPENID_CLIENT_SECRET: clientSecret,
    PUBLIC_URL: publicUrl,
  };
  const missing = Object.entries(all).flatMap(([name, value]) => (value === "" ? [name] : []));
  if (missing.length > 0) {
    throw new Error(
      `Nobody can sign in by OpenID: ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing beside the others of its variables.`,
    );
  }
  return { issuer, clientId, clientSecret, publicUrl, claim: read(env, "OPENID_CLAIM") };
}

/** As the console takes it. */
export interface OpenIdVariables {
  issuer: string;
  clientId: string;
  clientSecret: string;
  publicUrl: string;
  claim: string;
}

/** The service's names towards others. @throws Error naming the variable, what it holds and what it must be */
export function readOwn(env: VariableTexts & { FLEET?: Namespace }): Own {
  return ownOf({
    publicUrl: read(env, "PUBLIC_URL"),
    hosts: read(env, "OWN_HOSTS"),
    instance: read(env, "INSTANCE_ID"),
    namespace: env.FLEET,
  });
}

/** Under which URLs set-up lines may be printed. @throws Error naming the variable, what it holds and what it must be */
export function readOwnNames(env: VariableTexts): Pick<OwnNames, "publicUrl" | "hosts"> {
  return { publicUrl: read(env, "PUBLIC_URL"), hosts: read(env, "OWN_HOSTS") };
}

/**
 * Which hosts nothing is answered for; undefined: whatever host a client says is served.
 * @throws Error naming the variable, what it holds and what it must be
 */
export function readRefusedHost(env: VariableTexts): RefusedHost | undefined {
  if (read(env, "UNKNOWN_HOSTS") === "serve") return undefined;
  const labels = readHostLabels(read(env, "HOST_LABELS"));
  return refusedHost({ ...readOwnNames(env), ...(labels && { labelled: labels.host }) });
}

/** Reads one variable by its form. */
function read<Name extends VariableName>(env: VariableTexts, name: Name): Values[Name] {
  const { form, usual, before = [] } = variables[name];
  const set = [name, ...before].find((one) => typeof Reflect.get(env, one) === "string") ?? name;
  const given = String(Reflect.get(env, set) ?? usual);
  try {
    return form.read(given);
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    if (form.isSecret) throw new Error(`${set} can't be taken; it must be ${form.takes}.`);
    const held = error.part === given ? `is "${given}"` : `holds "${error.part}"`;
    throw new Error(`${set} ${held}; it must be ${form.takes}.`);
  }
}

/** In which proxies name their own client, unless `PEER_ADDRESS_HEADER` says otherwise. */
const usualForwardedHeader = "X-Forwarded-For";

/**
 * The header in which trusted proxies name their own client. Without a trusted proxy every client can write that
 * header: an operator that names a header means a proxy, so the proxy must be named too.
 */
function forwardedHeader(
  name: string,
  { platformPlace, proxies }: { platformPlace: boolean; proxies: boolean },
): string {
  if (name === "") return usualForwardedHeader;
  // On Cloudflare, Cloudflare itself writes this one: the connection's own address, read without a proxy.
  if (platformPlace && name.toLowerCase() === peerHeader.toLowerCase()) return usualForwardedHeader;
  if (proxies) return name;
  throw new Error(
    `PEER_ADDRESS_HEADER is "${name}", which any client can write; TRUSTED_PROXIES must be the proxies that set it, as CIDRs, or "any" where only they can reach the service.`,
  );
}
