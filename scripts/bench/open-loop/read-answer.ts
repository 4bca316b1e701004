/** Reads the head of an HTTP/1.1 answer, no more of it than a load needs. Pure. */

/** An answer whose head is complete. */
export interface AnswerHead {
  status: number;
  /** Of head and body. */
  bytes: number;
}

/** Longer heads are none of a server that is measured, bytes. */
const maxHead = 64 * 1024;

/**
 * @param text the connection's text from the answer's first byte on, a character a byte
 * @returns `undefined` where the head isn't complete
 * @throws where what comes is no answer, or doesn't say how long it is
 */
export function readAnswer(text: string): AnswerHead | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) {
    if (text.length <= maxHead) return undefined;
    throw new Error(`an answer's head has more than ${maxHead} bytes`);
  }
  const status = Number(text.slice(9, 12));
  if (!text.startsWith("HTTP/1.1 ") || !Number.isInteger(status) || status < 100) {
    throw new Error(`no answer of HTTP/1.1: ${JSON.stringify(text.slice(0, 60))}`);
  }
  const head = end + 4;
  // RFC 9110, 15.4.5 and 15.3.5: what stands in Content-Length there isn't sent.
  if (status === 304 || status === 204) return { status, bytes: head };
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
  if (length === undefined) {
    throw new Error("an answer doesn't say its Content-Length; this load reads no pieces");
  }
  return { status, bytes: head + Number(length) };
}
