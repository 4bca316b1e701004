/** rpm: from `repomd.xml` to its primary index, and the packages that lists. */
import {
  detached,
  directoryOf,
  type IndexReader,
  type NamedIndex,
  usablePath,
} from "./index-reader.ts";
import { pathHash } from "./path-set.ts";
import { maxListed, type Sampler } from "./sampler.ts";

/** The longest `<package>` known, a kernel's with its file list, has 300,000 characters. */
const maxPackage = 4 * 1024 * 1024;

/** The directory that `repodata/` is in: what the hrefs are relative to (createrepo_c, without `xml:base`). */
export function rpmBase(root: string): string {
  return directoryOf(root).replace(/(^|\/)[^/]*\/$/, "$1");
}

/** The primary index a `repomd.xml` names; a sentence where it can't be used. */
export function findPrimary(root: string, text: string): NamedIndex | string {
  if (text.includes("<!")) return `${root} holds a comment or declaration`;
  // Cut at the ends first: a search for each end from each beginning takes the square of the length.
  for (const element of text.split("</data>")) {
    const at = element.lastIndexOf("<data ");
    const inside = at < 0 ? "" : element.slice(at);
    if (!/^<data\s+type="primary"\s*>/.test(inside)) continue;
    const [, href] = /<location\s+href="([^"<>]*)"\s*\/>/.exec(inside) ?? [];
    const [, sha256] =
      /<checksum\s+type="sha256"\s*>\s*([0-9a-f]{64})\s*<\/checksum>/.exec(inside) ?? [];
    const name = href === undefined ? undefined : withoutEntities(href);
    if (name === undefined || !usablePath(name)) return `${root} names no usable primary index`;
    if (sha256 === undefined) return `${root} gives no SHA-256 of its primary index`;
    const path = rpmBase(root) + name;
    return { path, asked: path, sha256 };
  }
  return `${root} names no primary index`;
}

/**
 * Reads primary.xml: the `<package>` elements createrepo writes, of which `location`, `size` and `checksum` matter.
 * Strict in place of complete: comments, declarations and other quotes are refused, so that what it finds is
 * where an XML parser would find it. No entity but XML's own five and numbers is decoded.
 */
export class PrimaryReader implements IndexReader {
  readonly #base: string;
  readonly #sampler: Sampler;
  #rest = "";

  /** `base`: the directory of `repodata/`. */
  constructor(base: string, sampler: Sampler) {
    this.#base = base;
    this.#sampler = sampler;
  }

  push(text: string): string | undefined {
    const block = this.#rest + text;
    const declaration = block.indexOf("<!");
    if (declaration >= 0) return this.#fault("is near a comment or declaration");
    let at = 0;
    for (;;) {
      const end = block.indexOf("</package>", at);
      if (end < 0) break;
      const fault = this.#package(block, at, end);
      if (fault !== undefined) return fault;
      at = end + "</package>".length;
    }
    this.#rest = block.slice(at);
    if (this.#rest.length > maxPackage) return this.#fault("is longer than 4 MiB");
    return undefined;
  }

  end(): string | undefined {
    const complete = this.#rest.trimEnd().endsWith("</metadata>");
    if (complete && !/<package[\s>]/.test(this.#rest)) return undefined;
    return this.#fault("or the end of the list is missing");
  }

  #package(block: string, from: number, end: number): string | undefined {
    const start = block.indexOf("<package", from);
    if (start >= end || !/[\s>]/.test(block[start + "<package".length] ?? "")) {
      return this.#fault("has no beginning");
    }
    const location = block.indexOf("<location ", start);
    if (location < 0 || location >= end) return this.#fault("has no location");
    const close = block.indexOf(">", location);
    const hrefAt = block.indexOf(' href="', location);
    const first = hrefAt + ' href="'.length;
    const last = block.indexOf('"', first);
    if (hrefAt < 0 || last < 0 || last > close || close > end) {
      return this.#fault("has a location without an href in double quotes");
    }
    if (this.#sampler.listed >= maxListed) return `more than ${maxListed} files are listed`;
    const seat = this.#sampler.seat(pathHash(block, first, last));
    if (seat < 0) return undefined;
    const element = block.slice(start, end);
    if (/\sxml:base=/.test(block.slice(location, close))) {
      return this.#fault("is at another base than the repository");
    }
    const path = withoutEntities(block.slice(first, last));
    if (path === undefined || !usablePath(path)) {
      return this.#fault("has an href that is no plain relative path");
    }
    const [, size] = /<size\s[^<>]*?\bpackage="(\d{1,15})"/.exec(element) ?? [];
    if (size === undefined) return this.#fault("has no size");
    const [, sha256] =
      /<checksum\s+type="sha256"[^<>]*>\s*([0-9a-f]{64})\s*<\/checksum>/.exec(element) ?? [];
    this.#sampler.put(seat, {
      path: detached(this.#base + path),
      size: Number(size),
      ...(sha256 !== undefined && { sha256: detached(sha256) }),
    });
    return undefined;
  }

  #fault(what: string): string {
    return `package ${this.#sampler.listed + 1} ${what}`;
  }
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** XML's own entities and character references decoded; undefined where there is any other. */
function withoutEntities(text: string): string | undefined {
  let known = true;
  const decoded = text.replaceAll(/&([^;&]*)(;?)/g, (_, name: string, semicolon: string) => {
    if (semicolon === "") known = false;
    const [, hex, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? "NaN");
    const character = code <= 0x10ffff ? String.fromCodePoint(code) : entities[name];
    if (character === undefined) known = false;
    return character ?? "";
  });
  return known ? decoded : undefined;
}
