/**
 * Texts of indexes as a page shows them. Whoever writes a description could turn the lines around it about, or hide a part
 * of a name: characters that steer the direction of text (Unicode UAX #9, section 2) and control characters are shown as
 * U+FFFD. What is written from right to left stays so, within an element of its own (`bdi`, `dir="auto"`).
 */
import { type Html, html, type Piece } from "../../http/html.ts";

const steering = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029\uFEFF]/gu;
/** The same, but for line feeds and tabs. */
const steeringButLines =
  /(?![\n\t])[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029\uFEFF]/gu;

/** On one line. */
export function plainLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\n\t\r]+/g, " ")
    .replace(steering, "\uFFFD");
}

/** Whether it can be given to copy: what is copied is what is shown. */
export function isPlain(text: string): boolean {
  return plainLine(text) === text;
}

/** A name, a version, a path: apart from the text around it. */
export function apart(text: string): Html {
  return html`<bdi>${plainLine(text)}</bdi>`;
}

/** The same as code. */
export function code(text: string): Html {
  return html`<code><bdi>${plainLine(text)}</bdi></code>`;
}

/** What begins an entry of a list in descriptions: `* `, `- `, `o `, `1. `. */
const bullet = /^(?:[*\u2022+o-]|\d{1,2}[.)])\s/;

/**
 * A description's paragraphs. Lines of a terminal's width are joined, as pages have widths of their own; those that begin
 * as an entry of a list stay lines.
 */
export function paragraphs(text: string): Html[] {
  const clean = text.toWellFormed().replaceAll("\r\n", "\n").replace(steeringButLines, "\uFFFD");
  return clean
    .split(/\n[ \t]*\n/)
    .map((one) => one.trim())
    .filter((one) => one !== "")
    .map((one) => html`<p dir="auto">${linesOf(one)}</p>\n`);
}

function linesOf(paragraph: string): Piece[] {
  const lines: string[] = [];
  for (const line of paragraph.split("\n").map((one) => one.trim())) {
    const last = lines.length - 1;
    const before = lines[last];
    if (before === undefined || bullet.test(line)) lines.push(line);
    else lines[last] = `${before} ${line}`;
  }
  return lines.map((line, at) => html`${at > 0 && html`<br>`}${line}`);
}

/** The address where it is one of the web's, or undefined: no other scheme becomes a link. */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text).href;
}
