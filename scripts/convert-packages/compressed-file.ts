/** A gzip file that is written bit by bit, with the hashes that `repomd.xml` has of it. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createGzip } from "node:zlib";

export interface WrittenFile {
  path: string;
  /** Bytes as stored, and as unpacked; SHA-256 of each. */
  size: number;
  sha256: string;
  openSize: number;
  openSha256: string;
}

/** Bytes that are collected before they are compressed. */
const collected = 1024 * 1024;

export class CompressedFile {
  readonly #path: string;
  readonly #gzip = createGzip();
  readonly #open = createHash("sha256");
  readonly #stored = createHash("sha256");
  readonly #ended: Promise<unknown>;
  #parts: Buffer[] = [];
  #waiting = 0;
  #openSize = 0;
  #size = 0;

  constructor(path: string) {
    this.#path = path;
    const file = createWriteStream(path);
    this.#gzip.on("data", (chunk: Buffer) => {
      this.#stored.update(chunk);
      this.#size += chunk.byteLength;
    });
    this.#gzip.pipe(file);
    this.#ended = once(file, "finish");
    // Awaited at the end alone.
    this.#ended.catch(() => undefined);
  }

  /** Text is written byte for character. */
  async write(what: string | Buffer): Promise<void> {
    const bytes = typeof what === "string" ? Buffer.from(what, "latin1") : what;
    this.#parts.push(bytes);
    this.#waiting += bytes.byteLength;
    if (this.#waiting >= collected) await this.#flush();
  }

  /** @throws Error where the file can't be written */
  async end(): Promise<WrittenFile> {
    await this.#flush();
    this.#gzip.end();
    await this.#ended;
    return {
      path: this.#path,
      size: this.#size,
      sha256: this.#stored.digest("hex"),
      openSize: this.#openSize,
      openSha256: this.#open.digest("hex"),
    };
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#waiting = 0;
    this.#openSize += bytes.byteLength;
    this.#open.update(bytes);
    if (!this.#gzip.write(bytes)) await once(this.#gzip, "drain");
  }
}
