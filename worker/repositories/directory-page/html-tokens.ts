/**
 * The tags and texts of an HTML page, in its order: as much of the WHATWG's tokenization as a directory page needs. One pass
 * over the text, whatever is in it. `HTMLRewriter` takes thirty times as long: it calls into the engine for each. Pure.
 */

/** Gets what a page is made of. Names are in lower case; texts and values are as they are spelled. */
export interface TokenReader {
  text(text: string): void;
  /** @param isClosed it ends in `/>` */
  start(name: string, attributes: ReadonlyMap<string, string>, isClosed: boolean): void;
  end(name: string): void;
}

/** Between their tags is text, whatever it looks like (13.2.6.2, "raw text" and RCDATA). */
const rawText: ReadonlySet<string> = new Set([
  ...["script", "style", "title", "textarea"],
  ...["xmp", "iframe", "noembed", "noframes"],
]);

const none: ReadonlyMap<string, string> = new Map();

/** Reads a page to its end. Never throws: what is no markup is text, and a tag that the page's end cuts off is nothing. */
export function readTokens(page: string, reader: TokenReader): void {
  let at = 0;
  while (at < page.length) {
    const open = page.indexOf("<", at);
    if (open < 0) {
      reader.text(page.slice(at));
      return;
    }
    if (open > at) reader.text(page.slice(at, open));
    const next = page.charCodeAt(open + 1);
    if (isLetter(next)) at = startTag(page, open, reader);
    else if (next === slash && isLetter(page.charCodeAt(open + 2))) at = endTag(page, open, reader);
    else if (next === bang || next === question || next === slash) at = comment(page, open);
    else {
      reader.text("<");
      at = open + 1;
    }
  }
}

const bang = 0x21;
const slash = 0x2f;
const question = 0x3f;
const greater = 0x3e;
const equals = 0x3d;

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b);
}

/** Where a comment, a doctype or what is taken for one ends; `<!-->` is a whole one. */
function comment(page: string, open: number): number {
  if (page.startsWith("<!--", open)) return behind(page, "-->", open + 2);
  return behind(page, ">", open);
}

function behind(page: string, end: string, from: number): number {
  const found = page.indexOf(end, from);
  return found < 0 ? page.length : found + end.length;
}

function nameEnd(page: string, from: number): number {
  let at = from;
  for (; at < page.length; at++) {
    const code = page.charCodeAt(at);
    if (code === slash || code === greater || isBlank(code)) break;
  }
  return at;
}

function startTag(page: string, open: number, reader: TokenReader): number {
  const end = nameEnd(page, open + 1);
  const name = page.slice(open + 1, end).toLowerCase();
  const tag = attributesOf(page, end);
  if (tag === undefined) return page.length;
  reader.start(name, tag.attributes, page.charCodeAt(tag.end - 1) === slash);
  const content = tag.end + 1;
  if (!rawText.has(name)) return content;
  const closed = rawEnd(page, name, content);
  if (closed > content) reader.text(page.slice(content, closed));
  return closed;
}

/** Where the tag begins that ends such a text. */
function rawEnd(page: string, name: string, from: number): number {
  for (let at = page.indexOf("</", from); at >= 0; at = page.indexOf("</", at + 2)) {
    const end = at + 2 + name.length;
    if (page.slice(at + 2, end).toLowerCase() === name && nameEnd(page, end) === end) return at;
  }
  return page.length;
}

function endTag(page: string, open: number, reader: TokenReader): number {
  const end = nameEnd(page, open + 2);
  const tag = attributesOf(page, end);
  if (tag === undefined) return page.length;
  reader.end(page.slice(open + 2, end).toLowerCase());
  return tag.end + 1;
}

/** The attributes from there on, of equal names the first, and where the tag's `>` is; undefined: the page ends before it. */
function attributesOf(
  page: string,
  from: number,
): { attributes: ReadonlyMap<string, string>; end: number } | undefined {
  let attributes: Map<string, string> | undefined;
  let at = from;
  for (;;) {
    while (at < page.length && (isBlank(page.charCodeAt(at)) || page.charCodeAt(at) === slash))
      at++;
    if (at >= page.length) return undefined;
    if (page.charCodeAt(at) === greater) return { attributes: attributes ?? none, end: at };
    const named = at;
    // A name may begin with what else separates.
    for (at++; at < page.length; at++) {
      const code = page.charCodeAt(at);
      if (code === equals || code === slash || code === greater || isBlank(code)) break;
    }
    const name = page.slice(named, at).toLowerCase();
    let value = "";
    const assigned = skipBlanks(page, at);
    if (page.charCodeAt(assigned) === equals) {
      const begins = skipBlanks(page, assigned + 1);
      const ends = valueEnd(page, begins);
      if (ends === undefined) return undefined;
      value = page.slice(ends.from, ends.to);
      at = ends.next;
    }
    attributes ??= new Map();
    if (!attributes.has(name)) attributes.set(name, value);
  }
}

function skipBlanks(page: string, from: number): number {
  let at = from;
  while (at < page.length && isBlank(page.charCodeAt(at))) at++;
  return at;
}

function valueEnd(
  page: string,
  from: number,
): { from: number; to: number; next: number } | undefined {
  const quote = page[from];
  if (quote === '"' || quote === "'") {
    const to = page.indexOf(quote, from + 1);
    return to < 0 ? undefined : { from: from + 1, to, next: to + 1 };
  }
  let to = from;
  while (to < page.length && page.charCodeAt(to) !== greater && !isBlank(page.charCodeAt(to))) to++;
  return { from, to, next: to };
}
