/**
 * When an https server's certificate ends, on a platform whose `fetch` hides it: asks over a plain TCP connection
 * for a TLS 1.2 handshake, whose Certificate message is in clear, and hangs up. Nothing is verified here: `fetch`
 * does that.
 */
import { clientHello } from "./client-hello.ts";
import { findCertificate, notAfter } from "./server-certificate.ts";

/** The little of a socket of `cloudflare:sockets` that is needed. */
export interface RawSocket {
  readable: {
    getReader(): {
      read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
      cancel(): Promise<unknown>;
    };
  };
  writable: { getWriter(): { write(bytes: Uint8Array): Promise<void>; releaseLock(): void } };
  close(): Promise<unknown>;
  /** Settles once the connection stands. Absent: nobody tells. */
  opened?: Promise<unknown>;
}

export type Connect = (address: { hostname: string; port: number }) => RawSocket;

/** Read at most: chains have 2 to 8 KB. */
const maxHandshakeBytes = 64 * 1024;
/** Chunks taken at most: what has come is searched from its beginning with each. */
const maxChunks = 256;

/**
 * The end of the certificate's validity, Unix ms. Undefined where the server speaks TLS 1.3 only, says anything
 * else, or takes too long. Never rejects, and always closes the connection.
 *
 * @param random in [0, 1)
 */
export async function certificateEnd(
  url: URL,
  connect: Connect,
  deadlineMs: number,
  random: () => number,
): Promise<number | undefined> {
  if (url.protocol !== "https:") return undefined;
  let socket: RawSocket | undefined;
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), deadlineMs);
  try {
    socket = connect({ hostname: url.hostname, port: Number(url.port || "443") });
    const hello = clientHello(
      url.hostname,
      Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256)),
    );
    const read = readEnd(socket, hello);
    read.catch(() => undefined);
    return await Promise.race([read, late.promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    // Not awaited: it waits for the peer.
    socket?.close().catch(() => undefined);
  }
}

async function readEnd(socket: RawSocket, hello: Uint8Array): Promise<number | undefined> {
  const writer = socket.writable.getWriter();
  await writer.write(hello);
  writer.releaseLock();
  const reader = socket.readable.getReader();
  try {
    let received = new Uint8Array();
    for (let chunk = 0; chunk < maxChunks && received.length < maxHandshakeBytes; chunk++) {
      const { done, value } = await reader.read();
      if (done || value === undefined) return undefined;
      const longer = new Uint8Array(received.length + value.length);
      longer.set(received);
      longer.set(value, received.length);
      received = longer;
      const found = findCertificate(received);
      if (found === "none") return undefined;
      if (found !== "more") return notAfter(found.der);
    }
    return undefined;
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
