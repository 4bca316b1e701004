/** Builds a package set: each package's record, what it is found by, and what ranking goes by. */
import { detached } from "../../formats/index-reader.ts";
import type {
  Advisory,
  PackageCommands,
  PackageGroup,
  PackageRecord,
} from "../../formats/package-record.ts";
import type { PackageSetBuild } from "../package-set.ts";
import { folded, wordsOf, wordsOfName, wordsOfTags } from "../query/words.ts";
import { traitsOf } from "../rank/traits.ts";
import { briefOf } from "./brief-record.ts";
import { GrowingNumbers } from "./growing-numbers.ts";
import { KeyGathering } from "./key-gathering.ts";
import { descriptionToken, fieldBits, keyKinds, keyValue } from "./key-kinds.ts";
import { LineWriter } from "./line-rows.ts";
import { NameTable } from "./name-table.ts";
import { ColumnWriter, type SetHead } from "./set-memory.ts";
import type { SetRows } from "./set-rows.ts";

/** Relations that count as needing a package. */
const needing = ["preDepends", "depends", "recommends", "suggests"] as const;
/** Words of a summary are told up to here: a byte. */
const maxSummaryWords = 255;
/** Names that are put in order in one step. */
const namesAtOnce = 20_000;

/** How a set's kind writes names in relations: `PackageReading.namesIn`. */
export type NamesIn = (entry: string) => string[];

export class BuildPackageSet implements PackageSetBuild {
  readonly #rows: SetRows;
  readonly #namesIn: NamesIn;
  readonly #finished: (head: SetHead) => void;
  readonly #keys: KeyGathering;
  readonly #records: LineWriter;
  readonly #briefs: LineWriter;
  readonly #descriptions: LineWriter;
  readonly #advisories: LineWriter;
  readonly #groups: LineWriter;
  /** By name: its number in `#names`, in the order of coming. */
  readonly #known = new Map<string, number>();
  readonly #names: string[] = [];
  /** By name: its first package. */
  readonly #firsts = new GrowingNumbers();
  /** By package. */
  readonly #nameOf = new GrowingNumbers();
  readonly #archOf = new GrowingNumbers();
  /** By name: of its last package. */
  readonly #traits = new GrowingNumbers();
  readonly #summaryWords = new GrowingNumbers();
  readonly #architectures: string[] = [];

  /** @param finished takes the head when all else is stored: from then on the set is whole */
  constructor(rows: SetRows, namesIn: NamesIn, finished: (head: SetHead) => void) {
    this.#rows = rows;
    this.#namesIn = namesIn;
    this.#finished = finished;
    this.#keys = new KeyGathering(rows);
    this.#records = new LineWriter(rows, "records");
    this.#briefs = new LineWriter(rows, "briefs", true);
    this.#descriptions = new LineWriter(rows, "descriptions");
    this.#advisories = new LineWriter(rows, "advisories");
    this.#groups = new LineWriter(rows, "groups");
  }

