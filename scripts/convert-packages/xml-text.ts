/** Text in XML, from bytes taken for characters, to the same. */

const isUtf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Escaped; characters that XML 1.0 can't have are left out. What is no UTF-8 is taken for ISO 8859-1, as createrepo_c does
 * (`cr_latin1_to_utf8`).
 */
export function xmlText(text: string): string {
  let known = text;
  if (/[^\x20-\x7e]/.test(text)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is left out
    known = utf8OrLatin(text).replaceAll(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, "");
  }
  if (!/[&<>"]/.test(known)) return known;
  return known
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The same text as bytes of UTF-8, each taken for a character. */
function utf8OrLatin(text: string): string {
  try {
    isUtf8.decode(Buffer.from(text, "latin1"));
    return text;
  } catch {
    return Buffer.from(text, "utf8").toString("latin1");
  }
}
