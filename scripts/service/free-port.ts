/** Ports for servers that can't choose one themselves and say which. */
import { createServer } from "node:net";
import { reasonOf } from "../../worker/runtime/reason.ts";

/**
 * A port that is free at this moment. Rejects where nothing can listen there.
 *
 * @param host address or name; loopback unless told otherwise, `*` is all addresses
 */
export function freePort(host = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host === "*" ? "0.0.0.0" : host, () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  });
}

/** A port that was free may be taken before it is listened at; so often that another begins to, nothing is wrong. */
const mostTries = 5;
/** As kj, and so workerd, tells that a port is taken (bind(2), EADDRINUSE). */
const isTaken = /address already in use/i;

/**
 * Begins something at a port that is free, and knows the port ahead: what is begun may have to print it.
 *
 * @param begin rejects where the port was taken meanwhile, and is then called with another
 */
export async function atFreePort<Begun>(
  host: string,
  begin: (port: number) => Promise<Begun>,
): Promise<Begun> {
  for (let tries = 1; ; tries++) {
    const port = await freePort(host);
    try {
      return await begin(port);
    } catch (error) {
      if (tries >= mostTries || !isTaken.test(reasonOf(error))) throw error;
    }
  }
}
