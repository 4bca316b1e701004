/** SHA-256, by which stored bytes are named. */
import { createHash } from "node:crypto";

/** Length of a SHA-256, bytes. */
export const sha256Bytes = 32;

/** Lower-case hex; of a text, that of its UTF-8. */
export function sha256Of(of: Uint8Array | string): string {
  return createHash("sha256").update(of).digest("hex");
}
