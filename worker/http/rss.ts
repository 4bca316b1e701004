/** Pieces of RSS 2.0, of which the service's feeds are made. */
import { escaped } from "./html.ts";

/** An element with a text. */
export function rssElement(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}

/** XML 1.0, section 2.2: of control characters there are three. What a server said of an error may have others. */
export function xmlText(text: string): string {
  return escaped(text.toWellFormed().replace(/(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu, "\uFFFD"));
}

/** As RFC 822 has dates, with four digits of the year (RSS 2.0). @param time ISO 8601 or Unix ms */
export function rssDate(time: string | number): string {
  return new Date(time).toUTCString();
}
