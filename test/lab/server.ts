/** One lab server: a tree of files over http (and https), a fault or none, and a log of what it was asked. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { answerUnder, connectionUnder, type Fault, versionUnder } from "./faults.ts";
import { type Certificate, Listener } from "./listener.ts";
import { type LoggedRequest, RequestLog } from "./request-log.ts";
import { send } from "./send.ts";
import { type Asked, staticAnswer, textAnswer } from "./static-answer.ts";

export interface LabServerOptions {
  name: string;
  /** A loopback address of its own: apt opens one queue per host. */
  host: string;
  /** Default 0: any free port. */
  port?: number;
  /** With a certificate the server also speaks https, on a port of its own. */
  certificate?: Certificate;
  /** What the tree is mounted under, with a slash at both ends. Default `/`. */
  basePath?: string;
  /** The directory of a version of the tree. */
  root(version: number): string;
}

export class LabServer {
  readonly name: string;
  readonly log = new RequestLog();
  readonly #options: LabServerOptions;
  readonly #basePath: string;
  readonly #listeners: Listener[] = [];
  /** Connection numbers by scheme and the client's port: over TLS the request's socket isn't the accepted one. */
  readonly #connections = new Map<string, number>();
  #fault: Fault | undefined;
  #version = 1;

  constructor(options: LabServerOptions) {
    this.#options = options;
    this.name = options.name;
    this.#basePath = options.basePath ?? "/";
    for (const certificate of options.certificate
      ? [undefined, options.certificate]
      : [undefined]) {
      const listener = new Listener(
        { host: options.host, port: certificate ? 0 : (options.port ?? 0), certificate },
        (request, response) => void this.#answer(listener.scheme, request, response),
        (socket) => {
          this.log.connections += 1;
          this.#connections.set(`${listener.scheme}:${socket.remotePort}`, this.log.connections);
        },
      );
      this.#listeners.push(listener);
    }
  }

  /** The http base URL, ending in `/`. */
  get url(): string {
    return `${this.#listeners[0]?.base}${this.#basePath}`;
  }

  /** The https base URL, ending in `/`; undefined for a server without a certificate. */
  get httpsUrl(): string | undefined {
    const listener = this.#listeners[1];
    return listener && `${listener.base}${this.#basePath}`;
  }

  /** The fault in force. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** The version of the tree this server has been given (a `stale` fault may serve an older one). */
  get version(): number {
    return this.#version;
  }

  /** Serves another version of the tree from the next request on. */
  serve(version: number): void {
    this.#version = version;
  }

  /** Starts listening. */
  async start(): Promise<void> {
    await this.setFault(undefined);
  }

  /** Closes the ports, resets open connections and ends all waiting on the log. */
  async stop(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.log.endWaiting();
  }

  /**
   * Puts a fault in force, or heals with `undefined`. Answers already begun go on as they were, unless the
   * fault breaks connections. Resolves when ports are open or closed as the fault asks.
   */
  async setFault(fault: Fault | undefined): Promise<void> {
    this.#fault = fault;
    await Promise.all(
      this.#listeners.map((listener) => {
        const met = connectionUnder(fault, listener.scheme);
        if (met === "refused") return listener.close();
        return met === "reset" ? listener.openToReset() : listener.open();
      }),
    );
  }

  async #answer(
    scheme: "http" | "https",
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const target = request.url ?? "/";
    const headers = joined(request.headers);
    const logged: LoggedRequest = {
      time: Date.now(),
      server: this.name,
      scheme,
      connection: this.#connections.get(`${scheme}:${request.socket.remotePort}`) ?? 0,
      method: request.method ?? "",
      path: target,
      headers,
      status: 0,
      bytes: 0,
      ended: "pending",
    };
    this.log.add(logged);
    response.once("close", () => {
      logged.ended = response.writableFinished ? "whole" : "cut";
      this.log.changed(logged);
    });

    const path = this.#pathInTree(target);
    const asked: Asked = { method: logged.method, scheme, target, path: path ?? "", headers };
    const root = this.#options.root(versionUnder(this.#fault, this.#version));
    const healthy =
      path === undefined ? textAnswer(404, "Not found.\n") : staticAnswer(root, asked);
    const answer = answerUnder(this.#fault, healthy, asked);
    if (!answer.silent) {
      logged.status = answer.status;
      this.log.changed(logged);
    }
    await send(answer, response, logged.method !== "HEAD", (bytes) => {
      logged.bytes += bytes;
    });
  }

  #pathInTree(target: string): string | undefined {
    const [pathOnly = "/"] = target.split("?");
    try {
      const path = decodeURIComponent(pathOnly);
      return path.startsWith(this.#basePath) ? path.slice(this.#basePath.length) : undefined;
    } catch {
      return undefined;
    }
  }
}

function joined(headers: IncomingMessage["headers"]): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return result;
}
