/** rpm's `repomd.xml`: the indexes of a repository, by href, size and hash. Pure. */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import { EntryCount, type LeftOut } from "../left-out.ts";
import type { Refusal } from "../refusal.ts";
import { type Hashes, hexDigits, listedPath, listedSize, rootText } from "../root-text.ts";

/** One `<data>`. */
export interface RepomdData {
  /** `primary`, `filelists`, `updateinfo`, ... */
  type: string;
  /** Relative to the directory that `repodata/` is in. */
  href: string;
  /** Bytes. Absent where it isn't told, or two sizes are: clients go by the checksum. */
  size?: number;
  hashes: Pick<Hashes, "sha256" | "sha512">;
  /** Unix time, ms. */
  timestamp?: number;
}

export interface Repomd {
  /** createrepo's is the time in seconds, others count; absent where it is no number. For `notOlder`. */
  revision?: number;
  /** The newest timestamp of the data, Unix time, ms. For `notOlder`. */
  date?: number;
  data: readonly RepomdData[];
  /** Data that can't be used; absent: none. */
  leftOut?: LeftOut;
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
 * Reads a repomd.xml as dnf and libsolv do (each case tried with dnf 4.23 and zypper 1.14.89): of a location, checksum
 * or size that comes again in one data, the last; a data of a type that was there before counts as well. Left out and
 * counted is a data that can't be had from us verified: without location, at another base, with another checksum than
 * SHA-256 and SHA-512. Refused, with line and column, is what is no well-formed XML in UTF-8, and by design a DOCTYPE and
 * entities other than XML's own five: their cost has no bound.
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
  /** All that are told. */
  sizes: Set<string>;
  hashes?: RepomdData["hashes"];
  timestamp?: number;
  /** What is wrong with its location, or with its checksum. */
  elsewhere?: string | undefined;
  unproven?: string | undefined;
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
  /** Of the element whose text that is. */
  #valueDepth = 0;
  #revision: number | undefined;
  readonly #entries = new EntryCount();

  read(text: string): Repomd | Refusal {
    const parser = this.#parser;
    const isAscii = /^\p{ASCII}*$/u.test(text);
    parser.on("error", (error) => this.#refuse(`is no well-formed XML: ${saidOf(error)}`));
    parser.on("doctype", () => this.#refuse("has a DOCTYPE"));
    parser.on("xmldecl", ({ encoding = "UTF-8" }) => {
      const isSame = isAscii && /^(?:us-ascii|iso-8859-\d+|windows-125\d)$/i.test(encoding);
      if (!isSame && !/^utf-8$/i.test(encoding)) {
        this.#refuse("declares another encoding than UTF-8");
      }
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
    const { leftOut } = this.#entries;
    return {
      ...(this.#revision !== undefined && { revision: this.#revision }),
      ...(dates.length > 0 && { date: Math.max(...dates) }),
      data: this.#data,
      ...(leftOut && { leftOut }),
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
    // An element inside one that is read: its own text isn't that one's.
    if (this.#value !== undefined) return;
    this.#attributes = attributes;
    const path = this.#open.join("/");
    if (path === "repomd/data") this.#openData(attributes.type ?? "");
    else if (path === "repomd/revision") this.#openValue();
    else if (path.startsWith("repomd/data/") && this.#open.length === 3) {
      if (name === "location") this.#location(attributes);
      else if (valueNames.has(name)) this.#openValue();
    }
  }

  #openValue(): void {
    this.#value = "";
    this.#valueDepth = this.#open.length;
  }

  #openData(type: string): void {
    if (this.#data.length >= maxData) this.#refuse(`has more than ${maxData} data`);
    this.#inData = { type, sizes: new Set() };
  }

  #location({ href = "", ...attributes }: Readonly<Record<string, string>>): void {
    const data = this.#inData;
    if (data === undefined) return;
    const path = href.replace(/^(?:\.\/)+/, "");
    data.href = path;
    data.elsewhere =
      "xml:base" in attributes
        ? "is at another base than the repository"
        : listedPath(path)
          ? undefined
          : "has an href that is no plain relative path";
  }

  #text(piece: string): void {
    if (this.#value === undefined || this.#open.length !== this.#valueDepth) return;
    this.#value += piece;
    if (this.#value.length > maxValue) this.#refuse(`has a value longer than ${maxValue}`);
  }

  #closed(name: string): void {
    const isValue = this.#value !== undefined && this.#open.length === this.#valueDepth;
    this.#open.pop();
    const data = this.#inData;
    if (isValue) {
      const value = (this.#value ?? "").trim();
      this.#value = undefined;
      if (data !== undefined) this.#valueOf(data, name, value);
      else if (/^\d{1,15}$/.test(value)) this.#revision ??= Number(value);
    } else if (data !== undefined && this.#open.length === 1) {
      this.#inData = undefined;
      this.#end(data);
    }
  }

  #valueOf(data: OpenData, name: string, value: string): void {
    if (name === "size") data.sizes.add(value);
    else if (name === "checksum") this.#checksum(data, value);
    // createrepo of Python wrote fractions.
    else if (/^\d{1,12}(?:\.\d{1,12})?$/.test(value)) {
      data.timestamp = Math.floor(Number(value)) * 1000;
    }
  }

  #checksum(data: OpenData, value: string): void {
    const type = this.#attributes.type?.toLowerCase();
    data.unproven = undefined;
    if (type !== "sha256" && type !== "sha512") {
      data.unproven = "has a checksum that is neither sha256 nor sha512";
    } else if (value.length !== hexDigits[type] || !/^[0-9a-f]+$/.test(value)) {
      data.unproven = `has a checksum that is no ${type}`;
    } else data.hashes = { [type]: value };
  }

  #end(open: OpenData): void {
    const { line, column } = this.#parser;
    const said = this.#take(open);
    const named = `data of type ${JSON.stringify(open.type)}`;
    const fault = said === undefined ? undefined : `${named} ${said}`;
    this.#entries.add(fault, () => `line ${line}, column ${column}`);
  }

  /** Takes a whole data; says what is wrong with it. */
  #take({
    type,
    href,
    sizes,
    hashes,
    timestamp,
    elsewhere,
    unproven,
  }: OpenData): string | undefined {
    if (href === undefined) return "has no location";
    if (elsewhere !== undefined) return elsewhere;
    if (unproven !== undefined) return unproven;
    if (hashes === undefined) return "has no checksum";
    const known = this.#data.find((one) => one.href === href);
    if (known !== undefined) {
      const isSame = Object.entries(hashes).every(([name, hash]) =>
        Object.entries(known.hashes).some((one) => one[0] === name && one[1] === hash),
      );
      return isSame ? undefined : "has an href that was there before, with another checksum";
    }
    const [told = ""] = sizes;
    const size = sizes.size === 1 ? listedSize(told) : undefined;
    this.#data.push({
      type,
      href,
      ...(size !== undefined && { size }),
      hashes,
      ...(timestamp !== undefined && { timestamp }),
    });
    return undefined;
  }
}

/** Elements of `<data>` whose text is read. */
const valueNames: ReadonlySet<string> = new Set(["size", "checksum", "timestamp"]);

/** What saxes says is wrong; it puts the position before. */
function saidOf(error: Error): string {
  return error.message.replace(/^[\d:]+: /, "").replace(/\.$/, "");
}
