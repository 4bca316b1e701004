/**
 * A front for one client: passes its requests to the service with an address of its own, so that runs in a loop
 * from one machine are different clients at different places, and sees what it asked and got.
 */
import { Agent, createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";

/** The header in which the service under test is told a client's address (`PEER_ADDRESS_HEADER`; the fronts are trusted). */
export const addressHeader = "x-lab-client";

/** A request of that client. */
export interface FrontedRequest {
  /** Unix milliseconds of its arrival. */
  time: number;
  method: string;
  /** The request target as it was sent. */
  path: string;
  /** 0 until the answer began. */
  status: number;
  /** Of a redirect. */
  location: string;
}

export interface Front {
  /** Base URL for the client, without a slash at the end. */
  url: string;
  /** In order of arrival. */
  requests: FrontedRequest[];
  stop(): Promise<void>;
}

export interface FrontOptions {
  /** Is awaited before a request is passed on. */
  before?(path: string): Promise<void>;
  /** Every answer ends its connection, as with an old proxy in between. */
  closes?: true;
}

/**
 * Starts a front on 127.0.0.1. Requests that are pipelined are answered in their order.
 * @param target base URL of the service, http.
 * @param address that the service shall take the client to have.
 */
export async function startFront(
  target: string,
  address: string,
  { before, closes }: FrontOptions = {},
): Promise<Front> {
  const { hostname, port } = new URL(target);
  const requests: FrontedRequest[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (asked, answered) => {
    const seen: FrontedRequest = {
      time: Date.now(),
      method: asked.method ?? "GET",
      path: asked.url ?? "/",
      status: 0,
      location: "",
    };
    requests.push(seen);
    try {
      await before?.(seen.path);
    } catch {
      answered.destroy();
      return;
    }
    const headers: IncomingHttpHeaders = { ...asked.headers, [addressHeader]: address };
    delete headers.connection;
    const passed = request(
      { hostname, port, agent, method: seen.method, path: seen.path, headers },
      (answer) => {
        seen.status = answer.statusCode ?? 0;
        seen.location = answer.headers.location ?? "";
        const { connection: _, "keep-alive": __, ...kept } = answer.headers;
        answered.writeHead(seen.status, { ...kept, ...(closes && { connection: "close" }) });
        answer.on("error", () => answered.destroy());
        answer.pipe(answered);
      },
    );
    passed.on("error", () => answered.destroy());
    // A client that goes away lets go of what it asked for.
    answered.on("close", () => passed.destroy());
    passed.end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound: AddressInfo | string | null = server.address();
  if (bound === null || typeof bound === "string") throw new Error("The front has no port.");
  return {
    url: `http://127.0.0.1:${bound.port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          agent.destroy();
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
