/** The lines of a backup as they come, and as they go out with the digest at their end. */
import { Sha256 } from "../../runtime/sha256.ts";
import { type BackupEnd, BackupRefused } from "./format.ts";

/** Characters of a line at most: a change of an entry has two values of 256 kB, each of which may have grown threefold as JSON. */
const maxLine = 2 * 1024 * 1024;
/** Bytes of a backup at most: the longest audit log has 256 million characters, and the list's versions less than that. */
export const maxBackupBytes = 1024 * 1024 * 1024;

/**
 * The lines of a body, without their line feeds, a chunk's together. Holds a chunk and a line, whatever the length.
 *
 * @throws BackupRefused where it isn't UTF-8 or has too long a line
 */
export async function* linesOf(
  body: AsyncIterable<Uint8Array>,
  maxBytes = maxBackupBytes,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  let bytes = 0;
  const decoded = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new BackupRefused("The backup isn't UTF-8: it was cut or changed.");
    }
  };
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new BackupRefused(`A backup has ${maxBytes} bytes at most.`, 413);
    const lines = (rest + decoded(chunk)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLine) throw new BackupRefused("A line of the backup is too long.");
    if (lines.length > 0) yield lines;
  }
  rest += decoded();
  if (rest !== "") throw new BackupRefused("The backup ends within a line: it was cut.");
}

/** Counts lines and takes their digest. */
export class BackupDigest {
  readonly #sha256 = new Sha256();
  readonly #encoder = new TextEncoder();
  lines = 0;

  /** @param line without its line feed */
  add(line: string): void {
    this.#sha256.add(this.#encoder.encode(`${line}\n`));
    this.lines += 1;
  }

  /** Of all that was added. Once. */
  end(): BackupEnd {
    return { lines: this.lines, sha256: this.#sha256.end() };
  }

  /** Why an end isn't that of the lines before it; undefined: it is. Once. */
  faultOf({ lines, sha256 }: BackupEnd): string | undefined {
    const end = this.end();
    if (lines !== end.lines) {
      return `The backup has ${end.lines} lines, and had ${lines} when it was made: it was cut or changed.`;
    }
    return sha256 === end.sha256
      ? undefined
      : "The backup has other bytes than when it was made: its digest is another.";
  }
}
