/** pacman's `NAME.files`: the database with a `files` file for each package. */
import { tarFraming } from "../compression/tar.ts";
import type { IndexReader } from "../index-reader.ts";
import { IndexRefused } from "../index-refused.ts";
import { installedPath } from "../installed-path.ts";
import { EntryCount } from "../left-out.ts";
import type { PackageFileSink } from "../package-record.ts";
import { RawText } from "../raw-text.ts";
import { isWord } from "../record-text.ts";

/** Of a line that isn't ended yet, characters: a path has 4,096 at most. */
const maxLine = 16 * 1024;

/** Whose files they are is told by their folder, `name-version-release`, as libalpm goes by it. */
export function filesReader(sink: PackageFileSink): IndexReader {
  const entries = new EntryCount();
  let packages = 0;
  const tar = tarFraming((name) => {
    const [, folder] = /^([^/]+)\/files$/.exec(name) ?? [];
    if (folder === undefined) return undefined;
    packages++;
    const place = `package ${packages} (${folder.slice(0, 200)})`;
    const owner = /^(.+)-[^-]+-[^-]+$/.exec(folder)?.[1];
    const lines = new FilesLines(owner, sink, place);
    return {
      each: (piece) => lines.push(piece),
      end: () => entries.add(lines.end(), () => place),
    };
  });
  return {
    push: (bytes) => void tar.push(bytes),
    end() {
      tar.end();
      entries.end();
    },
    get leftOut() {
      return entries.leftOut;
    },
  };
}

/** The lines behind `%FILES%` until an empty one; folders end in a slash. */
class FilesLines {
  readonly #text: RawText;
  readonly #place: string;
  readonly #owners: readonly string[];
  readonly #sink: PackageFileSink;
  #rest = "";
  #isInFiles = false;
  #fault: string | undefined;

  constructor(owner: string | undefined, sink: PackageFileSink, place: string) {
    this.#text = new RawText(`of ${place}`);
    this.#place = place;
    this.#owners = owner === undefined ? [] : [owner];
    this.#sink = sink;
    if (!isWord(owner)) this.#fault = "has a folder that is no name with version and release";
  }

  push(bytes: Uint8Array): void {
    this.#take(this.#text.push(bytes));
  }

  /** Says what is wrong with the package. */
  end(): string | undefined {
    this.#take(`${this.#text.end()}\n`);
    return this.#fault;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > maxLine) {
      throw new IndexRefused(`a line longer than ${maxLine} characters`, this.#place);
    }
    for (const line of lines) this.#line(line.replace(/\r$/, ""));
  }

  #line(line: string): void {
    if (!this.#isInFiles || line === "") {
      this.#isInFiles = line === "%FILES%";
      return;
    }
    if (this.#owners.length === 0 || line.endsWith("/")) return;
    const path = installedPath(line);
    const said =
      path === undefined ? "has a file whose path is none" : this.#sink(path, this.#owners);
    this.#fault ??= said;
  }
}
