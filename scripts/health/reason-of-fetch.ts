/** Why a request failed, in words for people. */

/** As OpenSSL words its errors: number, library, function, reason, place. */
const openssl = /error:[0-9A-F]+:SSL routines:[^:]*:([^:]+):/;

/**
 * @param error what `fetch` threw: it says "fetch failed", and what failed in its cause
 * @returns a few words, on one line
 */
export function reasonOfFetch(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code: unknown = Reflect.get(Object(cause), "code");
  if (code === "ECONNREFUSED") return "nothing listens there";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "its name doesn't resolve";
  const message = cause instanceof Error ? cause.message : String(cause);
  const [, reason] = openssl.exec(message) ?? [];
  if (reason !== undefined) return `TLS failed: ${reason}`;
  // Several addresses that all failed give an error without words of its own.
  return message.trim().split("\n")[0] || String(code ?? "it failed");
}
