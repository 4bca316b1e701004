/** A pass-through in front of the service that sees what clients ask it, on which connections, and the statuses. */

import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A request that passed. */
export interface TappedRequest {
  /** Numbers the connections from 1. */
  connection: number;
  method: string;
  /** The request target as it was sent. */
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** 0 until the answer began. */
  status: number;
}

export interface Tap {
  /** Base URL for clients, without a slash at the end. */
  url: string;
  /** In order of arrival. */
  requests: TappedRequest[];
  /** The most requests that were ever without an answer on one connection at one time. */
  mostOutstanding(): number;
  stop(): Promise<void>;
}

/**
 * Starts a tap on 127.0.0.1. Bytes pass unchanged in both directions; it only reads along.
 * @param target base URL of the service, http.
 */
export async function startTap(target: string): Promise<Tap> {
  const { hostname, port } = new URL(target);
  const requests: TappedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let mostOutstanding = 0;

  const server = createServer((client) => {
    connections += 1;
    const connection = connections;
    const waiting: TappedRequest[] = [];
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {
        client.destroy();
        upstream.destroy();
      });
      socket.on("close", () => sockets.delete(socket));
    }
    client.on(
      "data",
      headReader((head) => {
        const request = { connection, ...parseHead(head), status: 0 };
        requests.push(request);
        waiting.push(request);
        mostOutstanding = Math.max(mostOutstanding, waiting.length);
      }),
    );
    upstream.on(
      "data",
      statusReader((status) => {
        const request = waiting.shift();
        if (request) request.status = status;
      }),
    );
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("The tap has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    mostOutstanding: () => mostOutstanding,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Clients send GET and HEAD only, so that every request ends with its head. */
function headReader(found: (head: string) => void): (chunk: Buffer) => void {
  let pending = "";
  return (chunk) => {
    pending += chunk.toString("latin1");
    for (let end = pending.indexOf("\r\n\r\n"); end >= 0; end = pending.indexOf("\r\n\r\n")) {
      found(pending.slice(0, end));
      pending = pending.slice(end + 4);
    }
  };
}

/** Finds status lines wherever chunks are split. A body that contains one would be miscounted; none here does. */
function statusReader(found: (status: number) => void): (chunk: Buffer) => void {
  const longest = "HTTP/1.1 200 ".length;
  let pending = "";
  return (chunk) => {
    pending += chunk.toString("latin1");
    const line = /HTTP\/1\.1 (\d{3}) /g;
    let read = 0;
    for (let match = line.exec(pending); match; match = line.exec(pending)) {
      found(Number(match[1]));
      read = line.lastIndex;
    }
    pending = pending.slice(Math.max(read, pending.length - longest));
  };
}

function parseHead(head: string): Pick<TappedRequest, "method" | "path" | "headers"> {
  const [first = "", ...lines] = head.split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { method, path, headers };
}
