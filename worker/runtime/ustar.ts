/** Writing tar archives (POSIX.1-1988 ustar), for readers that take a whole tree at once. Pure. */

export interface TarFile {
  /** With its folders; at most 100 bytes. A folder itself ends in a slash, and has no text. */
  name: string;
  text: string;
}

/** What everything in an archive is filled up to, bytes. */
const block = 512;
/** Longer names need another form of archive. */
export const maxNameBytes = 100;

/**
 * The archive; of the same files the same bytes, as it tells no times.
 *
 * @throws Error for a name above 100 bytes, which this form can't say
 */
export function ustar(files: readonly TarFile[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const encoded = files.map(({ name, text }) => ({ name, bytes: encoder.encode(text) }));
  const size = encoded.reduce((sum, { bytes }) => sum + block + upToBlock(bytes.length), 0);
  // Two empty blocks end it.
  const archive = new Uint8Array(size + 2 * block);
  let at = 0;
  for (const { name, bytes } of encoded) {
    archive.set(header(name, bytes.length), at);
    archive.set(bytes, at + block);
    at += block + upToBlock(bytes.length);
  }
  return archive;
}

function upToBlock(length: number): number {
  return Math.ceil(length / block) * block;
}

function header(path: string, size: number): Uint8Array {
  const name = new TextEncoder().encode(path);
  if (name.length > maxNameBytes) {
    throw new Error(`A name of ${name.length} bytes; a tar archive takes ${maxNameBytes}.`);
  }
  const isFolder = path.endsWith("/");
  const bytes = new Uint8Array(block);
  const put = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  bytes.set(name);
  put(100, isFolder ? "0000755\0" : "0000644\0");
  // Owner and group: nobody in particular.
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(size, 11)}\0`);
  put(136, `${octal(0, 11)}\0`);
  // The sum counts itself as blanks.
  put(148, "        ");
  put(156, isFolder ? "5" : "0");
  put(257, "ustar\x0000");
  put(
    148,
    `${octal(
      bytes.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  );
  return bytes;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}
