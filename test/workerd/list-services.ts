/** An edge with repositories of all kinds that lists are made for. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { Liveness } from "../../worker/delivery/liveness.ts";
import { LivenessChecks } from "../../worker/delivery/liveness-checks.ts";
import { OwnBytes } from "../../worker/delivery/own-bytes.ts";
import { Recheck } from "../../worker/delivery/recheck.ts";
import type { Kind } from "../../worker/formats/kinds.ts";
import { latencyModel } from "../../worker/geo/latency.ts";
import { defaultRules } from "../../worker/health/rules.ts";
import { OpenRoster } from "../../worker/mirrors/open-roster.ts";
import type { RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { answer } from "../../worker/routes/answer.ts";
import type { Services } from "../../worker/routes/services.ts";
import { type OpenViews, openRepositories } from "../../worker/views/views.ts";
import { clients, type Listing, listedFiles, makeEdge, type Origin, start } from "./services.ts";
import { frankfurt, mirror, origin } from "./views.ts";

export const size = 1024 * 1024;

export const kinds: Readonly<Record<string, Kind>> = {
  debian: "apt",
  alma: "rpm",
  arch: "pacman",
  cd: "images",
  src: "files",
};

/** What lines to print take: without suites apt would refuse a stanza. */
const setups: Partial<Record<Kind, Repository["setup"]>> = {
  apt: { suites: "stable", components: "main" },
  rpm: { channels: { baseos: "$releasever/BaseOS/$basearch/os/" } },
};

function repository(name: string, kind: Kind): Repository {
  return {
    name,
    kind,
    title: name,
    origin: `${origin}${name}/`,
    architectures: ["x86_64"],
    keys: [],
    verify: "none",
    roots: kind === "rpm" ? ["9/BaseOS/x86_64/os/repodata/repomd.xml"] : [],
    setup: setups[kind] ?? {},
  };
}

/** A mirror of everything, over both schemes. */
export function carrier(name: string, place: object, more: Partial<RosterMirror> = {}) {
  const carries = Object.fromEntries(
    Object.keys(kinds).map((one) => [
      one,
      { http: `http://${name}/${one}/`, https: `https://${name}/${one}/` },
    ]),
  );
  return mirror(name, place, { carries, ...more });
}

/** In a German client's order. */
export const carriers = [
  carrier("frankfurt.example", frankfurt),
  carrier("paris.example", { country: "FR", latitude: 48.9, longitude: 2.3 }),
  carrier("tokyo.example", { country: "JP", latitude: 35.7, longitude: 139.7 }),
];

export function listViews(list: RosterMirror[] = carriers): OpenViews {
  const repositories = Object.entries(kinds).map(([name, kind]) => repository(name, kind));
  return {
    roster: new OpenRoster({ version: 1, mirrors: list }, latencyModel),
    list: 1,
    catalogueVersion: 1,
    ...openRepositories(repositories),
  };
}

/** SHA-256 of every listed file. */
export const sha256 = new Uint8Array(32).fill(0xab);
export const sha256Text = "ab".repeat(32);

/** What has no list's suffix is listed. */
export const listed: Listing = (path) =>
  /\.(?:meta4|metalink|sha256|mirrorlist)$/.test(path) ? null : { size, sha256, first: 1 };

export interface ListEdge {
  /** What is to be had at the origin and mirrors. */
  world?: Origin;
  mirrors?: RosterMirror[];
  listing?: Listing;
  more?: Partial<Services>;
}

/** @returns one request from Germany to `near.example`, with all that was asked of others */
export function listEdge({ world, mirrors, listing = listed, more = {} }: ListEdge = {}) {
  const files = listedFiles(listing);
  const edge = makeEdge(world, listViews(mirrors), { files });
  const { views, history, payload } = edge;
  return {
    asked: edge.asked,
    payload,
    /** From now on files' own bytes are compared at mirrors, as in the whole Worker. */
    compareBytes() {
      const { fileChecks } = payload;
      const checks = new LivenessChecks(new Liveness(5000), fileChecks);
      const ownBytes = new OwnBytes(fileChecks);
      payload.recheck = new Recheck({ checks, ownBytes, pause: async () => undefined });
    },
    async get(
      path: string,
      {
        host = "near.example",
        scheme = "http",
        from = clients.germany,
        ...init
      }: RequestInit & { host?: string; scheme?: string; from?: string } = {},
    ): Promise<Response> {
      const headers = new Headers(init.headers);
      headers.set("X-Forwarded-For", from);
      const ctx = createExecutionContext();
      const response = await answer(
        new Request(`${scheme}://${host}/${path}`, { redirect: "manual", ...init, headers }),
        {
          views,
          clients: edge.clients,
          history,
          payload,
          now: () => start,
          rules: defaultRules,
          ownId: "near.example",
          ...more,
        },
        ctx,
      );
      const body = response.body === null ? null : await response.arrayBuffer();
      await waitOnExecutionContext(ctx);
      return new Response(body, { status: response.status, headers: response.headers });
    },
  };
}

/** Hosts of the URLs in a text, in order; each once, ours as `near`. */
export function hostsIn(text: string): string[] {
  const found = [...text.matchAll(/https?:\/\/([a-z0-9]+)\.example\//g)].map(
    ([, host = ""]) => host,
  );
  return [...new Set(found)];
}

/** Host of the redirect, or the status. */
export function sentTo(response: Response): string {
  const location = response.headers.get("Location");
  return location === null ? String(response.status) : new URL(location).host;
}
