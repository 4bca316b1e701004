/** Images: the files a `SHA256SUMS` lists. It is root and index in one. */
import { classify } from "./classify.ts";
import { directoryOf, usablePath } from "./index-reader.ts";

/** Lines of one file; Debian's longest has under 100. */
const maxLines = 20_000;

/** A listed file; its size isn't in the list. */
export interface SummedFile {
  /** Inside the repository. */
  path: string;
  sha256: string;
}

/**
 * The payload files of a `sha256sum` listing (`hash  name` or `hash *name`); a sentence where a line is none.
 * A clear-signed listing is read as well: the signature's lines are passed over.
 */
export function readSums(root: string, text: string): SummedFile[] | string {
  const files: SummedFile[] = [];
  const lines = text.split(/\r?\n/, maxLines + 1);
  if (lines.length > maxLines) return `${root} has more than ${maxLines} lines`;
  const signed = lines[0] === "-----BEGIN PGP SIGNED MESSAGE-----";
  const first = signed ? lines.indexOf("") + 1 : 0;
  const signature = signed ? lines.indexOf("-----BEGIN PGP SIGNATURE-----") : -1;
  const last = signature < 0 ? lines.length : signature;
  for (let index = first; index < last; index++) {
    const line = lines[index] ?? "";
    if (line === "" || line.startsWith("#")) continue;
    const [, sha256, name = ""] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    const path = name.replace(/^\.\//, "");
    if (sha256 === undefined || !usablePath(path)) {
      return `line ${index + 1} of ${root} is no SHA-256 with a plain relative path`;
    }
    const inside = directoryOf(root) + path;
    if (classify("images", inside) === "payload") files.push({ path: inside, sha256 });
  }
  return files;
}
