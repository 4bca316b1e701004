/** How lists of checksums are called. Pure. */

/**
 * The name of a list of SHA-256 or SHA-512, as a pattern's text without a group: Debian's `SHA256SUMS`, Mint's
 * `sha256sum.txt`, Fedora's `NAME-CHECKSUM`, FreeBSD's `CHECKSUM.SHA512-NAME`, and `NAME.iso.sha256` for one file.
 */
const name =
  "(?:(?:[^/]*[-_.])?[Ss][Hh][Aa](?:256|512)(?:[Ss][Uu][Mm][Ss]?)?(?:\\.txt)?|(?:[^/]*-)?CHECKSUMS?(?:\\.txt)?|CHECKSUM[.-]SHA(?:256|512)-[^/]+?)";

const listPath = new RegExp(`(?:^|/)${name}$`);
const signature = /\.(?:sign|gpg|asc|sig)$/;

/** Whether a path is that of a list that can prove what it lists. */
export function isSumsList(path: string): boolean {
  return listPath.test(path) && !signature.test(path);
}

/** The same, or what signs such a list. */
export function isSumsListOrSignature(path: string): boolean {
  return isSumsList(path.replace(signature, ""));
}
