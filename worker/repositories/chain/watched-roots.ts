/**
 * What becomes of the polled roots of a repository that is only watched: they are current at once, and of each one index
 * is read for files to sample mirrors by. Nothing else is built, and an index's bytes go when they are read.
 */

import type { Blobs } from "../../blobs/blobs.ts";
import type { SampleFile } from "../baseline/baseline.ts";
import type { Repository } from "../catalogue.ts";
import { type ContentsIndex, contentsIndexesOf } from "./choose-contents.ts";
import { someOfEach } from "./contents-samples.ts";
import { type Draw, DrawStore, type Draws, dueDraws } from "./draws.ts";
import type { Advanced } from "./publish-snapshot.ts";
import type { IndexPulls } from "./pull-indexes.ts";
import type { ContentsReader } from "./read-contents.ts";
import { uncompared } from "./retention.ts";
import { chooseSampled, whyNamesNothing } from "./sampled-index.ts";
import type { Manifest, Snapshot, SnapshotRoot } from "./snapshot.ts";
import { parseSnapshot, type SnapshotStore } from "./snapshot-store.ts";
import { placeAfter } from "./snapshot-time.ts";
import type { Manifests } from "./stored-manifests.ts";

export interface WatchedRootsContext {
  blobs: Blobs;
  store: SnapshotStore;
  manifests: Manifests;
  pulls: IndexPulls;
  contents: ContentsReader;
  /** Unix ms. */
  now(): number;
  random(): number;
}

export class WatchedRoots {
  readonly #context: WatchedRootsContext;
  readonly #draws: DrawStore;

  constructor(context: WatchedRootsContext) {
    this.#context = context;
    this.#draws = new DrawStore(context.store);
  }

  /** Whether what is known is of this origin, and of just these roots. */
  isOf(listed: Repository): boolean {
    return this.#context.store.state("of") === subjectOf(listed);
  }

  /** Forgets what is known of another origin. */
  begin(listed: Repository): void {
    const { store } = this.#context;
    const known = store.state("of");
    const [kind, origin] = parsedSubject(known ?? "[]");
    const isOther = kind !== listed.kind || origin !== listed.origin;
    if (known !== undefined && isOther) store.clear();
    store.setState("of", subjectOf(listed));
  }

  /**
   * Goes one step on: publishes what was polled, and draws samples of one root where that is due. One call at a time.
   *
   * @throws what the store or the blobs throw; what is stored then is as it was, or a step further
   */
  async advance(listed: Repository): Promise<Advanced & { drawn: boolean }> {
    const moved = this.#publish(listed);
    const [root, ...more] = this.#due();
    if (root !== undefined) await this.#draw(listed, root);
    return { moved, drawn: root !== undefined, more: more.length > 0 };
  }

