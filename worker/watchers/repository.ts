/**
 * The Durable Object of one repository: knows what its origin has, for all who probe its mirrors, and keeps the
 * snapshots that edges serve. Both are a `SnapshotChain`, each with tables of its own.
 */
import { DurableObject } from "cloudflare:workers";
import shipped from "../../mirror-list/built/views.txt";
import debian from "../../mirror-list/releases/debian.txt";
import others from "../../mirror-list/releases/others.txt";
import ubuntu from "../../mirror-list/releases/ubuntu.txt";
import type { Blobs } from "../blobs/blobs.ts";
import { r2Blobs } from "../blobs/r2-blobs.ts";
import { sqlBlobs } from "../blobs/sql-blobs.ts";
import { xzModule } from "../formats/compression/xz-module.ts";
import { readReleases } from "../images/read-releases.ts";
import { askByFetch } from "../outbound/ask-by-fetch.ts";
import { comingThrough } from "../outbound/cdn-loop.ts";
import { type OriginAccess, openByFetch } from "../outbound/origin-access.ts";
import { userAgent } from "../outbound/user-agent.ts";
import type { RepositoryObject } from "../repositories/ask-repository.ts";
import type { Baseline } from "../repositories/baseline/baseline.ts";
import { takeOverReference } from "../repositories/baseline/former-reference.ts";
import {
  OriginBaseline,
  type ServedSnapshots,
  type WatchedOrigin,
} from "../repositories/baseline/origin-baseline.ts";
import { OriginRanges } from "../repositories/baseline/origin-ranges.ts";
import { watchedBaseline } from "../repositories/baseline/watched-baseline.ts";
import type { Repository as Listed } from "../repositories/catalogue.ts";
import { type KeptSnapshot, SnapshotChain } from "../repositories/chain/chain.ts";
import {
  RepositorySnapshots,
  type RepositorySnapshotsContext,
} from "../repositories/chain/repository-snapshots.ts";
import { type SnapshotAlarm, SnapshotStore } from "../repositories/chain/snapshot-store.ts";
import { type Purpose, verificationOf } from "../repositories/follow-policy.ts";
import { keyringFrom } from "../repositories/keys.ts";
import { type Answered, OwnEntry } from "../repositories/own-entry.ts";
import { snapshotKey } from "../repositories/reader/snapshot-key.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import type { Sql } from "../runtime/sql.ts";
import { readOwn, readPackageSearch, readRetention } from "../settings/settings.ts";
import type { VariableTexts } from "../settings/table.ts";
import { viewsKey } from "../views/views-key.ts";
import { fleetStub } from "./bindings.ts";
import type { Fleet } from "./fleet.ts";
import type { PackageSearch } from "./package-search.ts";
import { tellSuites } from "./tell-suites.ts";

/** What this needs of the Worker's variables and bindings. */
export interface RepositoryEnv extends VariableTexts {
  /** Without it no snapshots are served: edges read them there. */
  BLOBS?: R2Bucket;
  VIEWS?: KVNamespace;
  /** The objects of its suites; without them its packages aren't searched. */
  SEARCH?: DurableObjectNamespace<PackageSearch>;
  /** Tells how many mirrors have a snapshot; without it a publishing policy ends by its time alone. */
  FLEET?: DurableObjectNamespace<Fleet>;
}

/** A chain, and when its origin is polled. */
interface Chained {
  chain: SnapshotChain;
  asking: RepositorySnapshots;
  store: SnapshotStore;
}

/**
 * One per repository, named by the repository's name. It goes by its own list entry: callers tell paths, and the version
 * of their list, at which the object may ask for the entry (`OwnEntry`).
 */
export class Repository extends DurableObject<RepositoryEnv> implements RepositoryObject {
  readonly #access: OriginAccess;
  readonly #sql: Sql;
  readonly #store: SnapshotStore;
  readonly #own: OwnEntry;
  readonly #baseline: OriginBaseline;
  #served: Chained | undefined;
  #watched: Chained | undefined;