  add(record: PackageRecord, component: string | undefined): void {
    const number = this.#records.add([component ?? null, record]);
    this.#briefs.add([component ?? null, briefOf(record)]);
    const { name } = record;
    const value = keyValue(number);
    const words = wordsOf(record.summary ?? "");
    const known = this.#nameNumber(name, number);
    this.#nameOf.set(number, known);
    this.#archOf.set(number, this.#architecture(record.architecture));
    this.#traits.set(known, traitsOf(record));
    this.#summaryWords.set(known, Math.min(words.length, maxSummaryWords));
    for (const word of wordsOfName(name))
      this.#keys.add(keyKinds.word, word, value | fieldBits.name);
    for (const word of words) this.#keys.add(keyKinds.word, word, value | fieldBits.summary);
    for (const word of wordsOfTags(record.tags)) this.#keys.add(keyKinds.word, word, value);
    this.#describe(record.description, value);
    this.#keys.add(keyKinds.source, record.source ?? name, value);
    this.#fold(name, value);
    for (const entry of record.relations?.provides ?? []) {
      for (const token of this.#namesIn(entry)) {
        this.#keys.add(keyKinds.provides, token, value);
        this.#fold(token, value);
      }
    }
    for (const kind of needing) {
      for (const entry of record.relations?.[kind] ?? []) {
        for (const token of this.#namesIn(entry)) this.#keys.add(keyKinds.needs, token, value);
      }
    }
    for (const command of record.commands ?? []) this.#command(command, value);
  }

  describe(name: string, description: string, digest: string | undefined): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    const value = keyValue(this.#firsts.at(known));
    const line = this.#descriptions.add(description);
    this.#keys.add(keyKinds.description, descriptionToken(name, digest), keyValue(line));
    this.#describe(description, value);
  }

  commands({ name, commands }: PackageCommands): void {
    const known = this.#known.get(name);
    if (known === undefined) return;
    const value = keyValue(this.#firsts.at(known));
    for (const command of commands) this.#command(command, value);
  }

  advisory(one: Advisory): void {
    const value = keyValue(this.#advisories.add(one));
    for (const { name } of one.packages) this.#keys.add(keyKinds.advisory, name, value);
  }

  group(one: PackageGroup): void {
    this.#keys.add(keyKinds.group, one.id, keyValue(this.#groups.add(one)));
  }

  *finish(): Generator<void> {
    // By code units, as a sort without a comparison goes: half of the time of one with it.
    const sorted = this.#names.toSorted();
    yield;
    const place = new Uint32Array(sorted.length);
    for (const [at, name] of sorted.entries()) {
      place[this.#known.get(name) ?? 0] = at;
      if (at % namesAtOnce === 0) yield;
    }
    const nameOf = this.#nameOf.all().map((known) => place[known] ?? 0);
    yield;
    const names = NameTable.of(sorted);
    yield;
    const neededBy = new Uint32Array(sorted.length);
    const keyFirsts = yield* this.#keys.finish((key, values) => {
      if (!key.startsWith(keyKinds.needs)) return;
      const id = names.find(key.slice(1));
      if (id !== undefined) neededBy[id] = differentNames(values, nameOf);
    });
    const columns = new ColumnWriter(this.#rows);
    const inOrder = <Column extends Uint8Array | Uint16Array>(
      numbers: GrowingNumbers,
      column: Column,
    ): Column => {
      for (const [known, at] of place.entries()) column[at] = numbers.at(known);
      return column;
    };
    yield* columns.writeText("names", names.text);
    yield* columns.writeText("keyFirsts", keyFirsts.join("\n"));
    yield* columns.write("nameOf", nameOf);
    const { begins, byName } = packagesByName(nameOf, sorted.length);
    yield* columns.write("begins", begins);
    yield* columns.write("byName", byName);
    yield* columns.write("archOf", Uint16Array.from(this.#archOf.all()));
    const { length } = sorted;
    yield* columns.write("traitsOf", inOrder(this.#traits, new Uint16Array(length)));
    yield* columns.write("summaryWords", inOrder(this.#summaryWords, new Uint8Array(length)));
    yield* columns.write("neededBy", neededBy);
    yield* columns.write("recordFirsts", this.#records.end());
    yield* columns.write("briefFirsts", this.#briefs.end());
    yield* columns.write("descriptionFirsts", this.#descriptions.end());
    yield* columns.write("advisoryFirsts", this.#advisories.end());
    yield* columns.write("groupFirsts", this.#groups.end());
    this.#finished({
      packages: this.#records.count,
      architectures: this.#architectures,
      columns: columns.columns,
    });
  }

  #nameNumber(name: string, number: number): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const next = this.#names.length;
    const own = detached(name);
    this.#known.set(own, next);
    this.#names.push(own);
    this.#firsts.set(next, number);
    return next;
  }

  #architecture(name: string): number {
    const known = this.#architectures.indexOf(name);
    if (known >= 0) return known;
    this.#architectures.push(detached(name));
    return this.#architectures.length - 1;
  }

  #describe(text: string | undefined, value: number): void {
    if (text === undefined) return;
    for (const word of wordsOf(text)) this.#keys.add(keyKinds.longer, word, value);
  }

  #command(command: string, value: number): void {
    this.#keys.add(keyKinds.command, command, value);
    this.#fold(command, value);
  }

  /** What is typed in other case finds it too. */
  #fold(token: string, value: number): void {
    const lower = folded(token);
    if (lower !== token) this.#keys.add(keyKinds.folded, lower, value);
  }
}

function differentNames(values: Uint32Array, nameOf: Uint32Array): number {
  const names = new Set<number>();
  for (const value of values) names.add(nameOf[value >>> 2] ?? 0);
  return names.size;
}

function packagesByName(
  nameOf: Uint32Array,
  names: number,
): { begins: Uint32Array; byName: Uint32Array } {
  const begins = new Uint32Array(names + 1);
  for (const id of nameOf) begins[id + 1] = (begins[id + 1] ?? 0) + 1;
  for (let id = 1; id <= names; id++) begins[id] = (begins[id] ?? 0) + (begins[id - 1] ?? 0);
  const filled = begins.slice();
  const byName = new Uint32Array(nameOf.length);
  for (const [number, id] of nameOf.entries()) {
    const at = filled[id] ?? 0;
    byName[at] = number;
    filled[id] = at + 1;
  }
  return { begins, byName };
}
