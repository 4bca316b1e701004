/** A package set that is open: everything that is asked of it, without any ranking. */
import type { Advisory, PackageGroup, PackageRecord } from "../../formats/package-record.ts";
import { briefOf } from "./brief-record.ts";
import { descriptionToken, keyKinds, keyNumber } from "./key-kinds.ts";
import { KeyReader } from "./key-rows.ts";
import { LineReader } from "./line-rows.ts";
import type { SetMemory } from "./set-memory.ts";
import type { SetRows } from "./set-rows.ts";

export interface StoredPackage {
  record: PackageRecord;
  component?: string;
}

/** As both regions of records have it: the component or null, the record. */
type StoredLine = [string | null, PackageRecord];

/** All of it reads SQLite, and nothing is awaited. */
export class PackageSet {
  readonly memory: SetMemory;
  readonly keys: KeyReader;
  readonly #records: LineReader<StoredLine>;
  readonly #briefs: LineReader<StoredLine> | undefined;
  readonly #descriptions: LineReader<string>;
  readonly #advisories: LineReader<Advisory>;
  readonly #groups: LineReader<PackageGroup>;

  constructor(rows: SetRows, memory: SetMemory) {
    this.memory = memory;
    this.keys = new KeyReader(rows, memory.keyFirsts);
    this.#records = new LineReader(rows, "records", memory.recordFirsts);
    if (memory.briefFirsts !== undefined) {
      this.#briefs = new LineReader(rows, "briefs", memory.briefFirsts, true);
    }
    this.#descriptions = new LineReader(rows, "descriptions", memory.descriptionFirsts);
    this.#advisories = new LineReader(rows, "advisories", memory.advisoryFirsts);
    this.#groups = new LineReader(rows, "groups", memory.groupFirsts);
  }

  /** How many packages it has. */
  get count(): number {
    return this.memory.packages;
  }

  /** Numbers of all packages of a name, in the order in which they were added. @param id of the name */
  packagesOf(id: number): Uint32Array {
    const { begins, byName } = this.memory;
    return byName.subarray(begins[id], begins[id + 1]);
  }

  /** Numbers of packages that a key names. @param kind one of `keyKinds` */
  keyed(kind: string, token: string): number[] {
    return Array.from(this.keys.values(kind + token), keyNumber);
  }

  /** In the order of the numbers. */
  packages(numbers: readonly number[]): StoredPackage[] {
    return this.#records.read(numbers).map(storedPackage);
  }

  /** The same with `briefOf` their records: a tenth of the time, where they stand in many rows. */
  briefs(numbers: readonly number[]): StoredPackage[] {
    if (this.#briefs !== undefined) return this.#briefs.read(numbers).map(storedPackage);
    return this.packages(numbers).map((one) => ({ ...one, record: briefOf(one.record) }));
  }

  /** The longer description of a package, where another index than its own tells it. */
  description({
    name,
    descriptionDigest,
  }: Pick<PackageRecord, "name" | "descriptionDigest">): string | undefined {
    // Where the index of descriptions tells no digests, and in sets of a version before, the name is all there is.
    const [line] = [descriptionToken(name, descriptionDigest), name].flatMap((token) =>
      this.keyed(keyKinds.description, token),
    );
    if (line === undefined) return undefined;
    return this.#descriptions.read([line])[0];
  }

  /** Advisories that name one of these packages, each once. */
  advisories(names: readonly string[]): Advisory[] {
    const lines = new Set(names.flatMap((name) => this.keyed(keyKinds.advisory, name)));
    return this.#advisories.read([...lines].sort((a, b) => a - b));
  }

  /** Groups of these ids, in the order in which they were added; of none: all. */
  groups(ids: readonly string[]): PackageGroup[] {
    const lines = new Set<number>();
    if (ids.length === 0) {
      for (const { values } of this.keys.beginning(keyKinds.group)) {
        for (const value of values()) lines.add(keyNumber(value));
      }
    }
    for (const id of ids) for (const line of this.keyed(keyKinds.group, id)) lines.add(line);
    return this.#groups.read([...lines].sort((a, b) => a - b));
  }
}

function storedPackage([component, record]: StoredLine): StoredPackage {
  return component === null ? { record } : { record, component };
}
