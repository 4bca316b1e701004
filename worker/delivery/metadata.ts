/**
 * Metadata from verified snapshots: roots with what signs them, the indexes they name, by-hash paths. What no
 * snapshot covers is left to whoever asks (`undefined`), and comes from the origin as ever.
 *
 * Everything here keeps one promise: a client never sees metadata of two snapshots together. So a path that a
 * snapshot does cover is answered from it, or with an error that says what to do; never with unverified bytes.
 */

import { storedName } from "../blobs/stored-name.ts";
import { isSignature } from "../formats/beside-root.ts";
import { immutable } from "../formats/classify.ts";
import type { ManifestEntry } from "../formats/manifest-entry.ts";
import { notFound, unavailable } from "../http/errors.ts";
import type { SnapshotRoot } from "../repositories/chain/snapshot.ts";
import { verificationOf } from "../repositories/follow-policy.ts";
import { type NamedByHash, namedByHash } from "../repositories/reader/by-hash.ts";
import { fromOrigin } from "../repositories/reader/current-clients.ts";
import type { OpenManifest } from "../repositories/reader/manifests.ts";
import {
  isRootLike,
  namesARoot,
  type OpenSnapshot,
  type Scope,
} from "../repositories/reader/open-snapshot.ts";
import type { SnapshotsAtEdge } from "../repositories/reader/snapshots-at-edge.ts";
import { answerStored, type Described, unchanged } from "../repositories/reader/stored-answer.ts";
import type { Background } from "../runtime/background.ts";
import type { BytesRequest } from "./origin-bytes.ts";

/** A file asked for, with who asks and when. */
export interface MetadataRequest extends BytesRequest {
  /** Address, empty where it isn't known. */
  client: string;
  /** Unix ms. */
  now: number;
}

/** The answer from the repository's current snapshot, or from the one the client began with. Never rejects. */
export async function serveMetadata(
  file: MetadataRequest,
  snapshots: SnapshotsAtEdge,
  background: Background,
): Promise<Response | undefined> {
  if (verificationOf(file.repository) === undefined) return undefined;
  const { repository, now, decoded } = file;
  const current = await snapshots.current.of(repository, now, background, decoded);
  const from = new Serving(file, snapshots, background);
  if (current === undefined) {
    from.noteOrigin();
    return undefined;
  }
  return held(file, () => from.current(current));
}

/** The answer from one kept snapshot, for a client that asks for exactly that. Never rejects. */
export async function servePinned(
  file: MetadataRequest,
  pinned: OpenSnapshot,
  snapshots: SnapshotsAtEdge,
  background: Background,
): Promise<Response | undefined> {
  return held(file, () => new Serving(file, snapshots, background).pinned(pinned));
}

/** Whatever can't be read, the client is asked to wait for. */
async function held(
  { repository, path }: MetadataRequest,
  answer: () => Promise<Response | undefined>,
): Promise<Response | undefined> {
  try {
    return await answer();
  } catch (error) {
    console.warn(`/${repository.name}/${path}: ${error instanceof Error ? error.message : error}`);
    return unavailable(
      `The verified metadata of ${repository.name} could not be read just now. Try again shortly.`,
    );
  }
}

/** One request on its way to its answer. */
class Serving {
  readonly #file: MetadataRequest;
  readonly #snapshots: SnapshotsAtEdge;
  readonly #background: Background;

  constructor(file: MetadataRequest, snapshots: SnapshotsAtEdge, background: Background) {
    this.#file = file;
    this.#snapshots = snapshots;
    this.#background = background;
  }

