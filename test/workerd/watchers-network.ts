/** A network for the watchers in workerd: one origin and its mirrors, in place of the internet. */
import { env, runInDurableObject } from "cloudflare:test";
import { vi } from "vitest";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { Override, RosterMirror } from "../../worker/mirrors/roster.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { viewsKey } from "../../worker/views/views-key.ts";
import type { Fleet } from "../../worker/watchers/fleet.ts";
import type { Prober } from "../../worker/watchers/prober.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      FLEET: DurableObjectNamespace<Fleet>;
      PROBER: DurableObjectNamespace<Prober>;
      VIEWS: KVNamespace;
      PROBING: string;
      CLIENT_PLACE: string;
      PROBE_REGIONS: string;
      VIEWS_REFRESH_SECONDS: string;
    }
  }
}

const origin = "origin.example";
const image = "near-1.0-amd64.iso";
/** `printf iso | sha256sum`: bytes are compared, too. */
const sums = `e0e4548df88a35d5854d052281c5deedad16f286f82cb2c23f2f9dea494834ac  ${image}\n`;

/** Newer than the list in the bundle; each list newer than the one before. */
let version = Date.now();

export function listedMirror(name: string, word?: Override): RosterMirror {
  return {
    name,
    country: "DE",
    capacity: 1000,
    state: word?.is ?? "unknown",
    ...(word !== undefined && { word }),
    carries: { images: { http: `http://${name}/images/` } },
  };
}

/** A list of these mirrors, in place of the real one. */
export function listOf(mirrors: RosterMirror[]): Views {
  version++;
  const images: Repository = {
    name: "images",
    kind: "images",
    title: "Images",
    origin: `http://${origin}/images/`,
    architectures: ["amd64"],
    roots: ["SHA256SUMS"],
    freshness: {},
    // The image is tiny.
    redirect: { minSize: 0 },
    keys: [],
    setup: {},
  };
  return {
    roster: { version, mirrors },
    catalogue: {
      version,
      repositories: [images],
    },
  };
}

/** Puts a list where Fleet looks for it. */
export async function apply(list: Views): Promise<void> {
  await env.VIEWS.put(viewsKey, JSON.stringify(list));
}

/** Has the watchers of this file probe all, from these regions: the configuration of these tests says `off`. */
export function probeAll(regions: string): void {
  env.PROBING = "all";
  env.PROBE_REGIONS = regions;
}

/** Takes Fleet away from everybody: every call of it fails, as when it can't be reached. */
export async function withoutFleet(): Promise<{ mockRestore(): void }> {
  // A stub whose object ended fails for good.
  const broken = env.FLEET.get(env.FLEET.newUniqueId());
  try {
    await runInDurableObject(broken, (_, state) => state.abort("not there"));
  } catch {
    // As it should.
  }
  return vi.spyOn(env.FLEET, "get").mockReturnValue(broken);
}

/** Answers every request of the file's Worker; hosts in `dead` don't. */
export class Network {
  readonly dead = new Set<string>();
  readonly asked: string[] = [];
  /** What requests told of whom they come through: user agent, host and `CDN-Loop`. */
  readonly told = new Set<string>();

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { host, pathname } = new URL(url);
    this.asked.push(host);
    const sent = new Headers(init.headers);
    this.told.add(`${sent.get("User-Agent")} ${host} ${sent.get("CDN-Loop")}`);
    if (this.dead.has(host)) throw new Error("Network connection lost.");
    const headers = { "Content-Type": "application/octet-stream" };
    if (pathname.endsWith("/SHA256SUMS")) return new Response(sums, { headers });
    if (!pathname.endsWith(image)) return new Response("none", { status: 404 });
    return new Response(init.method === "HEAD" ? null : "iso", {
      headers: { ...headers, "Content-Length": "3" },
    });
  };

  /** Requests to one host so far. */
  to(host: string): number {
    return this.asked.filter((one) => one === host).length;
  }
}
