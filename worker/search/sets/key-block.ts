/**
 * Keys in their order, each with its values, as a row has them: how many, the length of their text, where the values of
 * each begin, the keys divided by line ends, and the values as differences.
 */
import { BytesOut } from "../../runtime/bytes-out.ts";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
/** Bytes of a number of the block's head. */
const wordBytes = 4;
/** Numbers before where values begin. */
const headWords = 2;

/** Gathers keys, which come in their order, until there are enough for a row. */
export class KeyBlockWriter {
  readonly #keys: string[] = [];
  readonly #begins: number[] = [];
  readonly #values = new BytesOut(wordBytes * 1024);
  #text = 0;

  /**
   * @param key a letter that says what kind of token it is, and the token
   * @param values growing; each a package's number times 4, and what is told with it in the lowest two bits
   */
  add(key: string, values: Uint32Array): void {
    this.#keys.push(key);
    this.#begins.push(this.#values.length);
    this.#text += key.length + 1;
    let before = 0;
    for (const value of values) {
      this.#values.number(value - before);
      before = value;
    }
  }

  /** Bytes that it will have, about. */
  get size(): number {
    return this.#text + this.#values.length + wordBytes * this.#begins.length;
  }

  get first(): string | undefined {
    return this.#keys[0];
  }

  /** The block; what comes next begins a new one. */
  take(): Uint8Array {
    const text = new TextEncoder().encode(this.#keys.join("\n"));
    const out = new BytesOut(this.size + 2 * text.byteLength);
    out.u32(this.#keys.length);
    out.u32(text.byteLength);
    for (const begin of this.#begins) out.u32(begin);
    out.u32(this.#values.length);
    out.copy(text);
    out.copy(this.#values.written);
    this.#keys.length = 0;
    this.#begins.length = 0;
    this.#values.clear();
    this.#text = 0;
    return out.written;
  }
}

/**
 * A block that is read. Its keys stay one text: some three hundred texts of each block, of which a search reads ten, were
 * a tenth of its time and most of what it left to be collected.
 */
export class KeyBlock {
  readonly count: number;
  readonly #text: string;
  /** Where each key begins in the text; one more behind the last. */
  readonly #begins: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #valuesAt: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.count = this.#view.getUint32(0);
    const textAt = wordBytes * (headWords + this.count + 1);
    this.#valuesAt = textAt + this.#view.getUint32(wordBytes);
    this.#text = decoder.decode(bytes.subarray(textAt, this.#valuesAt));
    this.#begins = new Uint32Array(this.count + 1);
    for (let key = 1; key < this.count; key++) {
      this.#begins[key] = this.#text.indexOf("\n", this.#begins[key - 1]) + 1;
    }
    this.#begins[this.count] = this.#text.length + 1;
  }

  /** Undefined: there are fewer. */
  key(index: number): string | undefined {
    if (index >= this.count) return undefined;
    return this.#text.slice(this.#begins[index], (this.#begins[index + 1] ?? 0) - 1);
  }

  /** The place of the first key that isn't before `text`. */
  firstNotBefore(text: string): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.key(middle) ?? "") < text) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Bytes of the values of a key: one or two for each. */
  sizeOf(index: number): number {
    const at = wordBytes * (headWords + index);
    return this.#view.getUint32(at + wordBytes) - this.#view.getUint32(at);
  }

  /** @param index of a key */
  values(index: number): Uint32Array {
    let at = this.#valuesAt + this.#view.getUint32(wordBytes * (headWords + index));
    const end = this.#valuesAt + this.#view.getUint32(wordBytes * (headWords + index + 1));
    const values = new Uint32Array(end - at);
    let count = 0;
    let before = 0;
    while (at < end) {
      let difference = 0;
      let scale = 1;
      for (;;) {
        const byte = this.#bytes[at++] ?? 0;
        difference += (byte & 127) * scale;
        if (byte < 128) break;
        scale *= 128;
      }
      before += difference;
      values[count++] = before;
    }
    return values.subarray(0, count);
  }
}

/** The place of the first of sorted texts that isn't before `text`. */
export function firstNotBefore(sorted: readonly string[], text: string): number {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? "") < text) from = middle + 1;
    else to = middle;
  }
  return from;
}
