/**
 * An index is not what it should be. Thrown while it is read, wherever that is noticed; `readIndexStream` gives it
 * to its caller as a value.
 */
export class IndexRefused extends Error {
  /** @param place where: `byte 120`, `stanza 3 (byte 2044)`, `line 7` */
  constructor(what: string, place: string) {
    super(`${place}: ${what}`);
    this.name = "IndexRefused";
  }
}

/** A place in the bytes as they are transferred. */
export function compressedByte(offset: number): string {
  return `byte ${offset} of the file`;
}

/** A place in the bytes after unpacking, or `within` a file that is in those. */
export function rawByte(offset: number, within = "unpacked"): string {
  return `byte ${offset} ${within}`;
}
