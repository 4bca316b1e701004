/** Many editions of the lab's apt and rpm repositories, and trees of servers that are in the middle of copying them. */
import { linkSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesOfRun } from "../clients/loop.ts";
import { aptPackages } from "../lab/apt-packages.ts";
import { buildAptRepository, type Edition } from "../lab/apt-repository.ts";
import type { Trees } from "../lab/lab.ts";
import { buildRpmRepository } from "../lab/rpm-repository.ts";
import { makeScratch, type Scratch } from "../lab/scratch.ts";
import { makeSigningKey } from "../lab/signing-key.ts";
import { type TreeState, whole } from "./publish-plan.ts";

/** Between the dates of two editions, ms: as far apart as they are published. */
const editionsApartMs = 4000;
/** The newest is this old, ms: nothing that is published is of the future. */
const newestAgeMs = 60_000;

/** Where each edition's metadata is, by repository. */
const metadataFolders = ["lab/dists", "lab-rpm/repodata"];

export class PublishTrees implements Trees {
  readonly publicKeyFile: string;
  readonly fingerprint: string;
  readonly #editions: number;
  readonly #directory: string;
  readonly #scratch: Scratch;
  readonly #dates: readonly Date[];
  /** States by number, from 1. */
  readonly #states: TreeState[] = [];

  private constructor(
    scratch: Scratch,
    dates: readonly Date[],
    key: { publicFile: string; fingerprint: string },
  ) {
    this.#scratch = scratch;
    this.#directory = scratch.directory;
    this.#dates = dates;
    this.#editions = dates.length;
    this.publicKeyFile = key.publicFile;
    this.fingerprint = key.fingerprint;
    // A lab's servers begin with the tree of number 1.
    this.number(whole(1));
  }

  /** Builds that many editions, in about a second each. @throws Error when a tool fails. */
  static async build(editions: number): Promise<PublishTrees> {
    const scratch = makeScratch("publish");
    const { directory } = scratch;
    const newestMs = Math.floor((Date.now() - newestAgeMs) / 1000) * 1000;
    const dates = Array.from(
      { length: editions },
      (_, at) => new Date(newestMs - (editions - at - 1) * editionsApartMs),
    );
    const of = (repository: string): Edition[] =>
      dates.map((date, at) => ({
        version: at + 1,
        directory: editionFolder(directory, at + 1, repository),
        date,
      }));
    try {
      const key = await makeSigningKey(directory);
      try {
        const work = join(directory, "work");
        await Promise.all([
          buildAptRepository(of("lab"), work, key),
          buildRpmRepository(of("lab-rpm"), work, key),
        ]);
        // What the editions keep of it are hard links.
        rmSync(work, { recursive: true, force: true });
      } finally {
        await key.end();
      }
      return new PublishTrees(scratch, dates, key);
    } catch (error) {
      scratch.remove();
      throw error;
    }
  }

  /** Trees that were asked for; see `number`. */
  get versions(): number {
    return this.#states.length;
  }

  get editions(): number {
    return this.#editions;
  }

  root(version: number): string {
    return join(this.#directory, "states", String(version));
  }

  /** What a server serves to be in that state, for `LabServer.serve`. The tree is made when first asked for. */
  number(state: TreeState): number {
    const known = this.#states.findIndex(
      ({ indexes, from, to }) =>
        indexes === state.indexes && from === state.from && to === state.to,
    );
    if (known >= 0) return known + 1;
    const number = this.#states.push(state);
    this.#make(this.root(number), state);
    return number;
  }

  /** Path of a payload file by its path below a server's base. */
  payload(path: string): string {
    const [repository = "", ...rest] = path.split("/");
    // The last edition's folder has the payload of all before it.
    return join(editionFolder(this.#directory, this.#editions, repository), ...rest);
  }

  /** The edition whose `repomd.xml` has that revision; undefined: none has. */
  editionOfRevision(seconds: number): number | undefined {
    const at = this.#dates.findIndex((date) => date.getTime() === seconds * 1000);
    return at < 0 ? undefined : at + 1;
  }

  /** Removes everything that was built. */
  remove(): void {
    this.#scratch.remove();
  }

  #make(root: string, { indexes, from, to }: TreeState): void {
    for (const folder of metadataFolders) {
      const link = join(root, folder);
      mkdirSync(dirname(link), { recursive: true });
      const [repository = "", name = ""] = folder.split("/");
      symlinkSync(join(editionFolder(this.#directory, indexes, repository), name), link);
    }
    const files = new Set<string>();
    for (let edition = from; edition <= to; edition++) {
      for (const path of payloadOf(edition)) files.add(path);
    }
    for (const path of files) {
      const file = join(root, path);
      mkdirSync(dirname(file), { recursive: true });
      linkSync(this.payload(path), file);
    }
  }
}

/** Payload that an edition lists, as paths below a server's base. */
export function payloadOf(edition: number): string[] {
  return [...aptPackages(edition).map(({ file }) => `lab/${file}`), ...rpmsOf(edition)];
}

/** Of these the rpm packages. */
export function rpmsOf(edition: number): string[] {
  return filesOfRun(edition).dnf;
}

function editionFolder(directory: string, edition: number, repository: string): string {
  return join(directory, "editions", String(edition), repository);
}
