/**
 * Every variable that an operator can set, in one table: what it takes, what holds without it, and what it is for.
 * `docs/configuration.md` is written from it.
 */
import { defaultLivenessSeconds } from "../delivery/liveness.ts";
import { defaultRules } from "../health/rules.ts";
import { probings, regions } from "../health/settings.ts";
import { usualRetention } from "../repositories/chain/retention.ts";
import {
  type Form,
  headerName,
  hosts,
  number,
  oneOf,
  place,
  prefixes,
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
  /** Said in place of `usual` where it depends on something. */
  usually?: string;
  /** The heading that it stands under in the document. */
  of: "The service itself" | "Clients" | "Views" | "Liveness" | "Snapshots" | "Probing";
  /** What it is for; one or two sentences. */
  what: string;
  /** Names that it had before, which are read where the name of today isn't set. */
  before?: readonly string[];
}

/** Keeps the type of what is read. */
function variable<Value>(one: Variable<Value>): Variable<Value> {
  return one;
}

/** Where mirrors are probed; see `viewsRefreshSeconds`. */
const probedRefreshSeconds = 2;
/** Where nothing is probed, the list changes when an operator says so, and KV itself may be 60 s behind. */
const unprobedRefreshSeconds = 10;

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

const seconds = "a number of seconds";
export const dayMs = 86_400_000;

