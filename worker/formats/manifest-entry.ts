/** What a root tells of a file that it names. */

/** Size and hashes of a file that a root names. */
export interface ManifestEntry {
  size: number;
  sha256?: string;
  /** Where there is no SHA-256 either, the file can't be verified: it comes from the origin as it is. */
  sha512?: string;
  /** For `by-hash/MD5Sum/` and `by-hash/SHA1/` only; never trusted. */
  sha1?: string;
  md5?: string;
}
