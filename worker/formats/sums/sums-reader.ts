/** Lists of checksums: `SHA256SUMS`, `SHA512SUMS` and the `CHECKSUM` files of Fedora and its relatives. */
import { directoryOf, type IndexReader } from "../index-reader.ts";
import { IndexRefused } from "../index-refused.ts";
import { type FileSink, pathFault, sizeOf } from "../indexed-file.ts";
import { EntryCount, type LeftOut } from "../left-out.ts";
import { RawText } from "../raw-text.ts";
import { isOtherSum, sumsLine } from "./sums-line.ts";

/** Lines of one file; Debian's longest has under 100. */
export const maxLines = 20_000;
/** Of one line, characters: a hash of 128 and a path. */
const maxLine = 2048;

const noSum = "no SHA-256 or SHA-512 with a plain relative path";
const signedBegins = "-----BEGIN PGP SIGNED MESSAGE-----";
const signatureBegins = "-----BEGIN PGP SIGNATURE-----";

/**
 * Reads lines as `sumsLine` does, with SHA-256 or SHA-512; of the latter no hash is given. Those of other hashes are
 * passed over. `# name: 123 bytes` gives the size of a file that follows. A clear-signed list is read as well: the
 * signature's lines are passed over.
 *
 * @param root the list's path, in whose directory the files are
 */
export class SumsReader implements IndexReader {
  readonly #base: string;
  readonly #sink: FileSink;
  readonly #text = new RawText();
  readonly #sizes = new Map<string, number>();
  readonly #entries = new EntryCount();
  #rest = "";
  #lines = 0;
  #part: "list" | "armour headers" | "signature" = "list";

  constructor(root: string, sink: FileSink) {
    this.#base = directoryOf(root);
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    this.#take(this.#text.push(bytes));
  }

  end(): void {
    this.#take(this.#text.end());
    if (this.#rest !== "") this.#line(this.#rest);
    if (this.#part === "armour headers") this.#refuse("cut off in the head of a signed list");
    this.#entries.end();
  }

  get leftOut(): LeftOut | undefined {
    return this.#entries.leftOut;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#line(line);
    if (this.#rest.length > maxLine) this.#line(this.#rest);
  }

  #line(ended: string): void {
    this.#lines++;
    if (this.#lines > maxLines) this.#refuse(`more than ${maxLines} lines`);
    if (ended.length > maxLine) this.#refuse(`longer than ${maxLine} characters`);
    const place = () => `line ${this.#lines}`;
    const line = ended.endsWith("\r") ? ended.slice(0, -1) : ended;
    if (this.#lines === 1 && line === signedBegins) this.#part = "armour headers";
    else if (this.#part === "armour headers" && line === "") this.#part = "list";
    else if (this.#part === "list" && line === signatureBegins) this.#part = "signature";
    else if (this.#part === "list" && line.startsWith("#")) this.#comment(line);
    else if (this.#part === "list" && isOtherSum(line)) this.#entries.pass(noSum, place);
    else if (this.#part === "list" && line !== "") this.#entries.add(this.#entry(line), place);
  }

  #comment(line: string): void {
    const [, name, size] = /^# (.+): (\d+) bytes$/.exec(line) ?? [];
    const bytes = sizeOf(size ?? "");
    if (name !== undefined && bytes !== undefined) this.#sizes.set(name, bytes);
  }

  /** Gives the file of a line; says what is wrong with the line. */
  #entry(line: string): string | undefined {
    const read = sumsLine(line);
    const path = read?.name ?? "";
    if (read === undefined || pathFault(path, "name") !== undefined) {
      return noSum;
    }
    const size = this.#sizes.get(path);
    return this.#sink({
      path: this.#base + path,
      ...(size !== undefined && { size }),
      ...(read.algorithm === "sha256" && { sha256: read.hash }),
    });
  }

  #refuse(what: string): never {
    throw new IndexRefused(what, `line ${this.#lines}`);
  }
}
