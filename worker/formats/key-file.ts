/** A file with public keys. */

/** A file of keys, and which of them are meant. */
export interface KeyFile {
  /** Its name, for messages. */
  file: string;
  /** OpenPGP, armoured or binary, with one or more keys; or one RSA key in PEM (`rsa-key.ts`). */
  bytes: Uint8Array;
  /** Of primary keys, 40 upper-case hex digits each (64 of a v6 key); of an RSA key the SHA-256 of its DER, 64 digits. */
  fingerprints: readonly string[];
}