  /** Files to sample mirrors by: of the last index of each root that could be read. */
  samples(): SampleFile[] {
    const { store } = this.#context;
    const drawn = indexesOf(this.#draws.all());
    return someOfEach([...drawn].map((sha256) => store.contents.samples(sha256)));
  }

  /** Why some root gave no new samples, for people; undefined: each did. */
  withoutSamples(): string | undefined {
    return Object.values(this.#draws.all()).find(({ failed }) => failed !== undefined)?.failed;
  }

  /** Forgets the indexes that no samples are of. @returns names of the blobs that are needed on */
  forgetRest(): string[] {
    const { store } = this.#context;
    store.contents.keepOnly(indexesOf(this.#draws.all()));
    const roots = [...(this.#current()?.roots ?? []), ...(store.staged()?.roots ?? [])];
    return [
      ...roots.flatMap(({ files, manifest }) => [manifest, ...files.map((one) => one.sha256)]),
      ...store.contents.blobs(),
    ];
  }

  #publish({ name }: Repository): boolean {
    const { store, now } = this.#context;
    const roots = store.staged()?.roots;
    if (roots === undefined) return false;
    const current = this.#current();
    if (JSON.stringify(roots) === JSON.stringify(current?.roots)) {
      store.withdraw();
      return false;
    }
    const snapshot: Snapshot = {
      repository: name,
      generation: store.nextGeneration(),
      ...placeAfter(current, roots, now()),
      roots,
    };
    const draws = this.#draws.ofRoots(roots.map(({ path }) => path));
    store.publish({
      snapshot,
      listings: "",
      read: [],
      named: indexesOf(draws),
      drops: ["staged", "pending"],
    });
    store.remove(uncompared(store.all()).map(({ id }) => id));
    return true;
  }

  #due(): SnapshotRoot[] {
    const { now, random } = this.#context;
    const roots = this.#current()?.roots ?? [];
    return dueDraws(roots, this.#draws.all(), now(), random);
  }

  async #draw(listed: Repository, root: SnapshotRoot): Promise<void> {
    const { blobs, manifests, now } = this.#context;
    const last = this.#draws.all()[root.path];
    const of = root.files[0]?.sha256 ?? "";
    const tried: Draw = { ...last, of, triedAt: now() };
    // Noted before: an index that ends the process isn't pulled again at once.
    this.#draws.set(root.path, { ...tried, failed: `${root.path}: its index is being read` });
    const manifest = await manifests.read(root.manifest);
    const chosen = await this.#choose(listed, root, manifest, last);
    const { failed: _, ...draw } = tried;
    if (last !== undefined && last.of !== of && isIndex(chosen, last.sha256)) {
      // The root changed, and this index didn't.
      return this.#draws.set(root.path, draw);
    }
    const read = typeof chosen === "string" ? chosen : await this.#read(listed, chosen);
    if (typeof read === "string") this.#draws.set(root.path, { ...draw, failed: read });
    else this.#draws.set(root.path, { ...draw, ...read, at: now() });
    if (typeof chosen !== "string" && !chosen.isRoot) {
      await blobs.delete(chosen.variants.map(({ sha256 }) => sha256));
    }
  }

  /** The same index as before where the root changed, so that what is new in it is known; else any. */
  async #choose(
    listed: Repository,
    root: SnapshotRoot,
    manifest: Manifest,
    last: Draw | undefined,
  ): Promise<ContentsIndex | string> {
    const indexes = contentsIndexesOf(listed.kind, root, manifest);
    const changed = last?.of !== root.files[0]?.sha256;
    const same = changed ? indexes.find(({ name }) => name === last?.name) : undefined;
    if (same !== undefined) return same;
    const { blobs, random } = this.#context;
    const chosen = chooseSampled(listed, root, manifest, random);
    if (indexes.length > 0) return chosen;
    return (await whyNamesNothing(listed.kind, root, blobs)) ?? chosen;
  }

  /** Reads an index. @returns a sentence where it gives no files */
  async #read(
    listed: Repository,
    index: ContentsIndex,
  ): Promise<Pick<Draw, "name" | "sha256"> | string> {
    const { store, pulls, contents } = this.#context;
    const [{ path, sha256 } = { path: "", sha256: "" }] = index.variants;
    if (!index.isRoot) {
      const refused = store.contents.all().get(sha256)?.refused;
      if (refused !== undefined) return `${path}: ${refused}`;
      const pulled = await pulls.index(listed, path, sha256);
      if (pulled === "absent") return `${path}: the origin answers 404`;
      if (pulled !== "stored") return pulled;
    }
    const read = await contents.read(listed, { index, sha256, path });
    if ("refused" in read) return `${path}: ${read.refused}`;
    if (read.isWithoutSizes) return `${path}: the origin tells the size of none of its files`;
    return { name: index.name, sha256 };
  }

  #current(): Snapshot | undefined {
    const current = this.#context.store.current();
    return current === undefined ? undefined : parseSnapshot(current.json);
  }
}

function isIndex(chosen: ContentsIndex | string, sha256: string | undefined): boolean {
  return typeof chosen !== "string" && chosen.variants.some((one) => one.sha256 === sha256);
}

/** The indexes whose files are in use. */
function indexesOf(draws: Draws): Set<string> {
  return new Set(Object.values(draws).flatMap(({ sha256 }) => sha256 ?? []));
}

/** What is watched, as text: kind, origin and roots. */
function subjectOf({ kind, origin, roots = [] }: Repository): string {
  return JSON.stringify([kind, origin, roots]);
}

function parsedSubject(json: string): readonly unknown[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value : [];
}