  async current(current: OpenSnapshot): Promise<Response | undefined> {
    const { decoded, repository } = this.#file;
    const found = current.file(decoded);
    if (found !== undefined) {
      // Who asks for a root begins anew; what signs it belongs to the one the client has.
      if (!isSignature(decoded)) {
        this.#remember(found.root.path, current.id);
        return this.#rootFile(current);
      }
      const of = await this.#clientsOwn(current, found.root.path);
      if (of !== undefined) return this.#rootFile(of);
      return undefined;
    }
    const named = namedByHash(decoded);
    const byHash = () => {
      const atHand = this.#snapshots.current.atHand(repository.name);
      return named === undefined ? undefined : this.#byHash(named, [current, ...atHand]);
    };
    if (named?.byHash === true) return byHash();
    for (const scope of current.scopes(decoded)) {
      const of = await this.#clientsOwn(current, scope.root.path);
      if (of === undefined) return undefined;
      const answered = await this.#listed(of.root(scope.root.path) ?? scope.root);
      if (answered !== undefined) return answered;
      if (isRootLike(repository.kind, scope.root.path, decoded)) return this.#notOf(of, scope.root);
    }
    return byHash();
  }

  async pinned(pinned: OpenSnapshot): Promise<Response | undefined> {
    const { decoded, repository } = this.#file;
    if (pinned.file(decoded) !== undefined) return this.#rootFile(pinned);
    const named = namedByHash(decoded);
    const scopes = pinned.scopes(decoded);
    for (const { root } of scopes) {
      const answered = named?.byHash === true ? undefined : await this.#listed(root);
      if (answered !== undefined) return answered;
    }
    const byHash = named === undefined ? undefined : await this.#byHash(named, [pinned]);
    if (byHash !== undefined) return byHash;
    // What is read as part of the snapshot must be of it; a README may be of today.
    const [scope] = scopes;
    if (named !== undefined || isPartOf(scope, decoded) || namesARoot(repository.kind, decoded)) {
      return this.#notOf(pinned, scope?.root);
    }
    return undefined;
  }

  /** Notes that the client gets a root from the origin, as no snapshot covers it yet. */
  noteOrigin(): void {
    const { repository, decoded } = this.#file;
    if (!namesARoot(repository.kind, decoded) || isSignature(decoded)) return;
    const root = repository.roots?.find((one) => isRootLike(repository.kind, one, decoded));
    if (root !== undefined) this.#remember(root, fromOrigin);
  }

