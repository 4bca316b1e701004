/** HTTP as bytes: no library stands between the test and what the Worker's socket gets and gives. */
import { connect } from "node:net";

/** One answer's head. */
export interface Head {
  status: number;
  /** Names in lower case; a repeated header has its values in order. */
  headers: ReadonlyMap<string, readonly string[]>;
}

/** What came back on a connection that carried one message. */
export interface Received {
  /** All of it, a character per byte. */
  text: string;
  heads: Head[];
  /** The connection was still open when the time was up. */
  hung: boolean;
}

/** Sends bytes on a connection of their own, ends our half of it, and reads until the other half ends. */
export function exchange(port: number, bytes: Buffer, deadlineMs: number): Promise<Received> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let hung = false;
    const socket = connect(port, "127.0.0.1");
    const timer = setTimeout(() => {
      hung = true;
      socket.destroy();
    }, deadlineMs);
    socket.on("data", (chunk) => chunks.push(chunk));
    // A server may end the connection before it has read all of a bad request.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      const text = Buffer.concat(chunks).toString("latin1");
      resolve({ text, heads: readHeads(text), hung });
    });
    socket.end(bytes);
  });
}

/** Every head in the stream. No body of the service or of the small origin begins a line with `HTTP/1.`. */
function readHeads(text: string): Head[] {
  const heads: Head[] = [];
  for (const match of text.matchAll(
    /^HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n((?:[^\n]*[^\r\n][^\n]*\n)*)\r\n/gm,
  )) {
    const headers = new Map<string, string[]>();
    for (const line of (match[2] ?? "").split(/\r\n/)) {
      const colon = line.indexOf(":");
      if (colon < 0) continue;
      const name = line.slice(0, colon).toLowerCase();
      const value = line.slice(colon + 1).replace(/^ /, "");
      headers.set(name, [...(headers.get(name) ?? []), value]);
    }
    heads.push({ status: Number(match[1]), headers });
  }
  return heads;
}
