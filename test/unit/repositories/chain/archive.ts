/** A small archive at a stand-in origin, signed with a key of its own, and a keeper that follows it. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { PrivateKey } from "openpgp";
import { onTestFinished } from "vitest";
import type { Blobs } from "../../../../worker/blobs/blobs.ts";
import { memoryBlobs } from "../../../../worker/blobs/memory-blobs.ts";
import type { Keyring } from "../../../../worker/formats/openpgp/keyring.ts";
import type { OriginAccess } from "../../../../worker/outbound/origin-access.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { SnapshotChain } from "../../../../worker/repositories/chain/chain.ts";
import type { Retention } from "../../../../worker/repositories/chain/retention.ts";
import type { Manifest, Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import {
  parseSnapshot,
  SnapshotStore,
} from "../../../../worker/repositories/chain/snapshot-store.ts";
import { PresenceAtEdge } from "../../../../worker/repositories/contents/presence/presence-at-edge.ts";
import {
  armoured,
  bytesOf,
  clearSigned,
  keyringOf,
  noon,
  signature,
} from "../../formats/openpgp/signing.ts";
import { realReleases } from "../../images/real-releases.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { repository, StandInOrigin, sha256 } from "../origin.ts";

export { sha256 } from "../origin.ts";

export interface Suite {
  /** Its directory under `dists/`. */
  directory?: string;
  suite?: string;
  codename?: string;
  /** Unix ms. */
  date?: number;
  validUntil?: number;
  /** By path under the directory. */
  indexes?: Record<string, string | Uint8Array>;
  byHash?: boolean;
  /** Hashes that the Release has, and by which indexes can be asked for; SHA-256 alone unless said. */
  hashes?: ("SHA1" | "SHA256" | "SHA512")[];
  key?: PrivateKey;
  /** When it is signed, Unix ms. */
  signedAt?: number;
  /** Which of the signed files are put to the origin. */
  put?: ("InRelease" | "Release" | "Release.gpg")[];
}

const allFiles = ["InRelease", "Release", "Release.gpg"] as const;

/** The text of a Release. */
export function releaseText({
  suite = "stable",
  codename = "trixie",
  date = noon,
  validUntil,
  indexes = {},
  byHash = true,
  hashes = ["SHA256"],
}: Suite): string {
  const sections = hashes.flatMap((name) => [
    `${name}:`,
    ...Object.entries(indexes).map(
      ([path, body]) => ` ${hashOf(name, body)} ${sizeOf(body)} ${path}`,
    ),
  ]);
  return [
    "Origin: Test",
    `Suite: ${suite}`,
    `Codename: ${codename}`,
    `Date: ${new Date(date).toUTCString()}`,
    ...(validUntil === undefined ? [] : [`Valid-Until: ${new Date(validUntil).toUTCString()}`]),
    ...(byHash ? ["Acquire-By-Hash: yes"] : []),
    ...sections,
    "",
  ].join("\n");
}

/** Of a body, by the name of the algorithm in a Release. */
export const hashOf = (name: string, body: string | Uint8Array) =>
  createHash(name).update(body).digest("hex");

const sizeOf = (body: string | Uint8Array) => bytesIn(body).byteLength;
const bytesIn = (body: string | Uint8Array) => (typeof body === "string" ? bytesOf(body) : body);

/** Puts a suite to the origin, signed. */
export async function publishSuite(
  origin: StandInOrigin,
  key: PrivateKey,
  what: Suite = {},
): Promise<void> {
  const { directory = "trixie", indexes = {}, signedAt = noon, put = allFiles } = what;
  const text = releaseText(what);
  const options = { at: signedAt };
  const signer = what.key ?? key;
  const texts = {
    InRelease: await clearSigned(text, [signer], options),
    Release: text,
    "Release.gpg": armoured(await signature(signer, bytesOf(text), options)),
  };
  const at = `dists/${directory}/`;
  const lastModified = { "last-modified": new Date(what.date ?? noon).toUTCString() };
  for (const name of put) origin.put(at + name, texts[name], lastModified);
  for (const [path, body] of Object.entries(indexes)) {
    origin.put(at + path, body);
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    if (what.byHash === false) continue;
    for (const name of what.hashes ?? ["SHA256"]) {
      origin.put(`${at}${folder}by-hash/${name}/${hashOf(name, body)}`, body);
    }
  }
}

/** An index's bytes, other ones for each content. */
export const packages = (content: string): Uint8Array => packagesOf([content]);

/** A Packages that lists such files. */
export function packagesOf(names: readonly string[]): Uint8Array {
  const stanzas = names.map(
    (name) =>
      `Package: ${name}\nFilename: ${poolPath(name)}\nSize: ${1000 + name.length}\nSHA256: ${sha256(name)}\n\n`,
  );
  return new Uint8Array(gzipSync(stanzas.join("")));
}

/** Where the file of a name is. */
export const poolPath = (name: string): string => `pool/${name.replaceAll(" ", "_")}.deb`;

/** Where the suite's one index is. */
export const indexPath = "dists/trixie/main/binary-amd64/Packages.gz";
export const indexName = "main/binary-amd64/Packages.gz";

