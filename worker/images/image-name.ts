/** A file's name in its parts, as every rule reads it. Pure. */

import { isSumsList } from "../formats/sums/sums-names.ts";
import { takeArchitectures } from "./architectures.ts";

export interface ImageName {
  /** Its repository's name, lower case: a hint for files called `boot.iso`. */
  repository: string;
  /** Inside the repository. */
  path: string;
  /** The last segment. */
  name: string;
  /** The name without `format`. */
  stem: string;
  /** What stands between the stem's separators, lower case, without architectures: `workstation`, `live`, `43`, `1.6`. */
  words: readonly string[];
  /** The folders above, lower case, the outermost first. */
  folders: readonly string[];
  /** dpkg's names of those that the name has as a token; where it has none, of the innermost folder that has some. */
  architectures: readonly string[];
  /** `iso`, `raw.xz`; empty: it has no ending. */
  format: string;
  /** It tells of an image, or makes one from parts (`.torrent`, `.jigdo`), and is none. */
  isBeside: boolean;
}

const images =
  "iso|img|raw|qcow2?|vmdk|vhdx?|vhdfixed|vdi|qcow2c|ova|ovf|box|wsl|ami|oci|ociarchive|squashfs|erofs|cpio";
const packings = "tar|gz|xz|bz2|zst|zip|7z|tgz|txz|lz4";
const beside =
  "jigdo|template|torrent|zsync|manifest|list|txt|log|json|sig|sign|asc|gpg|sha\\d+(?:sums?)?|md5(?:sums?)?|checksum|contents|packages|changelog|metalink|meta4|html?|md|ya?ml|xml|info|diff|filelist|verity|apk|deb|udeb|rpm|crt|csv|tsv|ini|cfg|conf|ks|efi|dtb|bat|sh|exe";
const known = new RegExp(`\\.(?:vagrant[-.](?:\\w+)\\.box|${images}|${packings}|${beside})$`, "i");
const isBesideName = new RegExp(`\\.(?:${beside})$`, "i");

/** Takes a path of a repository apart. */
export function readName(repository: string, path: string): ImageName {
  const segments = path.split("/");
  const name = segments.pop() ?? "";
  const folders = segments.map((one) => one.toLowerCase());
  let stem = name;
  for (let ending = known.exec(stem); ending !== null; ending = known.exec(stem)) {
    // A name that is nothing but an ending: `.img`.
    if (ending.index === 0) break;
    stem = stem.slice(0, ending.index);
  }
  const { architectures, rest } = takeArchitectures(stem);
  const ofFolder = () =>
    folders
      .toReversed()
      .map((folder) => takeArchitectures(folder).architectures)
      .find((found) => found.length > 0) ?? [];
  return {
    repository: repository.toLowerCase(),
    path,
    name,
    stem,
    words: wordsOf(rest),
    folders,
    architectures: architectures.length > 0 ? architectures : ofFolder(),
    format: name.slice(stem.length + 1).toLowerCase(),
    isBeside: isBesideName.test(name) || isSumsList(name),
  };
}

/** A dot separates where a letter stands beside it: `GenericCloud.latest`, not `13.2.0`. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[-_ +~:()]+|\.(?=[a-z-]|$)|(?<=[a-z-])\.|^\./)
    .filter((word) => word !== "");
}
