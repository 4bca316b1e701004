/** What each variable is for, as `docs/configuration.md` tells it. Nothing of the Worker imports it. */
import { probedRefreshSeconds, unprobedRefreshSeconds, type VariableName } from "./table.ts";

/** One variable, for people. */
export interface WhatFor {
  /** The heading that it stands under in the document. */
  of: "The service itself" | "Clients" | "Views" | "Liveness" | "Snapshots" | "Probing";
  /** Said in place of the usual text where that depends on something. */
  usually?: string;
  /** One or two sentences. */
  what: string;
}

export const whatFor: { readonly [Name in VariableName]: WhatFor } = {
  PUBLIC_URL: {
    of: "The service itself",
    what: "Base URL that clients reach the service under (`--public-url`). Set-up lines and scripts name it, whatever host a request says; the probes' User-Agent links there, its host is our name in CDN-Loop, and no redirect is followed there.",
  },
  OWN_HOSTS: {
    of: "The service itself",
    what: "Hosts that the service listens at, besides PUBLIC_URL's: no redirect is followed there. Without PUBLIC_URL, set-up scripts are made for requests to these hosts alone. `nearmirror serve` adds its own.",
  },
  UNKNOWN_HOSTS: {
    of: "The service itself",
    what: "Requests to hosts other than PUBLIC_URL's, OWN_HOSTS and the one of HOST_LABELS with its labels. `serve`: answered as any other. `refuse`: 421, whatever is asked, health too. Ports don't count.",
  },
  INSTANCE_ID: {
    of: "The service itself",
    what: "Our name in CDN-Loop where PUBLIC_URL isn't set; distinguishes this installation from others. `nearmirror serve` makes one up at each start.",
  },
  BOOTSTRAP_SECRET: {
    of: "The service itself",
    what: "Makes the first admin's token, once ([how](operating/accounts.md#the-first-token)). Given by the environment or the file, as other users of a machine see options. On Cloudflare it is a secret of the watchers' script, and never stands in `wrangler.toml`: `wrangler secret put BOOTSTRAP_SECRET --name nearmirror-watchers`.",
  },
  OPENID_ISSUER: {
    of: "The service itself",
    what: "OpenID provider that people may sign in to the console by ([how](operating/accounts.md#sign-in-by-openid)); PUBLIC_URL has to be set, too. Empty: by tokens alone.",
  },
  OPENID_CLIENT_ID: {
    of: "The service itself",
    what: "What the provider calls this service.",
  },
  OPENID_CLIENT_SECRET: {
    of: "The service itself",
    what: "What this service proves itself with to the provider. On Cloudflare a secret of the watchers' script, as BOOTSTRAP_SECRET.",
  },
  OPENID_CLAIM: {
    of: "The service itself",
    what: "Claim that has the account's name, in lower case: `email`, `preferred_username`.",
  },
  OWN_PLACE: {
    of: "The service itself",
    usually: "unknown",
    what: "Where the service itself is, for clients with local addresses, and for what its own Probers measure. `nearmirror serve` guesses it from the time zone; `--place` sets it.",
  },
  CLIENT_PLACE: {
    of: "Clients",
    what: "What says where a client is. `platform`: Cloudflare, by `request.cf` and `CF-Connecting-IP`. `database`: the connection's own address is looked up in the IP databases; `nearmirror serve` sets it.",
  },
  TRUSTED_PROXIES: {
    of: "Clients",
    usually: "none",
    what: "Proxies of which the client's address and `X-Forwarded-Proto` are read; `any` where only proxies can reach the service. `--trust-proxy` sets it.",
  },
  PEER_ADDRESS_HEADER: {
    of: "Clients",
    usually: "X-Forwarded-For",
    what: "Header in which the trusted proxies name their own client. It is read from trusted proxies only.",
  },
  HOST_LABELS: {
    of: "Clients",
    usually: "host names say nothing",
    what: "Wishes by host name: `nordic.mirror.example.org` is then asked as with `?country=SE,FI`.",
  },
  VIEWS_REFRESH_SECONDS: {
    of: "Views",
    usually: `${probedRefreshSeconds} where mirrors are probed, else ${unprobedRefreshSeconds}`,
    what: "Time between two questions of an isolate for newer views.",
  },
  ROSTER_AGE_SECONDS: {
    of: "Views",
    what: "Time for which a location goes by what it last heard from `Fleet`.",
  },
  LIVENESS_SECONDS: {
    of: "Liveness",
    what: "Time for which a mirror that answered this isolate rightly counts as alive; 0: no mirror is checked before a redirect.",
  },
  SNAPSHOT_KEEP_DAYS: {
    of: "Snapshots",
    what: "Snapshots are kept, and can be pinned, for so long after another took their place.",
  },
  SNAPSHOT_KEEP_COUNT: {
    of: "Snapshots",
    what: "So many of a repository's snapshots are kept in any case.",
  },
  TORRENT_GIGABYTES_PER_DAY: {
    of: "Snapshots",
    what: "Gigabytes that are read from mirrors and origins in a day (UTC) to make torrents of images: of those that a repository's `torrents` marks, and of those that were asked for ten times. 0: no torrents are made. A gigabyte is about 3 s of processor time.",
  },
  PACKAGE_SEARCH: {
    of: "Snapshots",
    what: "What is read of packages, to be searched. `all`: packages and their files. `packages`: no indexes of files, which are most of the reading and of the store. `off`: nothing.",
  },
  PROBING: {
    of: "Probing",
    what: "Which mirrors are probed: `all`, those that were `asked` for lately, or none. `--probing` sets it. On Cloudflare it needs the paid plan: a Prober sends more than the 50 subrequests of a free alarm.",
  },
  PROBE_REGIONS: {
    of: "Probing",
    what: "Location hints of the Probers; each mirror is probed from its own region and one other. `here` gives no hint.",
  },
  PROBE_SECONDS: {
    of: "Probing",
    what: "Time between two probes of a mirror that is well.",
  },
  PROBE_CHANGING_SECONDS: {
    of: "Probing",
    what: "The same while something changes.",
  },
  PROBE_DEADLINE_SECONDS: {
    of: "Probing",
    what: "Time that a mirror has for each answer to a probe.",
  },
  PROBE_REQUESTS_PER_MINUTE: {
    of: "Probing",
    what: "Requests that all Probers together send to one mirror in any minute, at most.",
  },
  PROBE_CONTENT_EVERY: {
    of: "Probing",
    what: "One probe in so many compares bytes, not only sizes.",
  },
  PROBE_SHARD_MIRRORS: {
    of: "Probing",
    what: "Mirrors that one Prober watches, at most.",
  },
  PROBE_REFERENCES: {
    of: "Probing",
    usually: "other mirrors and the origins",
    what: "Servers of other operators, for control checks: a Prober asks them to distinguish its own blindness from the mirrors' silence.",
  },
};
