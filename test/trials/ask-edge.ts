/** Asks the edge as clients of many networks would, each question from an address of the trial's choice. */

import { Agent, type IncomingHttpHeaders, request } from "node:http";

/** Connections held open to the service: a few tell as much as many, and leave it a processor. */
const connections = 16;
/** The edge has this long, ms: a redirect takes under one, so who waits longer has found a fault. */
const deadlineMs = 10_000;

/** The head of an answer; its body is thrown away. */
export interface EdgeAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Empty where it is no redirect. */
  location: string;
}

export class EdgeAsker {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: connections });

  /** @param url base URL of a service with `TRUSTED_PROXIES=any`, so that it takes our word for who asks. */
  constructor(url: string) {
    this.#url = new URL(url);
  }

  /**
   * Asks for a file. GET makes the client known to the edge's memory, HEAD leaves no trace.
   * @param path without a leading slash
   * @throws Error when no answer begins in time.
   */
  ask(path: string, address: string, method: "GET" | "HEAD" = "HEAD"): Promise<EdgeAnswer> {
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          hostname,
          port,
          method,
          path: `/${path}`,
          agent: this.#agent,
          timeout: deadlineMs,
          headers: { "X-Forwarded-For": address },
        },
        (response) => {
          const { statusCode = 0, headers } = response;
          response.on("error", reject);
          response.on("end", () =>
            resolve({ status: statusCode, headers, location: headers.location ?? "" }),
          );
          response.resume();
        },
      );
      sent.on("timeout", () => sent.destroy(new Error(`no answer in ${deadlineMs} ms: ${path}`)));
      sent.on("error", reject);
      sent.end();
    });
  }

  /** Where each of these addresses is sent for a file, in their order. */
  async sweep(path: string, addresses: readonly string[], signal: AbortSignal): Promise<string[]> {
    const locations: string[] = [];
    for (let at = 0; at < addresses.length; at += connections) {
      signal.throwIfAborted();
      const some = addresses.slice(at, at + connections);
      const answers = await Promise.all(some.map((address) => this.ask(path, address)));
      locations.push(...answers.map(({ location }) => location));
    }
    return locations;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Private networks of 256 addresses, of which there are 65,536: the service takes them to be where it is itself. */
export function network(number: number): string {
  return `10.${(number >> 8) & 255}.${number & 255}`;
}

/** An address in a network; 254 of them are different. */
export function addressIn(ofNetwork: string, host: number): string {
  return `${ofNetwork}.${1 + (host % 254)}`;
}

/** Addresses in these networks, no two the same until all are used up: each asks for the first time. */
export function newClients(networks: readonly string[]): () => string {
  let asked = 0;
  return () => {
    const chosen = networks[asked % networks.length] ?? network(0);
    const host = Math.floor(asked / Math.max(1, networks.length));
    asked += 1;
    return addressIn(chosen, host);
  };
}
