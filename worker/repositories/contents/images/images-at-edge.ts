/** The image catalogue as an isolate has it: of each repository of images the current snapshot's, read once. */
import type { OpenBlob } from "../../../blobs/segmented/index-at-edge.ts";
import { kinds } from "../../../formats/kinds.ts";
import {
  type CataloguePart,
  type CatalogueSnapshot,
  composeCatalogue,
  type ImageCatalogue,
  type UnreadImages,
} from "../../../images/image-catalogue.ts";
import { openImagesBlob } from "../../../images/images-blob.ts";
import type { Background } from "../../../runtime/background.ts";
import { reasonOf } from "../../../runtime/reason.ts";
import { sha256Of } from "../../../runtime/sha256.ts";
import { SharedWork } from "../../../runtime/shared-work.ts";
import type { Repository } from "../../catalogue.ts";
import type { Snapshot } from "../../chain/snapshot.ts";
import { verificationOf } from "../../follow-policy.ts";
import type { CurrentSnapshots } from "../../reader/current.ts";

/**
 * Images of all repositories together, at most: 454 bytes each with their columns, and an isolate has 128 MB for all.
 * The lists that we know of have 12,000. A repository that would be over it is told as unread.
 */
const maxHeldImages = 60_000;
/** Reading a blob of some MB from the store takes this at most, ms; then a request goes on without. */
const readDeadlineMs = 8000;
/** A blob that couldn't be read isn't read again for this long, ms. */
const failedMs = 5000;

/** What the catalogue takes of the world. */
export interface ImagesSources {
  current: Pick<CurrentSnapshots, "of">;
  open: OpenBlob;
}

/** A repository's images as they were read last. */
interface Opened extends CataloguePart {
  /** SHA-256 of the blob. */
  blob: string;
}

/** Why a blob couldn't be read lately. */
interface Failed {
  blob: string;
  why: string;
  /** Unix ms. */
  until: number;
}

export class ImagesAtEdge {
  readonly #sources: ImagesSources;
  /** By repository, of those that the list names: one state of each. */
  readonly #opened = new Map<string, Opened>();
  readonly #failed = new Map<string, Failed>();
  readonly #reading = new SharedWork<Opened>(readDeadlineMs);
  /** Made of these blobs, snapshots and sentences; the same object as long as nothing changed. */
  #catalogue: ImageCatalogue = composeCatalogue([]);
  #blobs = "";
  #said = "";
  /** What the catalogue was made of, a repository of `#listed` each. */
  #read: readonly Read[] = [];
  /** Of the last question, and of these the ones that have images. */
  #repositories: readonly Repository[] = [];
  #listed: readonly Repository[] = [];

  constructor(sources: ImagesSources) {
    this.#sources = sources;
  }

  /**
   * All images of the repositories that name some, each repository's of its current snapshot; the same object until one
   * of them changes. Never rejects: of a repository whose images can't be read the last ones that were are in it, and
   * `unread` says why.
   *
   * @param repositories of the views; those of other kinds, and those without verified snapshots, are left out
   * @param now Unix ms
   */
  async catalogue(
    repositories: readonly Repository[],
    now: number,
    background: Background,
  ): Promise<ImageCatalogue> {
    if (repositories !== this.#repositories) {
      this.#repositories = repositories;
      this.#listed = repositories.filter(
        (one) => kinds[one.kind].hasImages === true && verificationOf(one) !== undefined,
      );
      this.#forgetOthers(this.#listed);
    }
    const listed = this.#listed;
    if (this.#isCurrent(listed, now, background)) return this.#catalogue;
    const read = await Promise.all(listed.map((one) => this.#readOne(one, now, background)));
    return this.#compose(read);
  }

  /** Whether each has a snapshot at hand, and the catalogue is of these: as nearly every request finds it. */
  #isCurrent(listed: readonly Repository[], now: number, background: Background): boolean {
    return (
      listed.length === this.#read.length &&
      listed.every((one, at) => {
        const { opened, unread } = this.#read[at] ?? { opened: undefined };
        if (opened === undefined || unread !== undefined) return false;
        const current = this.#sources.current.of(one, now, background);
        if (current === undefined || current instanceof Promise) return false;
        const { repository, id } = opened.snapshot;
        return repository === one.name && id === current.snapshot.id;
      })
    );
  }

  #forgetOthers(listed: readonly Repository[]): void {
    for (const name of this.#opened.keys()) {
      if (!listed.some((one) => one.name === name)) this.#opened.delete(name);
    }
    for (const name of this.#failed.keys()) {
      if (!listed.some((one) => one.name === name)) this.#failed.delete(name);
    }
  }

