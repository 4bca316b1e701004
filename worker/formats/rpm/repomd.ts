/** rpm's `repomd.xml`: the indexes of a repository, by href, size and hash. Pure. */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { Refusal } from "../refusal.ts";
import { type Hashes, hexDigits, listedPath, listedSize, rootText } from "../root-text.ts";

/** One `<data>`. Sizes in bytes. */
export interface RepomdData {
  /** `primary`, `filelists`, `updateinfo`, ...; each once. */
  type: string;
  /** Relative to the directory that `repodata/` is in. */
  href: string;
  size: number;
  /** Of the file unpacked. */
  openSize?: number;
  hashes: Pick<Hashes, "sha256" | "sha512">;
  openHashes?: Pick<Hashes, "sha256" | "sha512">;
  /** Unix time, ms. */
  timestamp?: number;
}

export interface Repomd {
  /** createrepo's is the time in seconds, others count; absent where it is no number. For `notOlder`. */
  revision?: number;
  /** The newest timestamp of the data, Unix time, ms. For `notOlder`. */
  date?: number;
  data: readonly RepomdData[];
}

/** Elements in each other; createrepo's file has four. */
const maxDepth = 8;
/** Elements of all: 200 data have ten each at most, and tags come on top. */
const maxElements = 5_000;
/** Data: createrepo writes three to ten, and others are added by language or tool. */
const maxData = 200;
/** Of an element that is read, characters: a SHA-512 has 128. */
const maxValue = 256;

/**
 * Reads a repomd.xml. Refused, with line and column: what is no well-formed XML in UTF-8, a DOCTYPE, entities other
 * than XML's own five, an index without size or without SHA-256 or SHA-512, a type or href listed twice.
 */
export function readRepomd(bytes: Uint8Array): Repomd | Refusal {
  const text = rootText(bytes);
  if (typeof text !== "string") return text;
  const reader = new RepomdReader();
  return reader.read(text.replace(/^\ufeff/, ""));
}

/** Ends the reading: saxes goes on after everything. */
class Stop extends Error {}

/** What is known of a `<data>` while it is open. */
interface OpenData {
  type: string;
  href?: string;
  size?: number;
  openSize?: number;
  hashes?: RepomdData["hashes"];
  openHashes?: RepomdData["hashes"];
  timestamp?: number;
}

class RepomdReader {
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  readonly #data: RepomdData[] = [];
  /** Names of the open elements. */
  readonly #open: string[] = [];
  #elements = 0;
  #inData: OpenData | undefined;
  /** Attributes and text of the innermost element, where it is one that is read. */
  #attributes: Readonly<Record<string, string>> = {};
  #value: string | undefined;
  #revision: number | undefined;
  #sawRevision = false;

