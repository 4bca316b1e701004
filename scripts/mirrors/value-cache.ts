/**
 * What a list's files said when they were read last, by their bytes' hash: reading 1,576 files of YAML takes a second,
 * and nearly all of them are as they were. In the folder of whoever reads: a list's own folder may come from others, whose
 * values must not be taken for those of the files.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Json } from "../../worker/runtime/canonical-json.ts";
import { writeFiles } from "./write-files.ts";

/** Changes whenever the same bytes may be read as another value: with another YAML library, or other options of it. */
const reading = "yaml 2, core schema, 1";

/** Lists whose values are kept, the last ones read: a few MB each at most. Who has more waits a second for the others. */
const maxLists = 16;
const fileName = /^values-[0-9a-f]{16}\.json$/;

/** Values by the SHA-256 of the file's bytes, in hex. */
export class ValueCache {
  readonly #path: string;
  readonly #known: ReadonlyMap<string, Json>;
  readonly #used = new Map<string, Json>();
  #isNew = false;

  constructor(path: string) {
    this.#path = path;
    this.#known = readValues(path);
  }

  get(hash: string): Json | undefined {
    const value = this.#known.get(hash);
    if (value !== undefined) this.#used.set(hash, value);
    return value;
  }

  /** What JSON can't keep as it is isn't kept. */
  set(hash: string, value: unknown): void {
    if (!isJson(value)) return;
    this.#used.set(hash, value);
    this.#isNew = true;
  }

  /** Writes what was used since it was opened, and drops all else. Where that can't be, the next reading takes longer. */
  async keep(): Promise<void> {
    if (!this.#isNew) return;
    const text = JSON.stringify({ reading, values: Object.fromEntries(this.#used) });
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      await writeFiles(new Map([[this.#path, text]]), 0o600);
      dropOthers(this.#path);
    } catch {
      // A home that can't be written to: nothing is lost but time.
    }
  }
}

/** Where values of the list in `dir` are kept. */
export function valueCacheFile(
  dir: string,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const { XDG_CACHE_HOME: given = "" } = environment;
  const folder = given === "" ? join(home, ".cache") : given;
  const name = createHash("sha256").update(real(dir)).digest("hex").slice(0, 16);
  return join(folder, "nearmirror", `values-${name}.json`);
}

/** Removes the values of lists that were read longest ago, where there are too many beside this one's. */
function dropOthers(path: string): void {
  const folder = dirname(path);
  const others = readdirSync(folder)
    .filter((name) => fileName.test(name) && name !== basename(path))
    .map((name) => ({ file: join(folder, name), at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { file } of others.slice(maxLists - 1)) rmSync(file, { force: true });
}

function real(dir: string): string {
  try {
    return realpathSync(dir);
  } catch {
    return dir;
  }
}

/** Bits of a file's mode. */
const writableByOthers = 0o022;

function readValues(path: string): Map<string, Json> {
  try {
    // What another user may have written is no list of ours.
    const { uid, mode } = statSync(path);
    if (uid !== process.getuid?.() || (mode & writableByOthers) !== 0) return new Map();
    const kept: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (Reflect.get(Object(kept), "reading") !== reading) return new Map();
    const values: unknown = Reflect.get(Object(kept), "values");
    return new Map(Object.entries<Json>(Object(values)));
  } catch {
    return new Map();
  }
}

function isJson(value: unknown): value is Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      if (value === null) return true;
      if (Array.isArray(value)) return value.every(isJson);
      return (
        Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isJson)
      );
    default:
      return false;
  }
}
