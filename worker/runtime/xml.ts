/** Writing XML: the one place where text becomes markup. */

/**
 * What XML 1.0 has no way to hold, not even as a reference (section 2.2, Char): control characters but tab and
 * the line ends, halves of surrogate pairs, and two code points that are none.
 */
const notInXml =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const everyNotInXml = new RegExp(notInXml, "g");
/** Whatever `escapeXml` may change: nearly no URL has any of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const notPlain = /[\u0000-\u001f&<>"'\u0085\u2028\ud800-\udfff\ufffe\uffff]/;

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Whether XML can hold that text, so that a parser gives back the same. */
export function fitsXml(text: string): boolean {
  return !notInXml.test(text);
}

/**
 * Text as content or attribute value. Tabs and line ends become references: a parser would make spaces of them in
 * an attribute (section 3.3.3) and fold line ends (2.11). What XML can't hold becomes U+FFFD; see `fitsXml`.
 */
export function escapeXml(text: string): string {
  if (!notPlain.test(text)) return text;
  return text
    .replace(everyNotInXml, "\ufffd")
    .replace(/[&<>"'\t\n\r\u0085\u2028]/g, (one) => references[one] ?? `&#${one.charCodeAt(0)};`);
}

/** Text inside `<!-- -->`, where nothing can be escaped and two hyphens end it (section 2.5). */
export function commentText(text: string): string {
  return text.replace(everyNotInXml, "\ufffd").replace(/-(?=-|$)/g, "- ");
}

/** Attributes, each with a space before it; those without a value are left out. */
export function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  let text = "";
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) text += ` ${name}="${escapeXml(String(value))}"`;
  }
  return text;
}

/** `<name ...>text</name>`. */
export function element(
  name: string,
  text: string | number,
  values: Readonly<Record<string, string | number | undefined>> = {},
): string {
  return `<${name}${attributes(values)}>${escapeXml(String(text))}</${name}>`;
}

export const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

/**
 * A file's name for a document: itself, or where XML can't hold it percent-encoded, as its URL spells it. The door
 * refuses control characters in paths (`http/path.ts`), which leaves U+FFFE and U+FFFF.
 */
export function nameForXml(name: string): string {
  return fitsXml(name) ? name : encodeURIComponent(name.toWellFormed());
}
