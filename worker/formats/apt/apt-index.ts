/** apt: from a `Release` or `InRelease` to its `Packages`. */

import { directoryOf, type NamedIndex, usablePath } from "../index-reader.ts";
import type { FileSink } from "../indexed-file.ts";

/** What clients ask for most is what mirrors are judged by most: this share of the readings. */
const preferredShare = 0.75;
const preferredArchitecture = "amd64";
/** A `Packages.gz` up to this long lists nothing: gzip's own head and tail are 18 bytes. */
const emptyGzipBytes = 64;

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
  const twice = folder + folder;
  return (file) =>
    sink(file.path.startsWith(twice) ? { ...file, path: file.path.slice(folder.length) } : file);
}

/** Whether a root is that of a flat repository: of no suite under `dists/`. */
export function isFlat(root: string): boolean {
  return !/(?:^|\/)dists\//.test(root);
}

/**
 * One `Packages.gz` of those the root names in its `SHA256` section, for the given components and architectures
 * (empty: any). A sentence where there is none: only what is named with its hash can be checked.
 */
export function chooseAptIndex(
  root: string,
  text: string,
  wanted: { components: readonly string[]; architectures: readonly string[] },
  random: () => number,
): NamedIndex | string {
  const found: { name: string; sha256: string; architecture: string }[] = [];
  let others = 0;
  for (const [, sha256 = "", size, name = ""] of sha256Section(text).matchAll(
    /^ ([0-9a-f]{64}) +(\d+) (\S+)$/gm,
  )) {
    // An optional prefix, as in `updates/main`; the installer's own packages are left out.
    const flat = isFlat(root) ? /^Packages(\.[a-z0-9]+)?$/.exec(name) : null;
    const [, component = "", architecture = "", compression = flat?.[1]] =
      /^(?:.*\/)?([^/]+)\/binary-([a-z0-9-]+)\/Packages(\.[a-z0-9]+)?$/.exec(name) ?? [];
    if (flat === null) {
      if (component === "" || component === "debian-installer") continue;
      if (wanted.components.length > 0 && !wanted.components.includes(component)) continue;
      if (wanted.architectures.length > 0 && !wanted.architectures.includes(architecture)) continue;
    }
    if (compression !== ".gz") others++;
    else if (Number(size) > emptyGzipBytes && usablePath(name)) {
      found.push({ name, sha256, architecture });
    }
  }
  const preferred = found.filter(({ architecture }) => architecture === preferredArchitecture);
  const among = preferred.length > 0 && random() < preferredShare ? preferred : found;
  const chosen = among[Math.floor(random() * among.length)];
  if (chosen === undefined) {
    return others > 0
      ? `${root} names no filled Packages.gz, only other compressions`
      : `${root} names no Packages of the components and architectures we list`;
  }
  const path = directoryOf(root) + chosen.name;
  // By its hash, the index of this very root can be had even while the origin publishes the next one.
  const byHash = /^Acquire-By-Hash: yes$/m.test(text);
  return {
    path,
    asked: byHash ? `${directoryOf(path)}by-hash/SHA256/${chosen.sha256}` : path,
    sha256: chosen.sha256,
  };
}

function sha256Section(text: string): string {
  const [, section = ""] =
    /^SHA256:[ \t]*\n((?: .*\n)*)/m.exec(`${text}\n`.replaceAll("\r\n", "\n")) ?? [];
  return section;
}