  constructor(state: DurableObjectState, env: RepositoryEnv) {
    super(state, env);
    const own = readOwn(env);
    const fetcher = comingThrough((url, init) => fetch(url, init), own.id);
    this.#access = {
      ask: askByFetch(fetcher),
      open: openByFetch(fetcher),
      userAgent: userAgent(env.PUBLIC_URL ?? ""),
      ownHosts: own.hosts,
    };
    this.#sql = durableSql(state.storage);
    this.#store = new SnapshotStore(this.#sql);
    this.#own = new OwnEntry(this.#store);
    this.#baseline = new OriginBaseline({
      served: (entry) => this.#servedSnapshots(entry),
      watched: (entry) => this.#watchedOrigin(entry),
      ranges: new OriginRanges(this.#access, () => Date.now()),
    });
  }

  /** As `OwnEntry.configure`. */
  async configure(entry: Listed, version: number): Promise<number> {
    return this.#own.configure(entry, version);
  }

  /** As `OriginBaseline.baseline`. */
  originReference(version: number, maxAgeMs: number): Promise<Answered<Baseline>> {
    return this.#own.answer(version, (entry) => this.#baseline.baseline(entry, maxAgeMs));
  }

  /** As `OriginRanges.read`, of one of the baseline's samples. */
  originRange(
    version: number,
    path: string,
    first: number,
    last: number,
  ): Promise<Answered<Uint8Array | undefined>> {
    return this.#own.answer(version, (entry) => this.#baseline.range(entry, path, { first, last }));
  }

  /** As `RepositorySnapshots.snapshot`; `null` also where there is no R2. */
  currentSnapshot(version: number, known: string): Promise<Answered<string | null>> {
    return this.#own.answer(
      version,
      async () => (await this.#opened()?.asking.snapshot(known)) ?? null,
    );
  }

  /** As `RepositorySnapshots.index`. */
  storeIndex(version: number, path: string, sha256: string): Promise<Answered<string>> {
    return this.#own.answer(
      version,
      async () => (await this.#opened()?.asking.index(path, sha256)) ?? "absent",
    );
  }

  /** As `RepositorySnapshots.index`, for the objects of its suites: by the entry that it has. */
  async searchIndex(path: string, sha256: string): Promise<string> {
    return (await this.#opened()?.asking.index(path, sha256, "search")) ?? "absent";
  }

  /** As `SnapshotChain.snapshots`. */
  async snapshots(): Promise<KeptSnapshot[]> {
    return this.#opened()?.chain.snapshots() ?? [];
  }

  /** As `SnapshotChain.kept`; `null`: there is none such. */
  async kept(idOrTime: string): Promise<string | null> {
    return this.#opened()?.chain.kept(idOrTime) ?? null;
  }

  /** As `SnapshotChain.alarms`: of what is served, else of what is watched. */
  async alarms(): Promise<SnapshotAlarm[]> {
    const { entry } = this.#own;
    if (entry === undefined) return [];
    const served = this.#servedChain(entry);
    if (served !== undefined) return served.chain.alarms();
    const { chain } = this.#watching(entry);
    return chain.isOf(entry) ? chain.alarms() : [];
  }

  /** As `RepositorySnapshots.refresh`: of what is served, else of what is watched. */
  followNow(version: number): Promise<Answered<null>> {
    return this.#own.answer(version, async (entry) => {
      await (this.#servedChain(entry) ?? this.#watching(entry)).asking.refresh();
      return null;
    });
  }

  override async alarm(): Promise<void> {
    await this.#opened()?.asking.alarm();
    const { entry } = this.#own;
    if (entry !== undefined && this.#servedSnapshots(entry)?.current() === undefined) {
      await this.#watching(entry).asking.alarm();
    }
  }

  /** The chain whose snapshots are served; undefined where nobody told whose they are, or edges have no R2 to read. */
  #opened(): Chained | undefined {
    const { BLOBS, VIEWS, SEARCH } = this.env;
    const { entry } = this.#own;
    if (BLOBS === undefined || entry === undefined) return undefined;
    if (this.#served !== undefined) return this.#served;
    // What a version before stored of the origin goes, whether it is watched or not.
    this.#watchedStore(entry);
    this.#served = this.#chained("serving", this.#store, r2Blobs(BLOBS, entry.name), {
      ...(VIEWS && { publish: (name, json) => VIEWS.put(snapshotKey(name), json) }),
      ...(SEARCH && readPackageSearch(this.env) !== "off" && { search: tellSuites(SEARCH) }),
    });
    return this.#served;
  }

  /** The chain that is only compared with: nothing of it leaves the object. */
  #watching(entry: Listed): Chained {
    this.#watched ??= this.#chained("watching", this.#watchedStore(entry), sqlBlobs(this.#sql), {});
    return this.#watched;
  }

  #watchedStore(entry: Listed): SnapshotStore {
    const store = new SnapshotStore(this.#sql, "watching");
    takeOverReference(this.#sql, store, entry);
    return store;
  }

  #chained(
    purpose: Purpose,
    store: SnapshotStore,
    blobs: Blobs,
    published: Pick<RepositorySnapshotsContext, "publish" | "search">,
  ): Chained {
    const { VIEWS, FLEET } = this.env;
    const now = () => Date.now();
    const log = (sentence: string) => console.warn(sentence);
    const chain = new SnapshotChain({
      access: this.#access,
      purpose,
      blobs,
      store,
      keyring: keyringFrom({
        applied: async () => (await VIEWS?.get(viewsKey)) ?? null,
        shipped,
        now,
      }),
      now,
      random: () => Math.random(),
      log,
      xz: xzModule,
      releaseFacts: readReleases({ debian, ubuntu, others }),
      retention: readRetention(this.env),
      ...(FLEET && {
        capacityWith: async (name: string, generation: number) =>
          await fleetStub(FLEET).capacityWith(name, generation),
      }),
    });
    const { storage } = this.ctx;
    const asking = new RepositorySnapshots({
      chain,
      store,
      purpose,
      entry: () => this.#own.entry,
      alarm: { get: () => storage.getAlarm(), set: (at) => storage.setAlarm(at) },
      ...published,
      now,
      log,
    });
    return { chain, asking, store };
  }

  /** The chain whose snapshots are served; undefined where the entry has none served. */
  #servedChain(entry: Listed): Chained | undefined {
    return verificationOf(entry) === undefined ? undefined : this.#opened();
  }

  #servedSnapshots(entry: Listed): ServedSnapshots | undefined {
    const opened = this.#servedChain(entry);
    if (opened === undefined) return undefined;
    const { chain, asking, store } = opened;
    return {
      asked: () => asking.asked(),
      polled: () => asking.snapshot(""),
      current: () => store.current()?.id,
      kept: () => store.all(),
      pending: () => store.pending()?.snapshot,
      samples: () => chain.samples(),
      wantSamples: () => chain.wantSamples(),
    };
  }

  #watchedOrigin(entry: Listed): WatchedOrigin {
    const { chain, asking, store } = this.#watching(entry);
    return {
      knownSince: (maxAgeMs) => asking.knownSince(maxAgeMs),
      samples: () => (chain.isOf(entry) ? chain.samples() : []),
      baseline: () => watchedBaseline(entry, chain, store),
    };
  }
}
