/** Text of an index from its bytes, and where in those bytes a piece of it is. */
import { IndexRefused, rawByte } from "./index-refused.ts";

export class RawText {
  // Text that isn't UTF-8 is let pass, as descriptions of old packages aren't; `usablePath` refuses such a path.
  readonly #decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  readonly #within: string | undefined;
  #bytes = 0;

  /** @param within as for `rawByte` */
  constructor(within?: string) {
    this.#within = within;
  }

  /** The text of the next bytes. Throws `IndexRefused` for a NUL. */
  push(bytes: Uint8Array): string {
    const nul = bytes.indexOf(0);
    if (nul >= 0) throw new IndexRefused("a NUL", rawByte(this.#bytes + nul, this.#within));
    this.#bytes += bytes.byteLength;
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** What is left of a character that was cut off. */
  end(): string {
    return this.#decoder.decode();
  }

  /** Where the text was that was followed by `behind`, and by nothing else until now; exact for UTF-8. */
  placeBefore(behind: string): string {
    const offset = this.#bytes - new TextEncoder().encode(behind).byteLength;
    return rawByte(Math.max(0, offset), this.#within);
  }
}
