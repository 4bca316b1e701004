/** Clients of a proxy: HTTP/1.1, HTTP/2, and bytes as they are given. */
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Front, frontName } from "../../lab/fronts.ts";

/** The address that clients ask from, of loopback. */
export const clientAddress = "127.0.0.7";

export interface Asking {
  /** Default https. */
  scheme?: "http" | "https";
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
  /** PEM that signed the proxy's certificate. */
  authority: string;
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** By HTTP/1.1. @param path goes out as it is written */
export function askFront(front: Front, path: string, asking: Asking): Promise<Answer> {
  const { scheme = "https", method = "GET", headers = {}, body, authority } = asking;
  const options = {
    host: "127.0.0.1",
    port: front[scheme],
    path,
    method,
    localAddress: clientAddress,
    agent: false as const,
    headers: { Host: frontName, ...headers },
  };
  return new Promise((resolve, reject) => {
    const take = (answer: IncomingMessage) => {
      const status = answer.statusCode ?? 0;
      answer
        .toArray()
        .then((chunks) => resolve({ status, headers: answer.headers, body: Buffer.concat(chunks) }))
        .catch(reject);
    };
    const asked =
      scheme === "http"
        ? httpRequest(options, take)
        : httpsRequest({ ...options, servername: frontName, ca: authority }, take);
    asked.once("error", reject);
    asked.end(body);
  });
}

/** The same by HTTP/2, over TLS. */
export async function askByHttp2(front: Front, path: string, asking: Asking): Promise<Answer> {
  const session = connectHttp2(`https://${frontName}:${front.https}`, {
    createConnection: () =>
      connectTls({
        socket: connect({ host: "127.0.0.1", port: front.https, localAddress: clientAddress }),
        servername: frontName,
        ca: asking.authority,
        ALPNProtocols: ["h2"],
      }),
  });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      session.once("error", reject);
      const stream = session.request({
        ...asking.headers,
        ":method": asking.method ?? "GET",
        ":path": path,
        ":authority": frontName,
      });
      let answered: Record<string, string | string[] | undefined> = {};
      stream.once("response", (headers) => {
        answered = Object.fromEntries(Object.entries(headers).map(([n, v]) => [n, v]));
      });
      stream.once("error", reject);
      stream
        .toArray()
        .then((chunks) =>
          resolve({
            status: Number(answered[":status"]),
            headers: answered,
            body: Buffer.concat(chunks),
          }),
        )
        .catch(reject);
    });
  } finally {
    session.destroy();
  }
}

/** What comes back for these bytes, over http, until the other end closes. */
export function speakFront(front: Front, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open(front);
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      text += chunk;
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(text));
    socket.write(bytes);
  });
}

/** A connection of http. */
export function open(front: Front): Socket {
  return connect({ host: "127.0.0.1", port: front.http, localAddress: clientAddress });
}
