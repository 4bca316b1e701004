/** apt: which of the indexes that a `Release` names mirrors are sampled by. Pure. */
import { directoryOf } from "../index-reader.ts";
import type { FileSink } from "../indexed-file.ts";
import type { NamedFiles, WantedSamples } from "../kind-reading.ts";

/** What clients ask for most is what mirrors are judged by most: this share of the readings. */
const preferredShare = 0.75;
const preferredArchitecture = "amd64";
/** A packed `Packages` up to this long lists nothing: what gzip writes of nothing has 20 bytes, what xz writes 32. */
const emptyBytes = 64;
/** gzip takes a fifth of xz's time. */
const compressions = [".gz", ".xz"] as const;

/** The directory of the repository that a root under `dists/` belongs to; a flat one's own directory. */
export function aptBase(root: string): string {
  const at = root.lastIndexOf("dists/");
  return at === 0 || root[at - 1] === "/" ? root.slice(0, at) : directoryOf(root);
}

/**
 * Takes the files of a flat repository that lies in a folder (`deb URI binary/`). apt reads their names as relative to
 * the URI, and `apt-ftparchive packages binary` writes them so, with the folder; names without it are of a folder that
 * is a repository by itself (`deb URI/binary ./`).
 *
 * @param folder the root's, ends in `/`, or empty: names are given to `sink` relative to it
 */
export function inFlatFolder(folder: string, sink: FileSink): FileSink {
  if (folder === "") return sink;
  return (file) => {
    const path = flatPath(folder, file.path);
    return sink(path === file.path ? file : { ...file, path });
  };
}

/** Where a file of such a repository is. @param path the folder, and behind it what its index says */
export function flatPath(folder: string, path: string): string {
  return folder !== "" && path.startsWith(folder + folder) ? path.slice(folder.length) : path;
}

/** Whether a root is that of a flat repository: of no suite under `dists/`. */
export function isFlat(root: string): boolean {
  return !/(?:^|\/)dists\//.test(root);
}

/**
 * One packed `Packages` of those that the root names, for the given components and architectures (empty: any). A sentence
 * where there is none.
 */
export function chooseAptIndex(
  root: string,
  files: NamedFiles,
  { components, architectures, random }: WantedSamples,
): { path: string } | string {
  const found: { path: string; architecture: string; compression: string }[] = [];
  let others = 0;
  const directory = directoryOf(root);
  for (const [path, { size }] of Object.entries(files)) {
    // An optional prefix, as in `updates/main`; the installer's own packages are left out.
    const name = path.slice(directory.length);
    const flat = isFlat(root) ? /^Packages(\.[a-z0-9]+)?$/.exec(name) : null;
    const [, component = "", architecture = "", compression = flat?.[1] ?? ""] =
      /^(?:.*\/)?([^/]+)\/binary-([a-z0-9-]+)\/Packages(\.[a-z0-9]+)?$/.exec(name) ?? [];
    if (flat === null) {
      if (component === "" || component === "debian-installer") continue;
      if (components.length > 0 && !components.includes(component)) continue;
      if (architectures.length > 0 && !architectures.includes(architecture)) continue;
    }
    if (!compressions.some((one) => one === compression)) others++;
    else if (size > emptyBytes) found.push({ path, architecture, compression });
  }
  const first = compressions.find((one) => found.some(({ compression }) => compression === one));
  const packed = found.filter(({ compression }) => compression === first);
  const preferred = packed.filter(({ architecture }) => architecture === preferredArchitecture);
  const among = preferred.length > 0 && random() < preferredShare ? preferred : packed;
  const chosen = among[Math.floor(random() * among.length)];
  if (chosen !== undefined) return { path: chosen.path };
  return others > 0
    ? `${root} names no filled Packages.gz or Packages.xz, only other forms`
    : `${root} names no Packages of the components and architectures we list`;
}
