/** rpm-md's primary.xml: the packages of a repository, as createrepo_c writes them. */
import { SaxesParser, type SaxesTagPlain } from "saxes";
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused } from "../index-refused.ts";
import { type FileSink, isSha256, pathFault, sizeOf } from "../indexed-file.ts";
import { EntryCount, type LeftOut } from "../left-out.ts";
import { RawText } from "../raw-text.ts";

/** Between two tags, characters: descriptions have tens of thousands. */
const maxBetweenTags = 1024 * 1024;
/** Of a `<package>`, characters; the longest known, a kernel's with its file list, has 300,000. */
const maxPackage = 4 * 1024 * 1024;
/** Elements inside each other; a package's dependencies are at the fifth level. */
const maxDepth = 16;

/** What is known of a `<package>` while it is open. */
interface OpenPackage {
  href?: string;
  size?: string;
  sha256?: string;
  /** What is wrong with it, and where that was. */
  fault?: string;
  place?: string;
}

/**
 * `base`: the directory of `repodata/`. Needs no schema: elements it doesn't know are passed over, and so are comments.
 * A package at another base (`xml:base`) is left out: clients fetch it from there, never from us.
 */
export class PrimaryReader implements IndexReader {
  readonly #base: string;
  readonly #sink: FileSink;
  readonly #text = new RawText();
  readonly #parser = new SaxesParser({ xmlns: false });
  readonly #entries = new EntryCount();
  #packages = 0;
  #depth = 0;
  #complete = false;
  /** Positions of the parser: of the last tag, and where the present package begins. */
  #lastTag = 0;
  #packageFrom = 0;
  #package: OpenPackage | undefined;
  #hashText: string | undefined;

  constructor(base: string, sink: FileSink) {
    this.#base = base;
    this.#sink = sink;
    const parser = this.#parser;
    parser.on("error", (error) =>
      this.#refuse(`no XML: ${error.message.replace(/^\d+:\d+: /, "")}`),
    );
    parser.on("doctype", () =>
      this.#refuse("a declaration of a document's type, which isn't taken"),
    );
    parser.on("opentag", (tag) => this.#opened(tag));
    parser.on("closetag", () => this.#closed());
    parser.on("text", (text) => {
      if (this.#hashText !== undefined) this.#hashText += text;
    });
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
    if (this.#package !== undefined && this.#parser.position - this.#packageFrom > maxPackage) {
      this.#refuse(`longer than ${maxPackage} characters`);
    }
  }

  #opened({ name, attributes }: SaxesTagPlain): void {
    this.#lastTag = this.#parser.position;
    this.#depth++;
    if (this.#depth > maxDepth) this.#refuse(`more than ${maxDepth} elements inside each other`);
    if (this.#depth === 1 && name !== "metadata") this.#refuse("no list of packages");
    if (this.#depth === 2 && name === "package") {
      this.#package = {};
      this.#packageFrom = this.#lastTag;
    }
    if (this.#depth !== 3 || this.#package === undefined) return;
    const once = (value: string | undefined) => {
      if (value !== undefined) this.#odd(`has two elements ${name}`);
    };
    if (name === "location") {
      once(this.#package.href);
      if (attributes["xml:base"] !== undefined) {
        this.#odd("is at another base than the repository");
      }
      this.#package.href = attributes.href ?? "";
    } else if (name === "size") {
      once(this.#package.size);
      this.#package.size = attributes.package ?? "";
    } else if (name === "checksum" && attributes.type === "sha256") {
      once(this.#package.sha256);
      this.#hashText = "";
    }
  }

  #closed(): void {
    this.#lastTag = this.#parser.position;
    if (this.#hashText !== undefined && this.#package !== undefined && this.#depth === 3) {
      const sha256 = this.#hashText.trim();
      if (!isSha256(sha256)) this.#odd("has a SHA-256 that is none");
      this.#package.sha256 = sha256;
      this.#hashText = undefined;
    }
    if (this.#depth === 2 && this.#package !== undefined) this.#end(this.#package);
    this.#depth--;
    if (this.#depth === 0) this.#complete = true;
  }

  #end(open: OpenPackage): void {
    const place = open.place ?? this.#place();
    this.#entries.add(open.fault ?? this.#give(open), () => place);
    this.#package = undefined;
    this.#packages++;
  }

  /** Gives the file of a package; says what is wrong with the package. */
  #give({ href, size, sha256 }: OpenPackage): string | undefined {
    if (href === undefined) return "has no location";
    const fault = pathFault(href, "href");
    if (fault !== undefined) return `has ${fault}`;
    const bytes = sizeOf(size ?? "");
    if (bytes === undefined) return "has no size, or an absurd one";
    return this.#sink({
      path: this.#base + href,
      size: bytes,
      ...(sha256 !== undefined && { sha256 }),
    });
  }

  /** The open package can't be used; the first reason counts. */
  #odd(fault: string): void {
    const open = this.#package;
    if (open === undefined || open.fault !== undefined) return;
    open.fault = fault;
    open.place = this.#place();
  }

  #place(): string {
    const { line, column } = this.#parser;
    return `package ${this.#packages + 1} (line ${line}, column ${column})`;
  }

  #refuse(what: string): never {
    throw new IndexRefused(what, this.#place());
  }
}
