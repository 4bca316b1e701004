/** What a folder holds as the repository's verified files tell it, without its origin. */
import { directoryOf } from "../../formats/index-reader.ts";
import type { Background } from "../../runtime/background.ts";
import { inTime } from "../../runtime/deadline.ts";
import { verificationOf } from "../follow-policy.ts";
import { type Folder, type Indexes, type KnownEntry, readingMs } from "./known-entries.ts";
import type { OpenSnapshot } from "./open-snapshot.ts";

/** By name; where it isn't known, nothing is there. */
type Entries = ReadonlyMap<string, KnownEntry>;

export interface IndexedFolder {
  /** Of payload, by the indexes that were read: these are there. */
  listed: Entries;
  /** Of metadata, by the roots: not all that they name is there. */
  named: Entries;
  /** Its snapshot has folders: what isn't in it wasn't listed by any index that was read. */
  hasFolders: boolean;
}

const nothing: IndexedFolder = { listed: new Map(), named: new Map(), hasFolders: false };

/**
 * What is known of the folder in the current snapshot, or the one asked for. Never rejects: what can't be read isn't
 * known.
 * @param now Unix ms
 */
export async function indexedFolder(
  folder: Folder,
  { snapshots, snapshot }: Indexes,
  now: number,
  background: Background,
): Promise<IndexedFolder> {
  const { repository, decoded } = folder;
  if (snapshots === undefined || verificationOf(repository) === undefined) return nothing;
  const of = snapshot ?? (await snapshots.current.of(repository, now, background));
  if (of === undefined) return nothing;
  const told = <Known>(work: Promise<Known>): Promise<Known | undefined> =>
    inTime(work, readingMs).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : error;
      console.warn(`/${repository.name}/${decoded}: names are the origin's: ${why}`);
      return undefined;
    });
  const [listed, named] = await Promise.all([
    told(readListed(folder, snapshots, of, background)),
    told(readNamed(folder, snapshots, of, background)),
  ]);
  return {
    listed: listed ?? new Map(),
    named: named ?? rootEntries(of, decoded),
    hasFolders: of.snapshot.folders !== undefined && listed !== undefined,
  };
}

async function readListed(
  { repository, decoded }: Folder,
  { folders }: NonNullable<Indexes["snapshots"]>,
  { snapshot }: OpenSnapshot,
  background: Background,
): Promise<Entries> {
  if (snapshot.folders === undefined || folders === undefined) return new Map();
  const entries = await folders.read(repository.name, snapshot.folders, decoded, background);
  return new Map(entries?.map((entry) => [entry.name, entry]));
}

/** From the roots, and from the manifests of those that speak for the folder. */
async function readNamed(
  { repository, decoded }: Folder,
  { manifests }: NonNullable<Indexes["snapshots"]>,
  of: OpenSnapshot,
  background: Background,
): Promise<Entries> {
  const entries = rootEntries(of, decoded);
  const read = of
    .scopes(decoded)
    .map(async ({ root }) =>
      (await manifests.of(repository.name, root, background)).under(decoded),
    );
  for (const files of await Promise.all(read)) {
    const paths = new Set(files.map(([path]) => path));
    for (const [path, { size, sha256 }] of files) {
      // Of what is there compressed, apt's roots name the plain form for its hash; archives don't have it.
      if (compressions.some((ending) => paths.has(path + ending))) continue;
      addUnder(entries, decoded, path, { size, ...(sha256 !== undefined && { sha256 }) });
    }
  }
  return entries;
}

const compressions = [".xz", ".gz", ".bz2", ".zst", ".lzma"];

function rootEntries({ snapshot }: OpenSnapshot, folder: string): Map<string, KnownEntry> {
  const entries = new Map<string, KnownEntry>();
  for (const { files } of snapshot.roots) {
    for (const { path, size, sha256, lastModified } of files) {
      if (!path.startsWith(folder)) continue;
      const modified = Date.parse(lastModified ?? "");
      addUnder(entries, folder, path, {
        size,
        sha256,
        ...(!Number.isNaN(modified) && { modified }),
      });
    }
  }
  return entries;
}

/** Adds the file, or the folder in this one that leads to it. @param path begins with the folder's */
function addUnder(
  entries: Map<string, KnownEntry>,
  folder: string,
  path: string,
  told: Pick<KnownEntry, "size" | "sha256" | "modified">,
): void {
  const rest = path.slice(folder.length);
  const name = rest.slice(0, `${rest}/`.indexOf("/"));
  if (name === "" || entries.has(name)) return;
  const isFolder = directoryOf(rest) !== "";
  entries.set(name, isFolder ? { name, type: "folder" } : { name, type: "file", ...told });
}
