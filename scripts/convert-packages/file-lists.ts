/**
 * Which files each package has: apt's `Contents` turned round. The files of a suite take more memory than a process should,
 * so that lines are written to buckets by package first, and each bucket is read as a whole.
 */
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  readFileSync,
  rmSync,
  type WriteStream,
} from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { contentsLine } from "./contents-line.ts";

/** So many: 7 million lines are some 12 MB each. */
const buckets = 64;
/** Characters that are written to a bucket at once. */
const writtenAtOnce = 256 * 1024;

export interface FileLists {
  /** Paths of packages by their index, without a leading slash, in the order of Contents. Cheap where asked in order. */
  of(index: number): readonly string[];
  /** Lines that were read, and owners whose name no package has. */
  readonly lines: number;
  readonly strangers: number;
  /** Removes the buckets. */
  remove(): void;
}

/**
 * @param files `Contents-ARCH`, plain or `.gz`
 * @param names of packages by index; of a name that comes several times, each gets the files
 * @param directory for the buckets; made, and removed by `remove`
 */
export async function readFileLists(
  files: readonly string[],
  names: readonly string[],
  directory: string,
): Promise<FileLists> {
  mkdirSync(directory, { recursive: true });
  const indexes = new Map<string, number[]>();
  for (const [index, name] of names.entries())
    indexes.set(name, [...(indexes.get(name) ?? []), index]);
  const perBucket = Math.max(1, Math.ceil(names.length / buckets));
  const written = Array.from(
    { length: buckets },
    (_, number) => new Bucket(join(directory, `${number}`)),
  );
  let lines = 0;
  let strangers = 0;
  for (const file of files) {
    for await (const block of linesOf(file)) {
      for (const line of block) {
        const found = contentsLine(line);
        if (found === undefined) continue;
        lines++;
        for (const owner of found.owners) {
          const at = indexes.get(owner);
          if (at === undefined) strangers++;
          else
            for (const index of at)
              written[Math.floor(index / perBucket)]?.add(`${index}\t${found.path}\n`);
        }
      }
      await Promise.all(written.map((bucket) => bucket.flushed()));
    }
  }
  for (const bucket of written) await bucket.end();
  let open = -1;
  let held = new Map<number, string[]>();
  return {
    of(index) {
      const bucket = Math.floor(index / perBucket);
      if (bucket !== open) {
        held = byIndex(join(directory, `${bucket}`));
        open = bucket;
      }
      return held.get(index) ?? [];
    },
    lines,
    strangers,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Lines of a file, as many as came at once; byte for character. */
export async function* linesOf(file: string): AsyncGenerator<string[]> {
  const stream = createReadStream(file, { highWaterMark: 1024 * 1024 });
  const bytes = file.endsWith(".gz")
    ? stream.pipe(createGunzip({ chunkSize: 1024 * 1024 }))
    : stream;
  // `pipe` tells no error of what it reads.
  if (bytes !== stream) stream.on("error", (error) => bytes.destroy(error));
  let rest = "";
  for await (const chunk of bytes) {
    const block = (rest + Buffer.from(chunk).toString("latin1")).split("\n");
    rest = block.pop() ?? "";
    yield block;
  }
  if (rest !== "") yield [rest];
}

function byIndex(file: string): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const line of readFileSync(file, "latin1").split("\n")) {
    const tab = line.indexOf("\t");
    if (tab < 0) continue;
    const index = Number(line.slice(0, tab));
    const paths = found.get(index);
    if (paths === undefined) found.set(index, [line.slice(tab + 1)]);
    else paths.push(line.slice(tab + 1));
  }
  return found;
}

class Bucket {
  readonly #stream: WriteStream;
  #waiting: string[] = [];
  #characters = 0;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
  }

  add(line: string): void {
    this.#waiting.push(line);
    this.#characters += line.length;
  }

  async flushed(): Promise<void> {
    if (this.#characters >= writtenAtOnce) await this.#write();
  }

  async end(): Promise<void> {
    await this.#write();
    await new Promise((resolve, reject) => this.#stream.on("error", reject).end(resolve));
  }

  #write(): Promise<void> {
    const bytes = Buffer.from(this.#waiting.join(""), "latin1");
    this.#waiting = [];
    this.#characters = 0;
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
}
