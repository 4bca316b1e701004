/** An edge with a repository's object, store and origin that tests answer themselves. */

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { createHash } from "node:crypto";
import type { MachineState } from "../../worker/api/machine.ts";
import { memoryBlobs } from "../../worker/blobs/memory-blobs.ts";
import type { PayloadServices } from "../../worker/delivery/payload.ts";
import type { Kind } from "../../worker/formats/kinds.ts";
import type { ManifestEntry } from "../../worker/formats/manifest-entry.ts";
import { defaultRules } from "../../worker/health/rules.ts";
import type { Image } from "../../worker/images/image.ts";
import { imagesBlob } from "../../worker/images/images-blob.ts";
import type {
  Manifest,
  Snapshot,
  SnapshotFolders,
  SnapshotPresence,
  SnapshotRoot,
} from "../../worker/repositories/chain/snapshot.ts";
import type { SnapshotAlarm } from "../../worker/repositories/chain/snapshot-store.ts";
import { buildFolders } from "../../worker/repositories/contents/folders/build-folders.ts";
import { IndexFolders } from "../../worker/repositories/contents/folders/index-folders.ts";
import { namesBlob } from "../../worker/repositories/contents/folders/names-blob.ts";
import { IndexContentsBuilder } from "../../worker/repositories/contents/index-contents.ts";
import { contentsBlob } from "../../worker/repositories/contents/index-contents-blob.ts";
import { buildPresence } from "../../worker/repositories/contents/presence/build-presence.ts";
import { snapshotKey } from "../../worker/repositories/reader/snapshot-key.ts";
import {
  type RepositoryAnswers,
  SnapshotsAtEdge,
} from "../../worker/repositories/reader/snapshots-at-edge.ts";
import { answer } from "../../worker/routes/answer.ts";
import type { AskOperators } from "../../worker/routes/forward-to-operators.ts";
import { sha256Of } from "../../worker/runtime/sha256.ts";
import type { PastRosterSource } from "../../worker/views/past-rosters.ts";
import { type OpenViews, openRepositories } from "../../worker/views/views.ts";
import { makeEdge, makePayload, start } from "./services.ts";
import { views } from "./views.ts";

export const rootPath = "dists/stable/InRelease";
export const plainPath = "dists/stable/main/binary-amd64/Packages.xz";
export const otherRootPath = "dists/other/InRelease";

export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Of a text. The weaker ones and SHA-512 are names here, of the right length: the edge never computes them. */
export function hashOf(text: string, algorithm = "sha256"): string {
  const sha256 = createHash("sha256").update(bytesOf(text)).digest("hex");
  const digits: Record<string, number> = { sha256: 64, sha512: 128, sha1: 40, md5: 32 };
  return sha256.repeat(2).slice(0, digits[algorithm]);
}

/** A root's state in a test: texts of its files, and of the indexes it names. */
export interface State {
  root: string;
  /** The root's own among them. */
  files: Record<string, string>;
  indexes: Record<string, string>;
  /** As the origin sent it for the root. */
  lastModified: string;
}

/** A payload file as an index tells it. */
interface ToldFile {
  path: string;
  size?: number;
  sha256: string;
}

function toldOf(payload: Payload, withSizes: boolean): ToldFile[] {
  return Object.entries(payload).map(([path, text]) => ({
    path,
    ...(withSizes && { size: text.length }),
    sha256: hashOf(text),
  }));
}

/** Texts of payload files, by path. */
export type Payload = Record<string, string>;

/** What a client got. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
}

export const dateOf = (minute: number) => new Date(start + minute * 60_000).toUTCString();

/** The suite `stable` in its n-th state. */
export function stable(n: number): State {
  return {
    root: rootPath,
    files: {
      [rootPath]: `InRelease ${n} of stable`,
      "dists/stable/Release": `Release ${n} of stable`,
      "dists/stable/Release.gpg": `Release.gpg ${n} of stable`,
    },
    indexes: { [plainPath]: `Packages ${n} of stable` },
    lastModified: dateOf(n),
  };
}

