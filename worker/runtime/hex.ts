/** Bytes as hex digits, and back. */

/** The two digits of each byte: a table takes a third of the time of `toString`. */
const digitsOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower case. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += digitsOf[byte];
  return text;
}

/**
 * Of each, in their order, lower case; undefined of what is undefined. Cut out of one text, they are written into an
 * answer in a third of the time that single ones take.
 */
export function hexOfEach(all: readonly (Uint8Array | undefined)[]): (string | undefined)[] {
  const digits = new Uint8Array(all.reduce((sum, one) => sum + 2 * (one?.byteLength ?? 0), 0));
  let at = 0;
  for (const one of all) {
    for (const byte of one ?? []) {
      digits[at++] = codeOf(byte >>> 4);
      digits[at++] = codeOf(byte & 15);
    }
  }
  const text = new TextDecoder().decode(digits);
  at = 0;
  return all.map((one) => {
    const start = at;
    at += 2 * (one?.byteLength ?? 0);
    return one && text.slice(start, at);
  });
}

/**
 * Writes hex digits as bytes. Of each file of an index: a quarter of the time of `parseInt`.
 *
 * @param digits lower case, an even number of them; others are not noticed
 */
export function writeHex(bytes: Uint8Array, at: number, digits: string): void {
  for (let index = 0; 2 * index < digits.length; index++) {
    bytes[at + index] = (digitAt(digits, 2 * index) << 4) | digitAt(digits, 2 * index + 1);
  }
}

/** ASCII has `0` at 48 and `a` at 97. */
function digitAt(digits: string, at: number): number {
  const code = digits.charCodeAt(at);
  return code < 97 ? code - 48 : code - 87;
}

function codeOf(digit: number): number {
  return digit < 10 ? 48 + digit : 87 + digit;
}