  read(text: string): Repomd | Refusal {
    const parser = this.#parser;
    parser.on("error", (error) => this.#refuse(`is no well-formed XML: ${saidOf(error)}`));
    parser.on("doctype", () => this.#refuse("has a DOCTYPE"));
    parser.on("xmldecl", ({ encoding = "UTF-8" }) => {
      if (!/^utf-8$/i.test(encoding)) this.#refuse("declares another encoding than UTF-8");
    });
    parser.on("opentag", (tag) => this.#opened(tag));
    parser.on("closetag", ({ name }) => this.#closed(name));
    parser.on("text", (piece) => this.#text(piece));
    parser.on("cdata", (piece) => this.#text(piece));
    try {
      parser.write(text).close();
    } catch (error) {
      if (error instanceof Stop) return { refused: error.message };
      throw error;
    }
    const dates = this.#data.flatMap(({ timestamp }) =>
      timestamp === undefined ? [] : [timestamp],
    );
    return {
      ...(this.#revision !== undefined && { revision: this.#revision }),
      ...(dates.length > 0 && { date: Math.max(...dates) }),
      data: this.#data,
    };
  }

  #refuse(what: string): never {
    const { line, column } = this.#parser;
    throw new Stop(`Line ${line}, column ${column}: it ${what}.`);
  }

  #opened({ name, attributes }: SaxesTagPlain): void {
    if (this.#open.length === 0 && name !== "repomd") this.#refuse("is no repomd");
    this.#open.push(name);
    if (this.#open.length > maxDepth) this.#refuse(`is nested deeper than ${maxDepth}`);
    if (++this.#elements > maxElements) this.#refuse(`has more than ${maxElements} elements`);
    // An element inside one that is read would cut its text in two.
    if (this.#value !== undefined) this.#refuse("has an element inside a value");
    this.#attributes = attributes;
    const path = this.#open.join("/");
    if (path === "repomd/data") this.#openData(attributes.type ?? "");
    else if (path === "repomd/revision") this.#value = "";
    else if (path.startsWith("repomd/data/") && this.#open.length === 3) {
      if (name === "location") this.#location(attributes);
      else if (valueNames.has(name)) this.#value = "";
    }
  }

  #openData(type: string): void {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(type)) this.#refuse("has data without a type");
    if (this.#data.some((known) => known.type === type))
      this.#refuse(`has two data of type ${type}`);
    if (this.#data.length >= maxData) this.#refuse(`has more than ${maxData} data`);
    this.#inData = { type };
  }

  #location(attributes: Readonly<Record<string, string>>): void {
    const data = this.#inData;
    const { href = "" } = attributes;
    if (data === undefined || data.href !== undefined)
      this.#refuse("has two locations in one data");
    if ("xml:base" in attributes) this.#refuse("has data at another base than the repository");
    if (!listedPath(href)) this.#refuse("has an href that is no plain relative path");
    if (this.#data.some((known) => known.href === href)) this.#refuse("has the same href twice");
    data.href = href;
  }

  #text(piece: string): void {
    if (this.#value === undefined) return;
    this.#value += piece;
    if (this.#value.length > maxValue) this.#refuse(`has a value longer than ${maxValue}`);
  }

  #closed(name: string): void {
    this.#open.pop();
    const value = this.#value?.trim();
    this.#value = undefined;
    const data = this.#inData;
    if (value !== undefined && data !== undefined) this.#valueOf(data, name, value);
    else if (value !== undefined) this.#revisionOf(value);
    else if (data !== undefined && this.#open.length === 1) {
      this.#inData = undefined;
      this.#data.push(this.#complete(data));
    }
  }

  #revisionOf(value: string): void {
    if (this.#sawRevision) this.#refuse("has two revisions");
    this.#sawRevision = true;
    if (/^\d{1,15}$/.test(value)) this.#revision = Number(value);
  }

  #valueOf(data: OpenData, name: string, value: string): void {
    const once = (known: unknown) => {
      if (known !== undefined) this.#refuse(`has two ${name} in data of type ${data.type}`);
    };
    const sized = () => listedSize(value) ?? this.#refuse(`has no sensible ${name}`);
    switch (name) {
      case "size":
        once(data.size);
        data.size = sized();
        return;
      case "open-size":
        once(data.openSize);
        data.openSize = sized();
        return;
      case "checksum":
        once(data.hashes);
        data.hashes = this.#hash(value);
        return;
      case "open-checksum":
        once(data.openHashes);
        data.openHashes = this.#hash(value);
        return;
      case "timestamp":
        once(data.timestamp);
        // createrepo of Python wrote fractions.
        if (!/^\d{1,12}(?:\.\d{1,12})?$/.test(value)) this.#refuse("has no sensible timestamp");
        data.timestamp = Math.floor(Number(value)) * 1000;
    }
  }

  #hash(value: string): RepomdData["hashes"] {
    const { type } = this.#attributes;
    if (type !== "sha256" && type !== "sha512") {
      return this.#refuse("has a checksum that is neither sha256 nor sha512");
    }
    if (value.length !== hexDigits[type] || !/^[0-9a-f]+$/.test(value)) {
      this.#refuse(`has a checksum that is no ${type}`);
    }
    return { [type]: value };
  }

  #complete({ type, href, size, hashes, ...rest }: OpenData): RepomdData {
    if (href === undefined) return this.#refuse(`has no location in data of type ${type}`);
    if (size === undefined) return this.#refuse(`has no size in data of type ${type}`);
    if (hashes === undefined) return this.#refuse(`has no checksum in data of type ${type}`);
    return { type, href, size, hashes, ...rest };
  }
}

/** Elements of `<data>` whose text is read. */
const valueNames: ReadonlySet<string> = new Set([
  "size",
  "open-size",
  "checksum",
  "open-checksum",
  "timestamp",
]);

/** What saxes says is wrong; it puts the position before. */
function saidOf(error: Error): string {
  return error.message.replace(/^[\d:]+: /, "").replace(/\.$/, "");
}
