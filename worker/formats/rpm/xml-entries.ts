/** Reads indexes in XML that are one list of entries: primary, filelists, updateinfo, comps. Needs no schema. */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused } from "../index-refused.ts";
import { EntryCount, type LeftOut } from "../left-out.ts";
import { RawText } from "../raw-text.ts";

/** Between two tags, characters: descriptions have tens of thousands. */
const maxBetweenTags = 1024 * 1024;
/** Of an entry, characters: a kernel's list of files has 3 million, an advisory of a whole desktop 2. */
const maxEntry = 16 * 1024 * 1024;
/** In an entry, as each takes some 200 bytes: a kernel's sources have 90,000 files. */
const maxElements = 200_000;
/** Elements inside each other; a package's dependencies are at the fifth level. */
const maxDepth = 16;

/** An element with all that is in it. */
export interface XmlElement {
  /** Without the prefix of its namespace. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  /** Its own, without that of the elements in it. */
  text: string;
  children: XmlElement[];
}

/** What a list is. */
export interface XmlList {
  /** Name of the document's element. */
  root: string;
  /** What is refused where the document has another one: `no list of packages`. */
  otherwise: string;
  /** Names of its entries, as they are in sentences too; all else is passed over. */
  entries: readonly string[];
  /** A declaration of a type that only names it is taken: comps.xml has one. */
  mayHaveType?: true;
}

/** Judges one entry; says what is wrong with it, in words that follow "package 7 (line 3, column 5):". */
export type OnEntry = (entry: XmlElement) => string | undefined;

export class XmlEntries implements IndexReader {
  readonly #list: XmlList;
  readonly #onEntry: OnEntry;
  readonly #text = new RawText();
  readonly #parser = new SaxesParser({ xmlns: false });
  readonly #entries = new EntryCount();
  /** From the entry to the innermost element that is open in it. */
  readonly #open: XmlElement[] = [];
  #count = 0;
  /** In the present entry. */
  #elements = 0;
  #depth = 0;
  #complete = false;
  /** Positions of the parser: of the last tag, and where the present entry begins. */
  #lastTag = 0;
  #entryFrom = 0;

  constructor(list: XmlList, onEntry: OnEntry) {
    this.#list = list;
    this.#onEntry = onEntry;
    const parser = this.#parser;
    parser.on("error", (error) =>
      this.#refuse(`no XML: ${error.message.replace(/^\d+:\d+: /, "")}`),
    );
    parser.on("doctype", (type) => this.#typed(type));
    parser.on("opentag", (tag) => this.#opened(tag));
    parser.on("closetag", () => this.#closed());
    parser.on("text", (text) => this.#said(text));
    parser.on("cdata", (text) => this.#said(text));
  }

  push(bytes: Uint8Array): void {
    this.#take(this.#text.push(bytes));
  }

  end(): void {
    this.#take(this.#text.end());
    if (!this.#complete) this.#refuse("the end of the list is missing");
    this.#parser.close();
    this.#entries.end();
  }

  get leftOut(): LeftOut | undefined {
    return this.#entries.leftOut;
  }

  #take(text: string): void {
    this.#parser.write(text);
    if (this.#parser.position - this.#lastTag > maxBetweenTags) {
      this.#refuse(`no tag for ${maxBetweenTags} characters`);
    }
    if (this.#open.length > 0 && this.#parser.position - this.#entryFrom > maxEntry) {
      this.#refuse(`longer than ${maxEntry} characters`);
    }
  }

  /** Entities of a document's own aren't taken: their cost has no bound. */
  #typed(type: string): void {
    if (this.#list.mayHaveType && !type.includes("[")) return;
    this.#refuse("a declaration of a document's type, which isn't taken");
  }

  #opened({ name, attributes }: SaxesTagPlain): void {
    this.#lastTag = this.#parser.position;
    this.#depth++;
    if (this.#depth > maxDepth) this.#refuse(`more than ${maxDepth} elements inside each other`);
    if (this.#depth === 1 && name !== this.#list.root) this.#refuse(this.#list.otherwise);
    const parent = this.#open.at(-1);
    if (parent === undefined && (this.#depth !== 2 || !this.#list.entries.includes(name))) return;
    if (parent === undefined) this.#begin();
    if (++this.#elements > maxElements) this.#refuse(`more than ${maxElements} elements`);
    const element = { name: localName(name), attributes, text: "", children: [] };
    parent?.children.push(element);
    this.#open.push(element);
  }

  #begin(): void {
    this.#entryFrom = this.#lastTag;
    this.#elements = 0;
  }

  #said(text: string): void {
    const element = this.#open.at(-1);
    if (element !== undefined) element.text += text;
  }

  #closed(): void {
    this.#lastTag = this.#parser.position;
    const element = this.#open.pop();
    if (element !== undefined && this.#open.length === 0) {
      const fault = this.#onEntry(element);
      this.#entries.add(fault, () => this.#place());
      this.#count++;
    }
    this.#depth--;
    if (this.#depth === 0) this.#complete = true;
  }

  #place(): string {
    const { line, column } = this.#parser;
    const what = this.#list.entries[0] ?? "entry";
    return `${what} ${this.#count + 1} (line ${line}, column ${column})`;
  }

  #refuse(what: string): never {
    throw new IndexRefused(what, this.#place());
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** The first element of a name; undefined: there is none. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** All elements of a name. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}
