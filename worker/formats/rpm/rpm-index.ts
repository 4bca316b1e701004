/** rpm: from `repomd.xml` to its primary index. */
import { directoryOf, type NamedIndex, usablePath } from "../index-reader.ts";

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
