/** One listening socket that can be closed, opened again at the same port, or made to reset connections. */

import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** A certificate and its key in PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** Where to listen. */
export interface ListenAddress {
  /** A loopback address. */
  host: string;
  /** 0 for any free one, which is then kept for later openings. */
  port: number;
  /** With one it speaks https; undefined: http. */
  certificate: Certificate | undefined;
}

export class Listener {
  readonly scheme: "http" | "https";
  readonly host: string;
  /** 0 until the first `open`. */
  port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #resets = false;

  /** @param accepted is told of each new connection */
  constructor(
    { host, port, certificate }: ListenAddress,
    answer: RequestListener,
    accepted: (socket: Socket) => void,
  ) {
    this.scheme = certificate ? "https" : "http";
    this.host = host;
    this.port = port;
    // Package managers keep connections open between files; a server that closes early looks like a fault.
    const options = { keepAliveTimeout: 30_000, requestTimeout: 0 };
    this.#server = certificate
      ? createHttpsServer({ ...options, ...certificate }, answer)
      : createHttpServer(options, answer);
    this.#server.on("connection", (socket: Socket) => {
      accepted(socket);
      if (this.#resets) {
        socket.resetAndDestroy();
        return;
      }
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  /** `https://127.0.0.1:4431`, without a slash at the end. */
  get base(): string {
    return `${this.scheme}://${this.host}:${this.port}`;
  }

  /** Listens, unless it does already. Rejects when the port is taken. */
  open(): Promise<void> {
    this.#resets = false;
    if (this.#server.listening) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.port, this.host, () => {
        this.#server.off("error", reject);
        const address: AddressInfo | string | null = this.#server.address();
        if (address !== null && typeof address === "object") this.port = address.port;
        resolve();
      });
    });
  }

  /** Listens, but resets open connections now and new ones as they come. */
  async openToReset(): Promise<void> {
    await this.open();
    this.#resets = true;
    this.#breakConnections();
  }

  /** Closes the port and resets open connections. */
  close(): Promise<void> {
    if (!this.#server.listening) return Promise.resolve();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#breakConnections();
    });
  }

  #breakConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#server.closeAllConnections();
  }
}
