/** A snapshot, opened for answering: its files by path, and which root a path belongs to. Pure. */
import { isSha256 } from "../../formats/indexed-file.ts";
import { type Kind, kinds } from "../../formats/kinds.ts";
import { areCanaries } from "../chain/canaries.ts";
import type { Snapshot, SnapshotFile, SnapshotRoot } from "../chain/snapshot.ts";

/** A part of a repository that one root speaks for. */
export interface Scope {
  /** What paths of it begin with: the suite's directory, or for rpm the one that holds `repodata/`. */
  prefix: string;
  root: SnapshotRoot;
}

/** A file that came with a root. */
export interface RootFile {
  file: SnapshotFile;
  root: SnapshotRoot;
}

/** Reads a snapshot from its JSON. Throws an Error that says what is wrong with it. */
export function readSnapshot(text: string): Snapshot {
  const value: unknown = JSON.parse(text);
  if (isSnapshot(value)) return withoutOddLookFiles(value);
  throw new Error("the snapshot lacks a name, an id, a time or well-formed roots");
}

/** A snapshot's id, `undefined` where the text is none. */
export function snapshotId(text: string): string | undefined {
  try {
    return readSnapshot(text).id;
  } catch {
    return undefined;
  }
}

export class OpenSnapshot {
  readonly snapshot: Snapshot;
  readonly #files = new Map<string, RootFile>();
  /** Longest prefix first: a suite inside another's directory is its own. */
  readonly #scopes: readonly Scope[];

  constructor(snapshot: Snapshot, kind: Kind) {
    this.snapshot = snapshot;
    for (const root of snapshot.roots) {
      for (const file of root.files) this.#files.set(file.path, { file, root });
    }
    this.#scopes = snapshot.roots
      .map((root) => ({ prefix: kinds[kind].roots.scope(root.path), root }))
      .sort((one, other) => other.prefix.length - one.prefix.length);
  }

  get id(): string {
    return this.snapshot.id;
  }

  /** The root file at a decoded path. */
  file(path: string): RootFile | undefined {
    return this.#files.get(path);
  }

  /** The roots that may name a decoded path, the nearest first. */
  scopes(path: string): Scope[] {
    return this.#scopes.filter(({ prefix }) => path.startsWith(prefix));
  }

  /** A root by its path. */
  root(path: string): SnapshotRoot | undefined {
    return this.snapshot.roots.find((root) => root.path === path);
  }
}

/** Up to and with the last slash. */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/**
 * Whether a path is a root by its name, or signs or repeats one: what decides which state a client sees, and so
 * must come from where the root does.
 *
 * @param root path of the root beside which it would be
 */
export function isRootLike(kind: Kind, root: string, path: string): boolean {
  return kinds[kind].roots.isBeside(root, path);
}

/** Whether a root by that name could be anywhere in such a repository. */
export function namesARoot(kind: Kind, path: string): boolean {
  return kinds[kind].roots.isRootName(path.slice(directoryOf(path).length));
}

function isSnapshot(value: unknown): value is Snapshot {
  return (
    typeof value === "object" &&
    value !== null &&
    "repository" in value &&
    typeof value.repository === "string" &&
    "id" in value &&
    typeof value.id === "string" &&
    "at" in value &&
    typeof value.at === "number" &&
    "roots" in value &&
    Array.isArray(value.roots) &&
    value.roots.every(isRoot)
  );
}

/** Mirrors can be checked without them: they aren't worth refusing a snapshot for. */
function withoutOddLookFiles(snapshot: Snapshot): Snapshot {
  const { lookFiles, ...rest } = snapshot;
  return lookFiles === undefined || areCanaries(lookFiles) ? snapshot : rest;
}

function isRoot(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "manifest" in value &&
    isSha256(value.manifest) &&
    "files" in value &&
    Array.isArray(value.files) &&
    value.files.every(isFile)
  );
}

function isFile(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    "path" in value &&
    typeof value.path === "string" &&
    "size" in value &&
    typeof value.size === "number" &&
    "sha256" in value &&
    isSha256(value.sha256)
  );
}
