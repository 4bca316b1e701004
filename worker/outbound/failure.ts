/** Why a server's answer is none. */

/**
 * Why a target failed.
 *
 * `unreachable` refused or reset, `timeout` no answer in time, `tls` certificate or handshake, `status` an answer
 * that is no file, `captive` a page in place of a file, `loop` redirects without end or back to us, `downgrade` a
 * redirect from https to http, `inside` a redirect to an address that the world can't reach, `size` another size than the index says, or a body that goes on, `content` other bytes,
 * `broken` a body that ended early.
 */
export type FailureKind =
  | "unreachable"
  | "timeout"
  | "tls"
  | "status"
  | "captive"
  | "loop"
  | "downgrade"
  | "inside"
  | "size"
  | "content"
  | "broken";

/** Evidence of a failure; absent fields aren't known. */
export interface Failure {
  kind: FailureKind;
  /** One sentence for people. */
  detail: string;
  url: string;
  status?: number;
  /** Milliseconds until it failed. */
  ms?: number;
  expectedSize?: number;
  seenSize?: number;
  /** The header that gave it away, e.g. `Content-Type: text/html`. */
  header?: string;
  /** The size is right: only a check of the bytes can show that the file is mended. */
  inBody?: true;
}
