/**
 * Keys as paths of files. Pure.
 *
 * Each segment of a key is a name; of one that is more than letters, digits, `-`, `_` and `.`, or that begins with a
 * dot, bytes are percent-encoded. So an ordinary key is its own path, no key leaves its folder or is hidden, and two
 * keys never have one path. An empty segment is a lone `%`.
 */

/** Bytes of a key, as R2 documents it (developers.cloudflare.com/r2/platform/limits). */
const maxKeyBytes = 1024;
/** Bytes of a file's name: of the 255 of Linux, workerd adds some while it writes (`.<name>.<process>.<number>.tmp`). */
const maxNameBytes = 220;

const plain = /^(?!\.)[A-Za-z0-9._-]+$/;

/**
 * The path below the store's folder.
 *
 * @throws Error with a sentence where the key can't be a path
 */
export function pathOf(key: string): string {
  const size = new TextEncoder().encode(key).byteLength;
  if (size === 0 || size > maxKeyBytes) {
    throw new Error(`A key has 1 to ${maxKeyBytes} bytes, and this one ${size}.`);
  }
  return key.split("/").map(nameOf).join("/");
}

function nameOf(segment: string): string {
  if (segment === "") return "%";
  if (plain.test(segment)) return checkedName(segment);
  const encoded = [...new TextEncoder().encode(segment)].map((byte, at) => {
    const sign = String.fromCharCode(byte);
    const stays = /[A-Za-z0-9_-]/.test(sign) || (sign === "." && at > 0);
    return stays ? sign : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return checkedName(encoded.join(""));
}

function checkedName(name: string): string {
  if (name.length <= maxNameBytes) return name;
  throw new Error(`A part of a key takes at most ${maxNameBytes} bytes as a file's name.`);
}

/** The segment that has this name; undefined: `nameOf` gives no such name, so it is no blob's. */
export function segmentOf(name: string): string | undefined {
  try {
    const segment = name === "%" ? "" : decodeURIComponent(name);
    return nameOf(segment) === name ? segment : undefined;
  } catch {
    return undefined;
  }
}
