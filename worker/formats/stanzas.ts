/** Reads stanzas divided by blank lines: the form of apt's and Alpine's indexes. */
import { Buffer } from "node:buffer";
import type { IndexReader } from "./index-reader.ts";
import { IndexRefused, rawByte } from "./index-refused.ts";
import { EntryCount, type LeftOut } from "./left-out.ts";

/**
 * Judges one stanza, which begins and ends with a line end, so that every field follows one and is followed by one.
 * Its characters are bytes: what isn't ASCII goes through `fromBytes`.
 * Says what is wrong with it, in words that follow "stanza 7": it is left out.
 */
export type OnStanza = (stanza: string) => string | undefined;

/** Of Debian's, the longest stanza has 30,000 characters (`Packages`), 400,000 (`Sources`). */
const maxStanza = 2 * 1024 * 1024;

/**
 * Takes each byte for a character. Decoding all of it as UTF-8, for the sake of few paths that need it, gives text of
 * twice the memory in workerd and takes as long as everything else here.
 */
export class StanzaReader implements IndexReader {
  readonly #onStanza: OnStanza;
  readonly #within: string | undefined;
  readonly #entries = new EntryCount();
  #bytes = 0;
  #stanzas = 0;
  /** What isn't read yet; always begins with the line end before a stanza. */
  #rest = "\n";

  /** @param within as for `rawByte` */
  constructor(onStanza: OnStanza, within?: string) {
    this.#onStanza = onStanza;
    this.#within = within;
  }

  push(bytes: Uint8Array): void {
    const nul = bytes.indexOf(0);
    if (nul >= 0) throw new IndexRefused("a NUL", rawByte(this.#bytes + nul, this.#within));
    this.#bytes += bytes.byteLength;
    this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"));
  }

  end(): void {
    this.#bytes += 2;
    this.#take("\n\n");
    this.#entries.end();
  }

  get leftOut(): LeftOut | undefined {
    return this.#entries.leftOut;
  }

  #take(text: string): void {
    // Nearly all of a long stanza was looked through before; a CR at its end may go with what comes now.
    let search = Math.max(1, this.#rest.length - 2);
    const joined = this.#rest + text;
    // apt reads lines that end in CR LF (observed, 2.6 and 3.0).
    const block = joined.includes("\r\n") ? joined.replaceAll("\r\n", "\n") : joined;
    let start = 0;
    for (;;) {
      while (block[start + 1] === "\n") start++;
      const end = block.indexOf("\n\n", Math.max(search, start + 1));
      if (end < 0) break;
      const said = this.#onStanza(block.slice(start, end + 1));
      this.#stanzas++;
      const fault = said === undefined ? undefined : `stanza ${this.#stanzas} ${said}`;
      const at = start + 1;
      this.#entries.add(fault, () => this.#placeOf(block.slice(at)));
      start = end + 1;
      search = 0;
    }
    this.#rest = block.slice(start);
    if (this.#rest.length > maxStanza) {
      this.#refuse(`is longer than ${maxStanza} characters`, this.#rest.slice(1));
    }
  }

  #refuse(what: string, behind: string): never {
    throw new IndexRefused(`stanza ${this.#stanzas + 1} ${what}`, this.#placeOf(behind));
  }

  /** Where the text was that begins with `behind`. */
  #placeOf(behind: string): string {
    return rawByte(Math.max(0, this.#bytes - behind.length), this.#within);
  }
}

/**
 * The value of a field on the line of its name; undefined: there is none, or more than one, of which readers
 * would take different ones.
 *
 * @param mark the line end, the name and what divides it from the value: `"\nSize: "`
 */
export function field(stanza: string, mark: string): string | undefined {
  const at = stanza.indexOf(mark);
  if (at < 0 || stanza.indexOf(mark, at + 1) >= 0) return undefined;
  const from = at + mark.length;
  return stanza.slice(from, stanza.indexOf("\n", from));
}

/**
 * The value of a deb822 field as apt reads it (each case tried with apt 2.6.2 and 3.0.4): names don't mind case, blanks
 * around the value don't count, the value may begin on the next line, and of a field that comes again the last counts.
 * Undefined: there is none.
 *
 * @param name as it is usually written
 */
export function aptField(stanza: string, name: string): string | undefined {
  const usual = field(stanza, `\n${name}: `);
  // Nearly every field of an archive is written so. Whether it comes again in other letters isn't looked for.
  if (usual !== undefined && isTrimmed(usual)) return usual;
  const written = new RegExp(`\\n${name}:[ \\t]*((?:\\n[ \\t]+)?[^\\n]*)`, "gi");
  return [...stanza.matchAll(written)].at(-1)?.[1]?.replace(/^[ \t\n]+|[ \t\r]+$/g, "");
}

/** No blank, tab or CR is at either end, and there is something between. */
function isTrimmed(value: string): boolean {
  return value.charCodeAt(0) > blank && value.charCodeAt(value.length - 1) > blank;
}

const blank = 0x20;

/** UTF-8 that was taken byte for character. */
export function fromBytes(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return new TextDecoder().decode(bytes);
}
