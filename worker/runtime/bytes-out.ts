/** Bytes written one after the other into memory that grows. */

const encoder = new TextEncoder();

export class BytesOut {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** @param room bytes to begin with; used again after `clear` */
  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** A view of what was written, good until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** @param value below 2^16 */
  u16(value: number): void {
    this.#make(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
  }

  /** @param value below 2^32 */
  u32(value: number): void {
    this.#make(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  /** Writes over what is at `at`. */
  u16At(at: number, value: number): void {
    this.#view.setUint16(at, value);
  }

  /** Writes over what is at `at`. */
  u32At(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** Seven bits a byte, lowest first. @param value below 2^53 */
  number(value: number): void {
    this.#make(8);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  copy(bytes: Uint8Array): void {
    this.#make(bytes.byteLength);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.byteLength;
  }

  /** UTF-8. @returns how many bytes */
  text(text: string): number {
    // Three bytes a character at most; of a pair of surrogates, two each.
    this.#make(3 * text.length);
    if (this.#ascii(text)) return text.length;
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
    return written;
  }

  /** Nearly all names are: for short ones an encoder takes ten times as long. False: nothing is written. */
  #ascii(text: string): boolean {
    const [bytes, start] = [this.#bytes, this.#length];
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit >= 128) return false;
      bytes[start + at] = unit;
    }
    this.#length += text.length;
    return true;
  }

  #make(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.byteLength) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.byteLength));
    larger.set(this.written);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
