/** All names of a set in one text, sorted: found exactly, by their beginning, by a part, and with a slip of the keyboard. */
import { lastNotAbove } from "./line-rows.ts";
import { namesNear } from "./names-near.ts";

const lineEnd = 0x0a;

/** Names by their place in the order of code units. */
export class NameTable {
  /** Each name between two line ends. */
  readonly text: string;
  readonly #begins: Uint32Array;

  /** @param text as `NameTable.of` writes it */
  constructor(text: string) {
    this.text = text;
    this.#begins = beginsOf(text);
  }

  /** @param names sorted, each once */
  static of(names: readonly string[]): NameTable {
    return new NameTable(`\n${names.join("\n")}${names.length > 0 ? "\n" : ""}`);
  }

  get count(): number {
    return this.#begins.length - 1;
  }

  /** Bytes that it takes in memory. */
  get bytes(): number {
    return this.text.length + this.#begins.byteLength;
  }

  /** @param id below `count` */
  name(id: number): string {
    return this.text.slice(this.#begins[id], (this.#begins[id + 1] ?? 0) - 1);
  }

  lengthOf(id: number): number {
    return (this.#begins[id + 1] ?? 0) - (this.#begins[id] ?? 0) - 1;
  }

  /** The code unit at a place of a name; a line end behind its last. */
  codeAt(id: number, place: number): number {
    return this.text.charCodeAt((this.#begins[id] ?? 0) + place);
  }

  doesBeginWith(id: number, prefix: string): boolean {
    return this.text.startsWith(prefix, this.#begins[id]);
  }

  /** Undefined: there is none of that name. */
  find(name: string): number | undefined {
    const id = this.firstNotBefore(name);
    return id < this.count && this.name(id) === name ? id : undefined;
  }

  /** The first name that isn't before `text` in the order; `count`: all are. */
  firstNotBefore(text: string): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.name(middle) < text) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** From the first name that begins so to before the first one behind them. */
  beginning(prefix: string): [number, number] {
    // A line end stands between names alone.
    if (prefix.includes("\n")) return [0, 0];
    const from = this.firstNotBefore(prefix);
    let to = from;
    // Doubling first: most prefixes have few names, and the empty one has all.
    for (let step = 1; step > 0; ) {
      const at = to + step - 1;
      if (at < this.count && this.doesBeginWith(at, prefix)) {
        to = at + 1;
        step *= 2;
      } else step = step >> 1;
    }
    return [from, to];
  }

  /** Names that have that text in them, in their order. @param most of them */
  containing(part: string, most: number): number[] {
    const found: number[] = [];
    if (part.includes("\n")) return found;
    let at = this.text.indexOf(part);
    while (at >= 0 && found.length < most) {
      const id = lastNotAbove(this.#begins, at);
      if (id >= this.count) break;
      if (id >= 0) found.push(id);
      at = this.text.indexOf(part, (this.#begins[id + 1] ?? at) - 1);
    }
    return found;
  }

  /**
   * Names that one edit makes of a word, or whose first part, before a hyphen, it makes: `fierfox` finds `firefox-esr`.
   *
   * @param see is told which it was
   */
  oneEditFrom(word: string, see: (id: number, isWhole: boolean) => void): void {
    namesNear({ text: this.text, begins: this.#begins }, word, see);
  }
}

/** Where each name begins, and where one behind the last would. */
function beginsOf(text: string): Uint32Array {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  const begins = new Uint32Array(count);
  let next = 0;
  for (let at = 0; at < text.length && next < count; at++) {
    if (text.charCodeAt(at) === lineEnd) begins[next++] = at + 1;
  }
  return begins;
}
