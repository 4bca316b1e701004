/**
 * Every variable that an operator can set, in one table: what it takes, and what holds without it. What each is for, which
 * no request needs to know, is in `what-for.ts`; `docs/configuration.md` is written from both.
 */
import { minBootstrapLength } from "../accounts/bootstrap-length.ts";
import { defaultLivenessSeconds } from "../delivery/liveness.ts";
import { defaultRules } from "../health/rules.ts";
import { probings, regions } from "../health/settings.ts";
import { usualRetention } from "../repositories/chain/retention.ts";
import {
  type Form,
  headerName,
  hosts,
  issuer,
  number,
  oneOf,
  place,
  prefixes,
  secret,
  someOf,
  token,
  url,
  urls,
} from "./forms.ts";

/** One variable. */
export interface Variable<Value> {
  form: Form<Value>;
  /** The text that holds where it isn't set. */
  usual: string;
  /** Names that it had before, which are read where the name of today isn't set. */
  before?: readonly string[];
}

/** Keeps the type of what is read. */
function variable<Value>(one: Variable<Value>): Variable<Value> {
  return one;
}

/** Where mirrors are probed; see `viewsRefreshSeconds`. */
export const probedRefreshSeconds = 2;
/** Where nothing is probed, the list changes when an operator says so, and KV itself may be 60 s behind. */
export const unprobedRefreshSeconds = 10;

/**
 * Where mirrors are probed, an isolate asks for newer views every 2 s, and a location asks `Fleet` as often for all its
 * isolates: together the edge is 4 s behind `Fleet` at most, and 300 locations are 150 small questions a second to one
 * Durable Object, of the 1,000 it can take.
 */
export function usualRefreshSeconds(probed: boolean): number {
  return probed ? probedRefreshSeconds : unprobedRefreshSeconds;
}

/**
 * Mirrors a Prober watches: at 30 s each with up to six requests a probe it sends ten a second, of which six
 * may be waiting, and an alarm that meets them all stays far below 10,000 subrequests.
 */
const shardMirrors = 50;

/** Bytes. */
export const gigabyte = 1e9;
/** Read for torrents in a day: some 20 netinst images or four DVDs, two megabits a second on the average. */
const usualTorrentBytesPerDay = 20 * gigabyte;

const seconds = "a number of seconds";
export const dayMs = 86_400_000;

const rows = {
  PUBLIC_URL: variable({
    form: url,
    usual: "",
  }),
  OWN_HOSTS: variable({
    form: hosts,
    usual: "",
  }),
  UNKNOWN_HOSTS: variable({
    form: oneOf("serve", "refuse"),
    usual: "serve",
  }),
  INSTANCE_ID: variable({
    form: token,
    usual: "",
  }),
  BOOTSTRAP_SECRET: variable({
    form: secret(minBootstrapLength),
    usual: "",
  }),
  OPENID_ISSUER: variable({
    form: issuer,
    usual: "",
  }),
  OPENID_CLIENT_ID: variable({
    form: token,
    usual: "",
  }),
  OPENID_CLIENT_SECRET: variable({
    form: secret(8),
    usual: "",
  }),
  OPENID_CLAIM: variable({
    form: token,
    usual: "email",
  }),
  OWN_PLACE: variable({
    form: place,
    usual: "",
  }),
  CLIENT_PLACE: variable({
    form: oneOf("platform", "database"),
    usual: "platform",
  }),
  TRUSTED_PROXIES: variable({
    form: prefixes,
    usual: "",
  }),
  PEER_ADDRESS_HEADER: variable({
    form: headerName,
    usual: "",
  }),
  HOST_LABELS: variable({
    form: {
      takes:
        "the service's own host, then labels with the wish each stands for: `mirror.example.org nordic=country=SE,FI`",
      read: (given) => given,
    },
    usual: "",
  }),
  VIEWS_REFRESH_SECONDS: variable({
    form: number(seconds, { least: 0.1 }),
    usual: "",
  }),
  ROSTER_AGE_SECONDS: variable({
    form: number(seconds, { least: 0.1 }),
    usual: "2",
  }),
  LIVENESS_SECONDS: variable({
    form: number(seconds, { least: 1, most: 60, orZero: true }),
    usual: String(defaultLivenessSeconds),
    before: ["SIGHT_SECONDS"],
  }),
  SNAPSHOT_KEEP_DAYS: variable({
    form: number("a number of days"),
    usual: String(usualRetention.keepMs / dayMs),
  }),
  SNAPSHOT_KEEP_COUNT: variable({
    form: number("a number of snapshots"),
    usual: String(usualRetention.keepCount),
  }),
  TORRENT_GIGABYTES_PER_DAY: variable({
    form: number("a number of gigabytes, of 10^9 bytes"),
    usual: String(usualTorrentBytesPerDay / gigabyte),
  }),
  PACKAGE_SEARCH: variable({
    form: oneOf("all", "packages", "off"),
    usual: "all",
  }),
  PROBING: variable({
    form: oneOf(...probings),
    usual: "off",
  }),
  PROBE_REGIONS: variable({
    form: someOf(...regions),
    usual: "here",
  }),
  PROBE_SECONDS: variable({
    form: number(seconds, { above: true }),
    usual: String(defaultRules.healthyMs / 1000),
  }),
  PROBE_CHANGING_SECONDS: variable({
    form: number(seconds, { above: true }),
    usual: String(defaultRules.changingMs / 1000),
  }),
  PROBE_DEADLINE_SECONDS: variable({
    form: number(seconds, { above: true }),
    usual: String(defaultRules.deadlineMs / 1000),
  }),
  PROBE_REQUESTS_PER_MINUTE: variable({
    form: number("a number of requests", { above: true }),
    usual: String(defaultRules.requestsPerMinute),
  }),
  PROBE_CONTENT_EVERY: variable({
    form: number("a number of probes", { above: true }),
    usual: String(defaultRules.contentEvery),
  }),
  PROBE_SHARD_MIRRORS: variable({
    form: number("a number of mirrors", { above: true }),
    usual: String(shardMirrors),
  }),
  PROBE_REFERENCES: variable({
    form: urls,
    usual: "",
  }),
};

/** The name of a variable. */
export type VariableName = keyof typeof rows;

/** What each variable's text is read to. */
export type Values = {
  [Name in VariableName]: (typeof rows)[Name] extends Variable<infer Value> ? Value : never;
};

/** Of the watchers' script alone: what answers requests has no need of them. */
export const watchersAlone: ReadonlySet<string> = new Set<VariableName>([
  "BOOTSTRAP_SECRET",
  "OPENID_ISSUER",
  "OPENID_CLIENT_ID",
  "OPENID_CLIENT_SECRET",
  "OPENID_CLAIM",
]);

/** In the document's order. */
export const variables: { readonly [Name in VariableName]: Variable<Values[Name]> } = rows;

/** The variables as the platform hands them over: each a text, all optional. */
export type VariableTexts = { [Name in VariableName]?: string };
