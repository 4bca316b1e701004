/** SHA-256, by which stored bytes are named. */
import { createHash } from "node:crypto";

/** Length of a SHA-256, bytes. */
export const sha256Bytes = 32;

/** Lower-case hex; of a text, that of its UTF-8. */
export function sha256Of(of: Uint8Array | string): string {
  return createHash("sha256").update(of).digest("hex");
}

/** The SHA-256 of bytes that come in pieces. */
export class Sha256 {
  readonly #hash = createHash("sha256");

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** Of all that was added, lower-case hex. Once. */
  end(): string {
    return this.#hash.digest("hex");
  }
}
