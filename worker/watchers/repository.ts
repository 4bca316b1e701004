/**
 * The Durable Object of one repository: knows what its origin has, for all who probe its mirrors, and keeps the
 * snapshots that edges serve.
 */
import { DurableObject } from "cloudflare:workers";
import shipped from "../../mirror-list/built/views.txt";
import { r2Blobs } from "../blobs/r2-blobs.ts";
import { xzModule } from "../formats/compression/xz-module.ts";
import { askByFetch } from "../outbound/ask-by-fetch.ts";
import { comingThrough } from "../outbound/cdn-loop.ts";
import { type OriginAccess, openByFetch } from "../outbound/origin-access.ts";
import { userAgent } from "../outbound/user-agent.ts";
import type { RepositoryObject } from "../repositories/ask-repository.ts";
import type { Baseline } from "../repositories/baseline/baseline.ts";
import { sqliteBaselineStore } from "../repositories/baseline/baseline-store.ts";
import { OriginBaseline } from "../repositories/baseline/refresh-baseline.ts";
import { VerifiedBaseline } from "../repositories/baseline/verified-baseline.ts";
import type { Repository as Listed } from "../repositories/catalogue.ts";
import { type KeptSnapshot, SnapshotChain } from "../repositories/chain/chain.ts";
import { RepositorySnapshots } from "../repositories/chain/repository-snapshots.ts";
import { type SnapshotAlarm, SnapshotStore } from "../repositories/chain/snapshot-store.ts";
import { verificationOf } from "../repositories/follow-policy.ts";
import { keyringFrom } from "../repositories/keys.ts";
import { type Answered, OwnEntry } from "../repositories/own-entry.ts";
import { snapshotKey } from "../repositories/reader/snapshot-key.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { readOwn, readRetention } from "../settings/settings.ts";
import type { VariableTexts } from "../settings/table.ts";
import { viewsKey } from "../views/views-key.ts";
import { fleetStub } from "./bindings.ts";
import type { Fleet } from "./fleet.ts";

/** What this needs of the Worker's variables and bindings. */
export interface RepositoryEnv extends VariableTexts {
  /** Without it no snapshots are kept. */
  BLOBS?: R2Bucket;
  VIEWS?: KVNamespace;
  /** Tells how many mirrors have a snapshot; without it a publishing policy ends by its time alone. */
  FLEET?: DurableObjectNamespace<Fleet>;
}

/**
 * One per repository, named by the repository's name. It goes by its own list entry: callers tell paths, and the version
 * of their list, at which the object may ask for the entry (`OwnEntry`).
 */
export class Repository extends DurableObject<RepositoryEnv> implements RepositoryObject {
  readonly #keeper: OriginBaseline;
  readonly #access: OriginAccess;
  readonly #store: SnapshotStore;
  readonly #own: OwnEntry;
  #snapshots:
    | { keeper: SnapshotChain; chain: RepositorySnapshots; verified: VerifiedBaseline }
    | undefined;

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
    this.#keeper = new OriginBaseline({
      access: this.#access,
      store: sqliteBaselineStore(state.storage),
      now: () => Date.now(),
      random: () => Math.random(),
    });
    this.#store = new SnapshotStore(durableSql(state.storage));
    this.#own = new OwnEntry(this.#store);
  }

  /** As `OwnEntry.configure`. */
  async configure(entry: Listed, version: number): Promise<number> {
    return this.#own.configure(entry, version);
  }

  /** As `VerifiedReference.reference` where snapshots are kept, else as `ReferenceKeeper.reference`. */
  originReference(version: number, maxAgeMs: number): Promise<Answered<Baseline>> {
    return this.#own.answer(version, (entry) => this.#references(entry).reference(entry, maxAgeMs));
  }

  /** As `OriginRanges.read`, of one of the reference's samples. */
  originRange(
    version: number,
    path: string,
    first: number,
    last: number,
  ): Promise<Answered<Uint8Array | undefined>> {
    return this.#own.answer(version, (entry) =>
      this.#references(entry).range(entry, path, first, last),
    );
  }

  #references(entry: Listed): Pick<OriginBaseline, "reference" | "range"> {
    const opened = verificationOf(entry) === undefined ? undefined : this.#opened();
    return opened?.verified ?? this.#keeper;
  }

  /** As `RepositorySnapshots.snapshot`; `null` also where there is no place for blobs. */
  currentSnapshot(version: number, known: string): Promise<Answered<string | null>> {
    return this.#own.answer(
      version,
      async () => (await this.#opened()?.chain.snapshot(known)) ?? null,
    );
  }

  /** As `SnapshotKeeper.index`. */
  storeIndex(version: number, path: string, sha256: string): Promise<Answered<string>> {
    return this.#own.answer(
      version,
      async () => (await this.#opened()?.chain.index(path, sha256)) ?? "absent",
    );
  }

  /** As `SnapshotKeeper.snapshots`. */
  async snapshots(): Promise<KeptSnapshot[]> {
    return this.#opened()?.keeper.snapshots() ?? [];
  }

  /** As `SnapshotKeeper.kept`; `null`: there is none such. */
  async kept(idOrTime: string): Promise<string | null> {
    return this.#opened()?.keeper.kept(idOrTime) ?? null;
  }

  /** As `SnapshotKeeper.alarms`. */
  async alarms(): Promise<SnapshotAlarm[]> {
    return this.#opened()?.keeper.alarms() ?? [];
  }

  /** As `RepositorySnapshots.refresh`. */
  followNow(version: number): Promise<Answered<null>> {
    return this.#own.answer(version, async () => {
      await this.#opened()?.chain.refresh();
      return null;
    });
  }

  override async alarm(): Promise<void> {
    await this.#opened()?.chain.alarm();
  }

  /** What keeps the snapshots, made when it is first known whose they are. */
  #opened() {
    const { BLOBS, VIEWS, FLEET } = this.env;
    const { entry } = this.#own;
    if (BLOBS === undefined || entry === undefined) return undefined;
    if (this.#snapshots !== undefined) return this.#snapshots;
    const store = this.#store;
    const now = () => Date.now();
    const log = (sentence: string) => console.warn(sentence);
    const keeper = new SnapshotChain({
      access: this.#access,
      blobs: r2Blobs(BLOBS, entry.name),
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
      retention: readRetention(this.env),
      ...(FLEET && {
        capacityWith: async (name: string, generation: number) =>
          await fleetStub(FLEET).capacityWith(name, generation),
      }),
    });
    const { storage } = this.ctx;
    const chain = new RepositorySnapshots({
      keeper,
      store,
      entry: () => this.#own.entry,
      alarm: { get: () => storage.getAlarm(), set: (at) => storage.setAlarm(at) },
      ...(VIEWS && { publish: (name, json) => VIEWS.put(snapshotKey(name), json) }),
      now,
      log,
    });
    const verified = new VerifiedBaseline({
      asked: () => chain.asked(),
      current: () => store.current()?.id,
      kept: () => store.all(),
      pending: () => store.pending()?.snapshot,
      samples: () => keeper.samples(),
      wantSamples: () => keeper.wantSamples(),
      origin: this.#keeper,
    });
    this.#snapshots = { keeper, chain, verified };
    return this.#snapshots;
  }
}
