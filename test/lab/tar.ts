/** Writes tar archives as package tools do: ustar, with pax records where asked for. */

export interface TarEntry {
  /** At most 100 bytes; a directory ends in a slash. */
  name: string;
  bytes?: string | Uint8Array;
  /** Pax records of the entry, by keyword. */
  pax?: Record<string, string>;
}

/**
 * An archive of regular files and directories.
 * @param modified of all entries
 * @param ends without it the archive is to be continued, and has no blocks of zeros at its end
 */
export function tarOf(entries: readonly TarEntry[], modified: Date, { ends = true } = {}): Buffer {
  const parts: Buffer[] = [];
  for (const { name, bytes = "", pax } of entries) {
    if (pax !== undefined) {
      const records = Buffer.from(Object.entries(pax).map(paxRecord).join(""));
      parts.push(header("PaxHeaders/next", records.length, "x", modified), padded(records));
    }
    const body = Buffer.from(bytes);
    parts.push(header(name, body.length, name.endsWith("/") ? "5" : "0", modified), padded(body));
  }
  if (ends) parts.push(Buffer.alloc(1024));
  return Buffer.concat(parts);
}

function header(name: string, size: number, kind: "0" | "5" | "x", modified: Date): Buffer {
  const head = Buffer.alloc(512);
  const octal = (value: number, digits: number, at: number) =>
    head.write(`${value.toString(8).padStart(digits, "0")}\0`, at);
  head.write(name, 0, 100);
  octal(kind === "5" ? 0o755 : 0o644, 7, 100);
  octal(0, 7, 108);
  octal(0, 7, 116);
  octal(size, 11, 124);
  octal(Math.floor(modified.getTime() / 1000), 11, 136);
  head.write("        ", 148);
  head.write(kind, 156);
  head.write("ustar\0" + "00", 257);
  head.write("root", 265);
  head.write("root", 297);
  const sum = head.reduce((one, other) => one + other, 0);
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return head;
}

/** `LENGTH KEYWORD=VALUE`, where the length counts itself (POSIX.1-2001, pax). */
function paxRecord([keyword, value]: [string, string]): string {
  const rest = ` ${keyword}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length++;
  return length + rest;
}

function padded(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc(-body.length & 511)]);
}