const rows = {
  PUBLIC_URL: variable({
    of: "The service itself",
    form: url,
    usual: "",
    what: "Base URL that clients reach the service under. Set-up lines and scripts name it, whatever host a request says; the probes' User-Agent links there, its host is our name in CDN-Loop, and no redirect is followed there.",
  }),
  OWN_HOSTS: variable({
    of: "The service itself",
    form: hosts,
    usual: "",
    what: "Hosts that the service listens at, besides PUBLIC_URL's: no redirect is followed there. Without PUBLIC_URL, set-up scripts are made for requests to these hosts alone. `npm start` sets it.",
  }),
  INSTANCE_ID: variable({
    of: "The service itself",
    form: token,
    usual: "",
    what: "Our name in CDN-Loop where PUBLIC_URL isn't set; distinguishes this installation from others. `npm start` makes one up at each start.",
  }),
  OWN_PLACE: variable({
    of: "The service itself",
    form: place,
    usual: "",
    usually: "unknown",
    what: "Where the service itself is, for clients with local addresses. `npm start` guesses it from the time zone; `--place` sets it.",
  }),
  CLIENT_PLACE: variable({
    of: "Clients",
    form: oneOf("platform", "database"),
    usual: "platform",
    what: "What says where a client is. `platform`: Cloudflare, by `request.cf` and `CF-Connecting-IP`. `database`: the connection's own address is looked up in the IP databases; `npm start` sets it.",
  }),
  TRUSTED_PROXIES: variable({
    of: "Clients",
    form: prefixes,
    usual: "",
    usually: "none",
    what: "Proxies of which the client's address and `X-Forwarded-Proto` are read; `any` where only proxies can reach the service. `npm start -- --trust-proxy` sets it.",
  }),
  PEER_ADDRESS_HEADER: variable({
    of: "Clients",
    form: headerName,
    usual: "",
    usually: "X-Forwarded-For",
    what: "Header in which the trusted proxies name their own client. It is read from trusted proxies only.",
  }),
  HOST_LABELS: variable({
    of: "Clients",
    form: {
      takes:
        "the service's own host, then labels with the wish each stands for: `mirror.example.org nordic=country=SE,FI`",
      read: (given) => given,
    },
    usual: "",
    usually: "host names say nothing",
    what: "Wishes by host name: `nordic.mirror.example.org` is then asked as with `?country=SE,FI`.",
  }),
  VIEWS_REFRESH_SECONDS: variable({
    of: "Views",
    form: number(seconds, { least: 0.1 }),
    usual: "",
    usually: `${probedRefreshSeconds} where mirrors are probed, else ${unprobedRefreshSeconds}`,
    what: "Time between two questions of an isolate for newer views.",
  }),
  ROSTER_AGE_SECONDS: variable({
    of: "Views",
    form: number(seconds, { least: 0.1 }),
    usual: "2",
    what: "Time for which a location goes by what it last heard from `Fleet`.",
  }),
  LIVENESS_SECONDS: variable({
    of: "Liveness",
    form: number(seconds, { least: 1, most: 60, orZero: true }),
    usual: String(defaultLivenessSeconds),
    before: ["SIGHT_SECONDS"],
    what: "Time for which a mirror that answered this isolate rightly counts as alive; 0: no mirror is checked before a redirect.",
  }),
  SNAPSHOT_KEEP_DAYS: variable({
    of: "Snapshots",
    form: number("a number of days"),
    usual: String(usualRetention.keepMs / dayMs),
    what: "Snapshots are kept, and can be pinned, for so long after another took their place.",
  }),
  SNAPSHOT_KEEP_COUNT: variable({
    of: "Snapshots",
    form: number("a number of snapshots"),
    usual: String(usualRetention.keepCount),
    what: "So many of a repository's snapshots are kept in any case.",
  }),
  PROBING: variable({
    of: "Probing",
    form: oneOf(...probings),
    usual: "off",
    what: "Which mirrors are probed: `all`, those that were `asked` for lately, or none. Needs the paid plan: a Prober sends more than the 50 subrequests of a free alarm. `npm start -- --probe` sets `asked`.",
  }),
  PROBE_REGIONS: variable({
    of: "Probing",
    form: someOf(...regions),
    usual: "here",
    what: "Location hints of the Probers; each mirror is probed from its own region and one other. `here` gives no hint.",
  }),
  PROBE_SECONDS: variable({
    of: "Probing",
    form: number(seconds, { above: true }),
    usual: String(defaultRules.healthyMs / 1000),
    what: "Time between two probes of a mirror that is well.",
  }),
  PROBE_CHANGING_SECONDS: variable({
    of: "Probing",
    form: number(seconds, { above: true }),
    usual: String(defaultRules.changingMs / 1000),
    what: "The same while something changes.",
  }),
  PROBE_DEADLINE_SECONDS: variable({
    of: "Probing",
    form: number(seconds, { above: true }),
    usual: String(defaultRules.deadlineMs / 1000),
    what: "Time that a mirror has for each answer to a probe.",
  }),
  PROBE_REQUESTS_PER_MINUTE: variable({
    of: "Probing",
    form: number("a number of requests", { above: true }),
    usual: String(defaultRules.requestsPerMinute),
    what: "Requests that all Probers together send to one mirror in any minute, at most.",
  }),
  PROBE_CONTENT_EVERY: variable({
    of: "Probing",
    form: number("a number of probes", { above: true }),
    usual: String(defaultRules.contentEvery),
    what: "One probe in so many compares bytes, not only sizes.",
  }),
  PROBE_SHARD_MIRRORS: variable({
    of: "Probing",
    form: number("a number of mirrors", { above: true }),
    usual: String(shardMirrors),
    what: "Mirrors that one Prober watches, at most.",
  }),
  PROBE_REFERENCES: variable({
    of: "Probing",
    form: urls,
    usual: "",
    usually: "other mirrors and the origins",
    what: "Servers of other operators, for control checks: a Prober asks them to distinguish its own blindness from the mirrors' silence.",
  }),
};

/** The name of a variable. */
export type VariableName = keyof typeof rows;

/** What each variable's text is read to. */
export type Values = {
  [Name in VariableName]: (typeof rows)[Name] extends Variable<infer Value> ? Value : never;
};

/** In the document's order. */
export const variables: { readonly [Name in VariableName]: Variable<Values[Name]> } = rows;

/** The variables as the platform hands them over: each a text, all optional. */
export type VariableTexts = { [Name in VariableName]?: string };
