/** Asks a service over HTTP, many questions at once, by connections that stay open. */
import { Agent, request } from "node:http";

/** Questions at once: enough that the service always has one, few enough that none waits long. */
const atOnce = 8;
/** A question that takes longer has no answer, ms. */
const deadlineMs = 30_000;

/** Questions between two words of how far it is: some each second. */
const toldEach = 100;
/** Characters of a path in an error. */
const toldPath = 120;

export interface Answered {
  status: number;
  text: string;
}

export class Asker {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  readonly #base: URL;
  /** Questions that were asked. */
  asked = 0;

  readonly #told: (done: number, all: number) => void;

  /** @param url of the service @param told hears how many of `each` are done */
  constructor(url: string, told: (done: number, all: number) => void = () => undefined) {
    this.#base = new URL(url);
    this.#told = told;
  }

  /**
   * @param path with its query, from the service's base on, without a leading slash
   * @throws Error where no answer comes at all
   */
  async ask(path: string, body?: unknown): Promise<Answered> {
    this.asked++;
    // A connection that rested is closed by the server, which isn't seen while a tool runs. A new one isn't: this ends.
    for (;;) {
      const answer = await this.#send(path, body);
      if (answer !== undefined) return answer;
    }
  }

  /** Undefined: the connection had been used before, and was closed. */
  #send(path: string, body: unknown): Promise<Answered | undefined> {
    const { hostname, port, pathname } = this.#base;
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          agent: this.#agent,
          host: hostname.replace(/^\[|\]$/g, ""),
          port,
          method: body === undefined ? "GET" : "POST",
          path: pathname + path,
          headers: body === undefined ? {} : { "Content-Type": "application/json" },
          timeout: deadlineMs,
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() });
          });
        },
      );
      sent.on("timeout", () => sent.destroy(new Error(`no answer in ${deadlineMs} ms`)));
      sent.on("error", (error) => {
        if (sent.reusedSocket && "code" in error && error.code === "ECONNRESET") resolve(undefined);
        else reject(new Error(`${path.slice(0, toldPath)}: ${error.message}`));
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Takes one after the other, so many at once. Rejects with the first that does. */
  async each<T>(all: readonly T[], take: (one: T, index: number) => Promise<void>): Promise<void> {
    const waiting = all.entries();
    let done = 0;
    const work = async () => {
      for (const [index, one] of waiting) {
        await take(one, index);
        done++;
        if (done % toldEach === 0) this.#told(done, all.length);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  end(): void {
    this.#agent.destroy();
  }
}
