/** Finds the lines of `Contents` among bytes, and tells what may be taken as it is. Pure. */

const tilde = 0x7e;
const blank = 0x20;
const lineEnd = 0x0a;

/** Where lines end, filled anew for each piece. */
export class LineEnds {
  /** Places of line ends, growing; the first `count` of them. */
  places = new Uint32Array(0);
  count = 0;

  /**
   * Finds all line ends in the first so many bytes. Four bytes at a time: most words have neither a line end nor an odd
   * byte, and one look tells both.
   *
   * @param bytes begin a buffer of a multiple of four bytes
   * @returns whether all of it is printable ASCII in lines
   */
  find(bytes: Uint8Array, length: number): boolean {
    if (this.places.length < length) this.places = new Uint32Array(length);
    const { places } = this;
    const words = new Uint32Array(bytes.buffer, 0, length >> 2);
    let isPlain = true;
    let count = 0;
    for (let word = 0; word < words.length; word++) {
      const four = words[word] ?? 0;
      // A byte from 0x7f on, or one below a blank, which may be a line end.
      if (((four | (four - 0x20202020) | (four + 0x01010101)) & 0x80808080) === 0) continue;
      for (let at = 4 * word; at < 4 * word + 4; at++) {
        const byte = bytes[at] ?? 0;
        if (byte === lineEnd) places[count++] = at;
        else if (byte < blank || byte > tilde) isPlain = false;
      }
    }
    for (let at = 4 * words.length; at < length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === lineEnd) places[count++] = at;
      else if (byte < blank || byte > tilde) isPlain = false;
    }
    this.count = count;
    return isPlain;
  }
}

/** Whether bytes are printable ASCII, without a line end. */
export function arePlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < blank || byte > tilde) return false;
  }
  return true;
}
