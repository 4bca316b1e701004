/** apt: from a `Release` or `InRelease` to its `Packages`, and the files those list. */
import {
  detached,
  directoryOf,
  type IndexReader,
  type NamedIndex,
  usablePath,
} from "./index-reader.ts";
import { pathHash } from "./path-set.ts";
import { maxListed, type Sampler } from "./sampler.ts";

/** What clients ask for most is what mirrors are judged by most: this share of the readings. */
const preferredShare = 0.75;
const preferredArchitecture = "amd64";
/** A `Packages.gz` up to this long lists nothing: gzip's own head and tail are 18 bytes. */
const emptyGzipBytes = 64;
/** Of Debian's, the longest stanza has 30,000 characters. */
const maxStanza = 1024 * 1024;

/** The directory of the repository that a root under `dists/` belongs to; a flat one's own directory. */
export function aptBase(root: string): string {
  const at = root.lastIndexOf("dists/");
  return at === 0 || root[at - 1] === "/" ? root.slice(0, at) : directoryOf(root);
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
    const [, component = "", architecture = "", compression] =
      /^(?:.*\/)?([^/]+)\/binary-([a-z0-9-]+)\/Packages(\.[a-z0-9]+)?$/.exec(name) ?? [];
    if (component === "" || component === "debian-installer") continue;
    if (wanted.components.length > 0 && !wanted.components.includes(component)) continue;
    if (wanted.architectures.length > 0 && !wanted.architectures.includes(architecture)) continue;
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

/** Reads `Packages`: stanzas divided by blank lines, of which `Filename`, `Size` and `SHA256` matter. */
export class PackagesReader implements IndexReader {
  readonly #base: string;
  readonly #sampler: Sampler;
  /** What isn't read yet; always begins with the line end before a stanza, so that every field follows one. */
  #rest = "\n";

  /** `base`: the repository's directory, which file names are relative to. */
  constructor(base: string, sampler: Sampler) {
    this.#base = base;
    this.#sampler = sampler;
  }

  push(text: string): string | undefined {
    const block = this.#rest + text;
    let start = 0;
    for (;;) {
      while (block[start + 1] === "\n") start++;
      const end = block.indexOf("\n\n", start + 1);
      if (end < 0) break;
      const fault = this.#stanza(block, start, end);
      if (fault !== undefined) return fault;
      start = end + 1;
    }
    this.#rest = block.slice(start);
    if (this.#rest.length > maxStanza) return this.#fault("is longer than 1 MiB");
    return undefined;
  }

  end(): string | undefined {
    return this.push("\n\n");
  }

  #stanza(block: string, start: number, end: number): string | undefined {
    const field = block.indexOf("\nFilename: ", start);
    // Every binary package has the field, so looking past the end happens once, at the end of the reading.
    if (field < 0 || field >= end) return this.#fault("has no Filename");
    const from = field + "\nFilename: ".length;
    const to = block.indexOf("\n", from);
    if (this.#sampler.listed >= maxListed) return `more than ${maxListed} files are listed`;
    const seat = this.#sampler.seat(pathHash(block, from, to));
    if (seat < 0) return undefined;
    const path = block.slice(from, to).replace(/^\.\//, "");
    if (!usablePath(path)) return this.#fault("has a Filename that is no plain relative path");
    const stanza = block.slice(start, end + 1);
    const [, size] = /\nSize: (\d{1,15})\n/.exec(stanza) ?? [];
    if (size === undefined) return this.#fault("has no Size");
    const [, sha256] = /\nSHA256: ([0-9a-f]{64})\n/.exec(stanza) ?? [];
    this.#sampler.put(seat, {
      path: detached(this.#base + path),
      size: Number(size),
      ...(sha256 !== undefined && { sha256: detached(sha256) }),
    });
    return undefined;
  }

  #fault(what: string): string {
    return `stanza ${this.#sampler.listed + 1} ${what}`;
  }
}
