/** Which links of a page lead to what the folder holds. Pure. */
import { isName, type PageEntry } from "./entry.ts";

const references: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

/**
 * Resolves the character references that web servers write into directory pages; others stay as they are. Needed because
 * `html-tokens.ts` hands over attributes and text as they are spelled.
 */
export function readReferences(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([a-z]{2,5}));/g,
    (whole: string, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return references[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return isCharacter ? String.fromCodePoint(code) : "\ufffd";
    },
  );
}

/** Undefined for escapes that aren't UTF-8. */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/**
 * The file or folder that a link leads to, where that is right in the folder; undefined for all other links: sort
 * orders, the parent, other sites, and names that nobody could ask us for.
 *
 * @param href with its references resolved
 * @param folder path of the folder's own URL, escapes as there, ends in `/`: some servers link from the root
 */
export function childOf(
  href: string,
  folder: string,
): Pick<PageEntry, "name" | "type"> | undefined {
  const link = href.replace(/[\t\n\r]/g, "").replace(/^ +| +$/g, "");
  // A browser takes a backslash for a slash. U+FFFD is what bytes became that aren't UTF-8: no way leads back.
  if (/[?#\\\ufffd]/.test(link) || /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) return undefined;
  const type = link.endsWith("/") ? "folder" : "file";
  const path = type === "folder" ? link.slice(0, -1) : link;
  const cut = path.lastIndexOf("/") + 1;
  const before = path.slice(0, cut);
  const isHere = before === "" || before === "./" || decoded(before) === decoded(folder);
  const name = isHere ? decoded(path.slice(cut)) : undefined;
  return name !== undefined && isName(name) ? { name, type } : undefined;
}