  /** A repository's images, or why there are no newer ones. */
  async #readOne(listed: Repository, now: number, background: Background): Promise<Read> {
    const current = await this.#sources.current.of(listed, now, background);
    const { name: repository } = listed;
    const opened = this.#opened.get(repository);
    if (current === undefined) {
      return { opened, unread: { repository, why: "There is no snapshot of it yet." } };
    }
    const { snapshot } = current;
    if (snapshot.images === undefined) {
      const why = "Its snapshot doesn't tell its images yet.";
      return { opened, unread: { repository, why } };
    }
    const { blob } = snapshot.images;
    if (opened?.blob === blob) {
      if (opened.snapshot.id === snapshot.id) return { opened };
      const renewed = { ...opened, snapshot: shown(snapshot) };
      this.#opened.set(repository, renewed);
      return { opened: renewed };
    }
    const failed = this.#failed.get(repository);
    if (failed?.blob === blob && now < failed.until) {
      return { opened, unread: { repository, why: failed.why } };
    }
    try {
      const read = () => this.#open(snapshot, blob, background);
      const fresh = await this.#reading.run(`${repository} ${blob}`, read, background);
      this.#opened.set(repository, fresh);
      this.#failed.delete(repository);
      return { opened: fresh };
    } catch (error) {
      const why = `Its images can't be read: ${reasonOf(error)}.`;
      if (failed?.blob !== blob) console.warn(`${repository}: ${why}`);
      this.#failed.set(repository, { blob, why, until: now + failedMs });
      return { opened, unread: { repository, why } };
    }
  }

  async #open(snapshot: Snapshot, blob: string, background: Background): Promise<Opened> {
    const bytes = await this.#sources.open(snapshot.repository, blob, background);
    if (bytes === undefined) throw new Error(`the blob ${blob} isn't stored`);
    if (sha256Of(bytes) !== blob) throw new Error(`the stored blob ${blob} has another hash`);
    const { images, words, isOrdered } = openImagesBlob(bytes, snapshot.repository);
    let held = images.length;
    for (const [name, one] of this.#opened) {
      if (name !== snapshot.repository) held += one.images.length;
    }
    if (held > maxHeldImages) {
      throw new Error(`with them there would be ${held} images, and ${maxHeldImages} are held`);
    }
    return { snapshot: shown(snapshot), images, words, isOrdered, blob };
  }

  /** A snapshot with the same images has them in the same order: only what is said of it is new. */
  #compose(read: readonly Read[]): ImageCatalogue {
    this.#read = read;
    const parts = read.flatMap(({ opened }) => (opened === undefined ? [] : [opened]));
    const unread = read.flatMap(({ unread: one }) => (one === undefined ? [] : [one]));
    const snapshots = parts.map(({ snapshot }) => snapshot);
    const blobs = parts.map(({ blob, snapshot }) => `${snapshot.repository} ${blob}`).join(",");
    const said = JSON.stringify([snapshots, unread]);
    if (blobs !== this.#blobs) this.#catalogue = composeCatalogue(parts, unread);
    else if (said !== this.#said) this.#catalogue = { ...this.#catalogue, snapshots, unread };
    this.#blobs = blobs;
    this.#said = said;
    return this.#catalogue;
  }
}

interface Read {
  opened: Opened | undefined;
  unread?: UnreadImages;
}

function shown({ repository, id, generation, at }: Snapshot): CatalogueSnapshot {
  return { repository, id, generation, at };
}