export interface ArchiveOptions {
  listed?: Partial<Repository>;
  retention?: Retention;
  readAtOnce?: number;
  /** In place of the origin's own. */
  access?: (origin: StandInOrigin) => OriginAccess;
  blobs?: (stored: Map<string, Uint8Array>) => Blobs;
}

/** An origin with a keeper that follows it. */
export class Archive {
  readonly origin = new StandInOrigin();
  readonly stored = new Map<string, Uint8Array>();
  readonly blobs: Blobs;
  readonly sqlite: BreakableSqlite;
  readonly logged: string[] = [];
  readonly listed: Repository;
  readonly key: PrivateKey;
  readonly #options: ArchiveOptions;
  keyring: () => Promise<Keyring>;
  /** Which share of the mirrors has a generation. */
  capacityWith: (name: string, generation: number) => Promise<number | undefined> = async () =>
    undefined;
  /** The clock, Unix ms. */
  now = noon;
  store: SnapshotStore;
  keeper: SnapshotChain;

  constructor(key: PrivateKey, options: ArchiveOptions = {}) {
    this.key = key;
    this.#options = options;
    const folder = mkdtempSync(join(tmpdir(), "snapshots-"));
    this.sqlite = new BreakableSqlite(join(folder, "repository.sqlite"));
    onTestFinished(() => {
      this.sqlite.close();
      rmSync(folder, { recursive: true, force: true });
    });
    this.keyring = () => keyringOf(key);
    this.blobs = options.blobs?.(this.stored) ?? memoryBlobs(this.stored);
    this.listed = repository({
      roots: ["dists/trixie/InRelease"],
      keys: [{ file: "0.gpg", fingerprints: [key.getFingerprint().toUpperCase()] }],
      ...options.listed,
    });
    [this.store, this.keeper] = this.#start();
  }

  /** Another process over the same data. */
  restart(): void {
    this.sqlite.reopen();
    [this.store, this.keeper] = this.#start();
  }

  #start(): [SnapshotStore, SnapshotChain] {
    const { access, retention, readAtOnce } = this.#options;
    const store = new SnapshotStore(this.sqlite.sql);
    const keeper = new SnapshotChain({
      access: access?.(this.origin) ?? this.origin.access,
      purpose: "serving",
      blobs: this.blobs,
      store,
      keyring: () => this.keyring(),
      now: () => this.now,
      random: () => 0.5,
      log: (sentence) => this.logged.push(sentence),
      releaseFacts: realReleases,
      capacityWith: (name, generation) => this.capacityWith(name, generation),
      ...(retention && { retention }),
      ...(readAtOnce !== undefined && { readAtOnce }),
    });
    return [store, keeper];
  }

  publish(what: Suite = {}): Promise<void> {
    return publishSuite(this.origin, this.key, what);
  }

  follow(): Promise<boolean> {
    return this.keeper.follow(this.listed);
  }

  /** Takes all steps that are left to take at once; gives their number. */
  async settle(): Promise<number> {
    let steps = 0;
    for (; this.keeper.unfinished; steps++) {
      if (steps === 100) throw new Error("the keeper doesn't come to an end");
      await this.keeper.advance(this.listed);
    }
    return steps;
  }

  /** What the current snapshot's presence says of a file: `first` and `last`; undefined: it isn't listed. */
  async present(path: string): Promise<[number, number | undefined] | undefined> {
    const { presence } = this.current;
    if (presence === undefined) return undefined;
    const edge = new PresenceAtEdge(async (_, name) => this.stored.get(name));
    const found = await edge.find("r", presence, path, { waitUntil: () => undefined });
    return found === null ? undefined : [found.first, found.last];
  }

  /** Twice, as more than one client asks: it is usual then. */
  async index(path: string, bytes: string | Uint8Array): Promise<string> {
    const first = await this.indexOnce(path, bytes);
    return first === "stored" ? this.indexOnce(path, bytes) : first;
  }

  /** As one client asks, and no other. */
  indexOnce(path: string, bytes: string | Uint8Array): Promise<string> {
    return this.keeper.index(this.listed, path, sha256(bytes));
  }

  /** The current snapshot, which there must be. */
  get current(): Snapshot {
    const current = this.keeper.current();
    if (current === undefined) throw new Error("there is no snapshot");
    return parseSnapshot(current.json);
  }

  /** Bytes of the first file of a root, as text. */
  rootText(path = "dists/trixie/InRelease"): string {
    const root = this.current.roots.find((one) => one.path === path);
    return this.textOf(root?.files[0]?.sha256 ?? "");
  }

  textOf(name: string): string {
    const bytes = this.stored.get(name);
    if (bytes === undefined) throw new Error(`${name} is not stored`);
    return new TextDecoder().decode(bytes);
  }

  manifest(path = "dists/trixie/InRelease"): Manifest {
    const root = this.current.roots.find((one) => one.path === path);
    const manifest: Manifest = JSON.parse(this.textOf(root?.manifest ?? ""));
    return manifest;
  }

  /** What is said of each file that is kept out. */
  get alarms(): Record<string, string> {
    return Object.fromEntries(this.keeper.alarms().map(({ file, said }) => [file, said]));
  }
}
