/** Manifests at the edge: read from the store by hash, checked against it, held parsed. */

import type { ManifestEntry } from "../../formats/manifest-entry.ts";
import type { Background } from "../../runtime/background.ts";
import { LastUsed } from "../../runtime/last-used.ts";
import { ownValue } from "../../runtime/own-value.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { SharedWork } from "../../runtime/shared-work.ts";
import type { Manifest, SnapshotRoot } from "../chain/snapshot.ts";

/**
 * Of manifests held, bytes of their text, of which they take three times as much parsed and looked up by hash: an isolate has
 * 128 MB for all. Debian's has 1,700 files and 1 MB of text. One repository has four roots or so, most of them far smaller,
 * with two generations of each in use.
 */
const heldManifestText = 1152 * 1024;
/** Larger ones aren't read at the edge, bytes: ten times Debian's. */
const maxManifestBytes = 10 * 1024 * 1024;
/** Reading one from the store takes some ms; after this a request gives up, ms. */
const deadlineMs = 8000;

/** A manifest, with the paths of each hash. */
export class OpenManifest {
  readonly #files: Readonly<Record<string, ManifestEntry>>;
  #paths: Map<string, string[]> | undefined;

  constructor(manifest: Manifest) {
    this.#files = manifest.files;
  }

  /** What the root says of a decoded path inside the repository. */
  entry(path: string): ManifestEntry | undefined {
    return ownValue(this.#files, path);
  }

  /** What it names under a folder, by path. @param folder empty, or with a slash at its end */
  under(folder: string): [string, ManifestEntry][] {
    return Object.entries(this.#files).filter(([path]) => path.startsWith(folder));
  }

  /**
   * Paths of the files with a hash, in lower-case hex, of any algorithm: their lengths tell them apart. Made when it
   * is first asked for: most clients ask for SHA-256 or plain paths only.
   */
  pathsOf(hash: string): readonly string[] {
    this.#paths ??= pathsByHash(this.#files);
    return this.#paths.get(hash) ?? [];
  }
}

function pathsByHash(files: Readonly<Record<string, ManifestEntry>>): Map<string, string[]> {
  const paths = new Map<string, string[]>();
  for (const [path, { sha256, sha512, sha1, md5 }] of Object.entries(files)) {
    for (const hash of [sha256, sha512, sha1, md5]) {
      if (hash === undefined) continue;
      const known = paths.get(hash);
      if (known === undefined) paths.set(hash, [path]);
      else known.push(path);
    }
  }
  return paths;
}

/** Opens a stored file by its hash; `null` where it isn't stored. */
export type ReadBlob = (
  repository: string,
  sha256: string,
  background: Background,
) => Promise<Response | null>;

export class Manifests {
  readonly #read: ReadBlob;
  /** By hash. The one that was read last is held in any case, up to `maxManifestBytes`. */
  readonly #held = new LastUsed<OpenManifest>(heldManifestText);
  readonly #reading = new SharedWork<OpenManifest>(deadlineMs);

  constructor(read: ReadBlob) {
    this.#read = read;
  }

  /** What a root names. Rejects where that can't be read, or isn't what the snapshot says. */
  async of(repository: string, root: SnapshotRoot, background: Background): Promise<OpenManifest> {
    const read = () => this.#load(repository, root, background);
    return (
      this.#held.get(root.manifest) ?? (await this.#reading.run(root.manifest, read, background))
    );
  }

  async #load(
    repository: string,
    { path, manifest: sha256 }: SnapshotRoot,
    background: Background,
  ): Promise<OpenManifest> {
    const stored = await this.#read(repository, sha256, background);
    if (stored === null) throw new Error(`the manifest of ${path} isn't stored`);
    const size = Number(stored.headers.get("Content-Length") ?? "0");
    if (size > maxManifestBytes) {
      await stored.body?.cancel();
      throw new Error(`the manifest of ${path} has ${size} bytes`);
    }
    const bytes = new Uint8Array(await stored.arrayBuffer());
    if (sha256Of(bytes) !== sha256) {
      throw new Error(`the stored manifest of ${path} has another hash than its name`);
    }
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (!isManifest(value)) throw new Error(`the manifest of ${path} has another shape`);
    const manifest = new OpenManifest(value);
    this.#held.set(sha256, manifest, bytes.byteLength);
    return manifest;
  }
}

/** Its bytes are the chain's own, as their hash says; this only keeps another version's shape out. */
function isManifest(value: unknown): value is Manifest {
  return (
    typeof value === "object" &&
    value !== null &&
    "root" in value &&
    typeof value.root === "string" &&
    "files" in value &&
    typeof value.files === "object" &&
    value.files !== null
  );
}