/** The test's views, with `debian` signed. */
function followed(roots: string[], kind: Kind): OpenViews {
  const opened = views();
  const repositories = opened.repositories.map((one) =>
    one.name === "debian" ? { ...one, kind, verify: "signed" as const, roots } : one,
  );
  return { ...opened, ...openRepositories(repositories) };
}

/** Everything behind the edge for the repository `debian`, and the edge before it. */
export class SnapshotWorld {
  now = start;
  /** In which moods the object, the store of bytes and KV are. */
  objectGone = false;
  blobsGone = false;
  /** Sentence or word with which every pull ends; `undefined`: it is pulled from `pullable`. */
  pullFails: string | undefined;
  /** What the machine says of itself; absent: the platform has none. */
  machine: MachineState | undefined;
  /** What the operators' object answers; absent: there is none. */
  operators: AskOperators | undefined = async ({ method, url }) =>
    method === "POST" && url.endsWith("/refresh")
      ? new Response("taken", { status: 202 })
      : new Response("not answered", { status: 405, headers: { Allow: "POST" } });
  /** What the object is asked for its snapshot waits for it. */
  objectGate: Promise<void> | undefined;
  /** Pulls wait for it. */
  pullGate: Promise<void> | undefined;
  readonly stored = new Map<string, Uint8Array>();
  readonly kv = new Map<string, string>();
  readonly cached = new Map<string, { bytes: ArrayBuffer; headers: Headers; until: number }>();
  readonly kept: Snapshot[] = [];
  current: Snapshot | undefined;
  alarms: SnapshotAlarm[] = [];
  /** What the object was asked, as `method argument`. */
  readonly asked: string[] = [];
  /** Rosters that were in force; absent: there are none. */
  past: PastRosterSource | undefined;
  readonly blobsRead: string[] = [];
  /** Paths asked of the origin itself. */
  readonly originAsked: string[] = [];
  /** How the origin itself answers, by its path; mirrors are asked so as well, by the whole URL. */
  origin = (path: string, _url: URL): Response => new Response(`the origin's own ${path}`);
  /** Indexes that the origin has, by hash. */
  readonly pullable = new Map<string, string>();
  readonly #cache = {
    match: async (key: string): Promise<Response | undefined> => {
      const found = this.cached.get(key);
      if (found === undefined || this.now >= found.until) return undefined;
      return new Response(found.bytes, { headers: found.headers });
    },
    put: async (key: string, response: Response): Promise<void> => {
      const age = /max-age=(\d+)/.exec(response.headers.get("Cache-Control") ?? "")?.[1];
      const bytes = await response.arrayBuffer();
      const until = this.now + 1000 * Number(age ?? 1e6);
      this.cached.set(key, { bytes, headers: response.headers, until });
    },
  };

  readonly #edge = makeEdge();
  readonly #views: OpenViews;
  #snapshots: SnapshotsAtEdge;
  #payload: PayloadServices;

  constructor(kind: Kind = "apt", roots = [rootPath, otherRootPath]) {
    this.#views = followed(roots, kind);
    this.#snapshots = this.#open();
    this.#payload = this.#openPayload();
  }

  /**
   * Publishes a snapshot; its indexes lie at the origin unless they are stored ahead.
   *
   * @param payload texts of the files that are listed, by path
   * @param withSizes as a Packages index has them; a list of sums has none
   * @param images what the image catalogue is to have; absent: the snapshot tells none
   * @param withNames whether their names are kept, as they weren't of all that was ever read
   */
  async publish(
    states: readonly State[],
    {
      storeIndexes = false,
      payload = {},
      withNames = true,
      withSizes = true,
      images,
    }: {
      storeIndexes?: boolean;
      payload?: Payload;
      withNames?: boolean;
      withSizes?: boolean;
      images?: readonly Image[];
    } = {},
  ): Promise<Snapshot> {
    const blobs = memoryBlobs(this.stored);
    const roots: SnapshotRoot[] = [];
    for (const state of states) {
      const files = await Promise.all(
        Object.entries(state.files).map(async ([path, text]) => {
          await blobs.put(hashOf(text), bytesOf(text));
          const lastModified = state.lastModified;
          return { path, size: text.length, sha256: hashOf(text), lastModified };
        }),
      );
      const named: Record<string, ManifestEntry> = {};
      for (const [path, text] of Object.entries(state.indexes)) {
        named[path] = {
          size: text.length,
          sha256: hashOf(text),
          sha512: hashOf(text, "sha512"),
          sha1: hashOf(text, "sha1"),
          md5: hashOf(text, "md5"),
        };
        this.pullable.set(hashOf(text), text);
        if (storeIndexes) await blobs.put(hashOf(text), bytesOf(text));
      }
      const manifest: Manifest = { root: state.root, byHash: true, files: named };
      const text = JSON.stringify(manifest);
      await blobs.put(hashOf(text), bytesOf(text));
      roots.push({ path: state.root, files, manifest: hashOf(text) });
    }
    const time = new Date(this.now).toISOString().replace(/[-:]|\.\d+/g, "");
    const id = `${time}-${hashOf(JSON.stringify(roots)).slice(0, 8)}`;
    const generation = this.kept.length + 1;
    const told = toldOf(payload, withSizes);
    const presence = await this.#list(told, generation);
    const folders = withNames ? await this.#folders(told) : undefined;
    const named = images && imagesBlob(images, "debian");
    if (named !== undefined) await blobs.put(sha256Of(named), named);
    const snapshot: Snapshot = {
      repository: "debian",
      generation,
      id,
      at: this.now,
      roots,
      presence,
      ...(folders && { folders }),
      ...(named && { images: { blob: sha256Of(named), of: "" } }),
    };
    this.current = snapshot;
    this.kept.push(snapshot);
    this.kv.set(snapshotKey("debian"), JSON.stringify(snapshot));
    return snapshot;
  }

  async #list(files: readonly ToldFile[], generation: number): Promise<SnapshotPresence> {
    const listing = new IndexContentsBuilder();
    for (const file of files) listing.add(file);
    const blobs = memoryBlobs(this.stored);
    const bytes = contentsBlob(listing.listing());
    const name = sha256Of(bytes);
    await blobs.put(name, bytes);
    const previous = this.kept.at(-1)?.presence;
    return buildPresence({ blobs, listings: [name], previous, generation, oldestKept: 1 });
  }

  async #folders(files: readonly ToldFile[]): Promise<SnapshotFolders> {
    const builder = new IndexContentsBuilder();
    const folders = new IndexFolders();
    for (const file of files) {
      builder.add(file);
      folders.add(file.path);
    }
    const bytes = namesBlob(folders, builder.listing().records) ?? new Uint8Array();
    const name = sha256Of(bytes);
    const blobs = memoryBlobs(this.stored);
    await blobs.put(name, bytes);
    const previous = this.kept.at(-1)?.folders?.head;
    return { head: await buildFolders({ blobs, names: [name], previous }), of: name };
  }

  /** Another isolate, in the same location unless its cache is emptied. */
  newIsolate(): void {
    this.#snapshots = this.#open();
    this.#payload = this.#openPayload();
  }

  /** The clock goes on, and the edge's look for a newer snapshot has happened. */
  async later(seconds: number): Promise<void> {
    this.now += seconds * 1000;
    // By somebody who never had a root.
    await this.get("dists/stable/unlisted-look", { from: "1.2.3.4" });
    this.asked.length = 0;
    this.blobsRead.length = 0;
    this.originAsked.length = 0;
  }

  get(path: string, init: RequestInit & { from?: string } = {}): Promise<Answered> {
    return this.fetch(`/debian/${path}`, init);
  }

  /** One request; background work is done when this returns. */
  async fetch(path: string, init: RequestInit & { from?: string } = {}): Promise<Answered> {
    const { response, ended } = this.begin(path, init);
    const { status, headers, body } = await response;
    const text = new TextDecoder().decode(await new Response(body).arrayBuffer());
    await ended();
    return { status, headers, text };
  }

  /** Generation that the edge has at hand. */
  get served(): number | undefined {
    return this.#snapshots.current.atHand("debian")[0]?.snapshot.generation;
  }

  /** One request; its background work has ended when `ended` returns. */
  begin(
    path: string,
    { from = "5.1.2.3", ...init }: RequestInit & { from?: string } = {},
  ): { response: Promise<Response>; ended: () => Promise<void> } {
    const headers = new Headers(init.headers);
    headers.set("X-Forwarded-For", from);
    const ctx = createExecutionContext();
    const answered = answer(
      new Request(`http://near.example${path}`, { redirect: "manual", ...init, headers }),
      {
        views: this.#views,
        clients: this.#edge.clients,
        history: this.#edge.history,
        now: () => this.now,
        rules: defaultRules,
        ownId: "near.example",
        payload: this.#payload,
        snapshots: this.#snapshots,
        images: this.#snapshots.images,
        ...(this.past && { past: this.past }),
        ...(this.operators && { operators: this.operators }),
        machine: async () => this.machine,
      },
      ctx,
    );
    return {
      response: Promise.resolve(answered),
      ended: async () => void (await waitOnExecutionContext(ctx)),
    };
  }

  #openPayload(): PayloadServices {
    const bytes = {
      fetch: async (url: string) => {
        this.originAsked.push(new URL(url).pathname.replace("/debian/", ""));
        return this.origin(new URL(url).pathname, new URL(url));
      },
      ownHosts: [],
      cache: this.#cache,
    };
    return makePayload(bytes, this.#snapshots);
  }

  #open(): SnapshotsAtEdge {
    const blobs = memoryBlobs(this.stored);
    return new SnapshotsAtEdge({
      cache: this.#cache,
      blobs: () => ({
        get: async (sha256) => {
          this.blobsRead.push(sha256);
          if (this.blobsGone) throw new Error("the store is gone");
          return blobs.get(sha256);
        },
        has: async (sha256) => {
          if (this.blobsGone) throw new Error("the store is gone");
          return blobs.has(sha256);
        },
      }),
      object: (name) => this.#object(name),
      store: { get: async (key) => this.kv.get(key) ?? null },
    });
  }

  #object(name: string): RepositoryAnswers {
    const asked = (what: string) => {
      this.asked.push(what);
      if (this.objectGone) throw new Error("the object is gone");
    };
    return {
      snapshot: async (known) => {
        asked(`snapshot ${known}`);
        await this.objectGate;
        const { current } = this;
        return current === undefined || current.id === known ? null : JSON.stringify(current);
      },
      index: async (path, sha256) => {
        asked(`index ${path}`);
        await this.pullGate;
        if (this.pullFails !== undefined) return this.pullFails;
        const text = this.pullable.get(sha256);
        if (text === undefined) return "absent";
        this.stored.set(sha256, bytesOf(text));
        return "stored";
      },
      snapshots: async () => {
        asked("snapshots");
        return this.kept.map(({ id, at, generation }) => ({
          id,
          generation,
          at,
          roots: [{ path: rootPath, sha256: "", date: at, changed: true }],
        }));
      },
      refresh: async () => asked(`refresh ${name}`),
      alarms: async () => this.alarms,
      kept: async (wanted) => {
        asked(`kept ${wanted}`);
        const found = this.kept.findLast(({ id, at }) => id === wanted || at <= Date.parse(wanted));
        return found === undefined ? null : JSON.stringify(found);
      },
    };
  }
}
