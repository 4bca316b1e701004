/** The edge with a stand-in origin, and clients that say where they are. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { Clients } from "../../worker/clients/clients.ts";
import { ClientHistory } from "../../worker/clients/history.ts";
import { AnyMirror } from "../../worker/delivery/any-mirror.ts";
import { CheckedBytes } from "../../worker/delivery/checked-bytes.ts";
import { FileChecks } from "../../worker/delivery/file-checks.ts";
import type { PayloadServices } from "../../worker/delivery/payload.ts";
import { unknownPlace } from "../../worker/geo/client.ts";
import { defaultRules } from "../../worker/health/rules.ts";
import type { BytesContext } from "../../worker/outbound/bytes-context.ts";
import { comingThrough } from "../../worker/outbound/cdn-loop.ts";
import type { ReachableFetch } from "../../worker/outbound/reachable-fetch.ts";
import type { PresentFile } from "../../worker/repositories/contents/presence/presence-index.ts";
import type { IndexedFiles } from "../../worker/repositories/reader/snapshots-at-edge.ts";
import { answer } from "../../worker/routes/answer.ts";
import { readSettings } from "../../worker/settings/settings.ts";
import type { OpenViews } from "../../worker/views/views.ts";
import type { StatisticsAtEdge } from "../../worker/watchers/open-statistics.ts";
import { views as testViews } from "./views.ts";

/** What the origin was asked, and how it answers. */
export type Origin = (request: Request) => Response | Promise<Response>;

const countries: Record<string, string> = { "198.18.0.1": "DE" };

/** Addresses of test clients, all public, with the country a database would give. */
export const clients = {
  germany: "5.1.2.3",
  america: "3.1.2.3",
  japan: "1.2.3.4",
  nowhere: "9.9.9.9",
  germany6: "2a01::1",
};
const places: Record<string, string> = {
  ...countries,
  [clients.germany]: "DE",
  [clients.germany6]: "DE",
  [clients.america]: "US",
  [clients.japan]: "JP",
};

/** A moment from which test clocks go. */
export const start = Date.parse("2026-03-01T12:00:00Z");

/** What is listed of a repository; `null`: that path isn't. */
export type Listing = (path: string) => PresentFile | null;

/** Every file is, since the first generation, and is large enough for a redirect. */
export const allListed: Listing = () => ({ size: 1024 * 1024, first: 1 });

/** A listing as the edge asks for it; @param atHand whether without awaiting */
export function listedFiles(listing: Listing, atHand = true): IndexedFiles {
  return {
    fileAtHand: (_, path) => (atHand ? listing(path) : undefined),
    findFile: async (_, path) => ({ file: listing(path), served: 9 }),
    served: () => 9,
  };
}

/** What answering payload takes, over one stand-in for the internet. */
export function makePayload(bytes: BytesContext, files?: IndexedFiles): PayloadServices {
  const fileChecks = new FileChecks({ ...bytes, publicUrl: "" });
  return {
    ...(files && { files }),
    fileChecks,
    anyMirror: new AnyMirror(fileChecks),
    checked: new CheckedBytes(bytes),
    bytes,
    counts: { unproven: 0 },
  };
}

/** A request, and the address that it comes from. */
type ClientInit = RequestInit & { from?: string | undefined };

/** What a test may give an edge; absent: what stands in `makeEdge`. */
interface EdgeOptions {
  now?: () => number;
  history?: ClientHistory;
  files?: IndexedFiles;
  ownId?: string;
  /** Absent: redirects aren't counted. */
  statistics?: StatisticsAtEdge;
  /** Absent: servers that could not be reached are asked again at once. */
  reachable?: ReachableFetch;
}

/**
 * An edge of its own: views, visitors, and an origin that is asked in place of the internet. Its clock stands
 * still unless a test gives one that goes; a memory is given to show that it outlives the views.
 */
export function makeEdge(
  origin: Origin = () => new Response("none", { status: 404 }),
  views: OpenViews = testViews(),
  {
    now = () => start,
    history = new ClientHistory(),
    files = listedFiles(allListed),
    ownId = "near.example",
    statistics,
    reachable,
  }: EdgeOptions = {},
) {
  const settings = readSettings({ CLIENT_PLACE: "database", TRUSTED_PROXIES: "any" });
  const offered: string[][] = [];
  const clients = new Clients(
    views.roster,
    settings,
    {
      locate: { country: (address) => places[address], asn: () => undefined },
      platform: false,
      ownPlace: unknownPlace,
    },
    (names) => offered.push([...names]),
  );
  const asked: Request[] = [];
  const bytes: BytesContext = {
    fetch: comingThrough(async (to, how) => {
      const sent = new Request(to, how);
      asked.push(sent);
      return origin(sent);
    }, ownId),
    ownHosts: [],
    cache: caches.default,
    ...(reachable && { reachable }),
  };
  const payload = {
    ...makePayload(bytes, files),
    ...(statistics && { redirects: statistics.counts }),
  };
  return {
    asked,
    payload,
    /** Each call of `offered`. */
    offered,
    history,
    views,
    clients,
    /** One request as a client would send it; background work is done when this returns. */
    async fetch(url: string, init: ClientInit = {}): Promise<Response> {
      const { response, ended } = await this.begin(url, init);
      await ended;
      return response;
    },
    /** The same, as soon as it is answered; `ended` settles when background work is done. */
    async begin(
      url: string,
      init: ClientInit = {},
    ): Promise<{ response: Response; ended: Promise<void> }> {
      const headers = new Headers(init.headers);
      if (init.from !== undefined) headers.set("X-Forwarded-For", init.from);
      const ctx = createExecutionContext();
      const request = new Request(url, { redirect: "manual", ...init, headers });
      const response = await answer(
        request,
        {
          ...{ views, clients, history, now, payload, rules: defaultRules, ownId },
          ...(statistics && { statistics: statistics.answers }),
        },
        ctx,
      );
      // The body is read before waiting: half of it may be what the cache waits for.
      const body = response.body === null ? null : await response.arrayBuffer();
      const { status, headers: told } = response;
      return {
        response: new Response(body, { status, headers: told }),
        ended: waitOnExecutionContext(ctx),
      };
    },
  };
}