  #remember(root: string, snapshot: string): void {
    const { request, client, repository, now } = this.#file;
    // HEAD reads nothing; what is read then comes with a GET of its own.
    if (request.method !== "GET") return;
    this.#snapshots.clients.remember(client, repository.name, root, { snapshot, at: now });
  }

  /** The snapshot of which the client has that root, else the current one; `undefined`: it has the origin's. */
  async #clientsOwn(current: OpenSnapshot, root: string): Promise<OpenSnapshot | undefined> {
    const { client, repository, now } = this.#file;
    const id = this.#snapshots.clients.recall(client, repository.name, root, now);
    if (id === undefined || id === current.id) return current;
    if (id === fromOrigin) return undefined;
    return (await this.#snapshots.kept(repository, id, this.#background)) ?? current;
  }

  /** A root, or what came with it. */
  async #rootFile(of: OpenSnapshot): Promise<Response> {
    const { file } = of.file(this.#file.decoded) ?? {};
    if (file === undefined) return this.#notOf(of, undefined);
    const described = { ...file, forGood: false };
    const opened = unchanged(this.#file, described) ?? (await this.#stored(described));
    if (opened === null) throw new Error(`${file.sha256} isn't stored`);
    return opened;
  }

  /** A plain path that a root names; `undefined` where it doesn't, or gives no hash that bytes are stored by. */
  async #listed(root: SnapshotRoot): Promise<Response | undefined> {
    const { decoded, repository } = this.#file;
    const entry = (await this.#manifest(root)).entry(decoded);
    if (entry === undefined) return undefined;
    return this.#index(root, decoded, entry, immutable(repository.kind, decoded));
  }

  /** By its hash: a file that a snapshot at hand names, else bytes that are stored under that name. */
  async #byHash(
    named: NamedByHash,
    candidates: readonly OpenSnapshot[],
  ): Promise<Response | undefined> {
    const tried = new Set<string>();
    let covered = false;
    for (const snapshot of candidates) {
      for (const { root } of snapshot.scopes(this.#file.decoded)) {
        covered = true;
        if (tried.has(root.manifest)) continue;
        tried.add(root.manifest);
        const manifest = await this.#manifest(root);
        const path = pathByHash(manifest, named, this.#file.decoded);
        const entry = path === undefined ? undefined : manifest.entry(path);
        if (path === undefined || entry === undefined) continue;
        const answered = await this.#index(root, path, entry, true);
        if (answered !== undefined) return answered;
      }
    }
    if (!covered || !named.isName) return undefined;
    // Of a snapshot that is kept, but not at hand.
    const described = { sha256: named.hash, forGood: true };
    return unchanged(this.#file, described) ?? (await this.#stored(described)) ?? undefined;
  }

  /** An index from the store, pulled there first where it isn't yet. */
  async #index(
    root: SnapshotRoot,
    path: string,
    entry: ManifestEntry,
    forGood: boolean,
  ): Promise<Response | undefined> {
    const sha256 = storedName(entry);
    if (sha256 === undefined) return undefined;
    const { repository, now } = this.#file;
    const { lastModified } = root.files.find((one) => one.path === root.path) ?? {};
    const described: Described = {
      sha256,
      size: entry.size,
      forGood,
      ...(lastModified !== undefined && { lastModified }),
    };
    const at = unchanged(this.#file, described) ?? (await this.#stored(described));
    if (at !== null) {
      this.#snapshots.used(repository, { path, sha256 }, now, this.#background);
      return at;
    }
    const outcome = await this.#snapshots.pull(repository, { path, sha256 }, now, this.#background);
    if (outcome === "absent") {
      return notFound(
        `/${repository.name}/${this.#file.path}`,
        `${root.path} names it, but the origin of ${repository.name} doesn't have it.`,
      );
    }
    const pulled = outcome === "stored" ? await this.#stored(described) : null;
    if (pulled !== null) return pulled;
    const why = outcome === "stored" ? "It was stored, but could not be read." : outcome;
    return unavailable(
      `/${repository.name}/${path} can't be given verified. ${why} Try again shortly.`,
    );
  }

  /** Stored bytes as an answer; `null` where they aren't stored. */
  async #stored(described: Described): Promise<Response | null> {
    const { sha256, size } = described;
    const { name } = this.#file.repository;
    const opened =
      this.#file.request.method === "HEAD"
        ? await this.#snapshots.blobs.find(name, described, this.#background)
        : await this.#snapshots.blobs.openBytes(name, described, this.#background);
    if (opened === null) return null;
    if (size !== undefined && opened.size !== undefined && opened.size !== size) {
      if (opened.body instanceof ReadableStream) await opened.body.cancel();
      throw new Error(`${sha256} is stored with ${opened.size} bytes in place of ${size}`);
    }
    return answerStored(this.#file, described, opened);
  }

  #manifest(root: SnapshotRoot): Promise<OpenManifest> {
    return this.#snapshots.manifests.of(this.#file.repository.name, root, this.#background);
  }

  #notOf(of: OpenSnapshot, root: SnapshotRoot | undefined): Response {
    const { repository, path } = this.#file;
    const instead = root === undefined ? "" : ` Ask for ${root.path}.`;
    return notFound(
      `/${repository.name}/${path}`,
      `It is no part of the verified snapshot ${of.id}, and another state's would not fit to it.${instead}`,
    );
  }
}

/** Below a root's own directory: `dists/trixie/`, `repodata/`. */
function isPartOf(scope: Scope | undefined, path: string): boolean {
  if (scope === undefined) return false;
  return path.startsWith(scope.root.path.slice(0, scope.root.path.lastIndexOf("/") + 1));
}

/** The plain path of a file named by its hash: in the directory asked, else wherever the same bytes are. */
function pathByHash(manifest: OpenManifest, named: NamedByHash, asked: string): string | undefined {
  if (!named.byHash) return asked;
  const paths = manifest.pathsOf(named.hash);
  const beside = paths.find((path) => path.slice(0, path.lastIndexOf("/") + 1) === named.directory);
  return beside ?? paths[0];
}
