/** What a lab server was asked and what it answered, for tests to read and to wait for. */

/** One request. `status`, `bytes` and `ended` change while it is being answered. */
export interface LoggedRequest {
  /** Unix milliseconds of arrival. */
  time: number;
  server: string;
  scheme: "http" | "https";
  /** Numbers the server's connections from 1: requests with the same number shared one connection. */
  connection: number;
  method: string;
  /** The request target exactly as it arrived, percent-encoding and query included. */
  path: string;
  /** Names in lower case. A header sent twice is joined with `, `. */
  headers: Record<string, string>;
  /** 0 until an answer began. */
  status: number;
  /** Bytes of body handed to the connection so far. */
  bytes: number;
  /** `whole`: the answer was sent to its end. `cut`: the connection ended before. */
  ended: "pending" | "whole" | "cut";
}

interface Waiter {
  wanted: (request: LoggedRequest) => boolean;
  found: (request: LoggedRequest) => void;
  failed: (why: string) => void;
}

/** A bounded record of requests, oldest first. */
export class RequestLog {
  /** Oldest first; when the log is full the oldest are dropped. */
  readonly requests: LoggedRequest[] = [];
  /** Connections accepted so far, including those that were reset before a request could be read. */
  connections = 0;
  readonly #capacity: number;
  readonly #waiters = new Set<Waiter>();

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** Takes a request in at its arrival. */
  add(request: LoggedRequest): void {
    this.requests.push(request);
    if (this.requests.length > this.#capacity) this.requests.shift();
    this.changed(request);
  }

  /** Tells those who wait that a logged request has changed; nothing for one that was since forgotten. */
  changed(request: LoggedRequest): void {
    if (!this.requests.includes(request)) return;
    for (const waiter of [...this.#waiters]) {
      if (!waiter.wanted(request)) continue;
      this.#waiters.delete(waiter);
      waiter.found(request);
    }
  }

  /** Forgets all requests so far. Those who wait go on waiting. */
  clear(): void {
    this.requests.length = 0;
  }

  /**
   * Waits for a request, already logged or to come.
   * @param wanted is asked at arrival, when the answer begins, and when it ends.
   * @param deadlineMs default 5,000.
   * @throws Error naming what was logged instead, when the deadline passes or the server is stopped.
   */
  waitFor(wanted: (request: LoggedRequest) => boolean, deadlineMs = 5_000): Promise<LoggedRequest> {
    const already = this.requests.find(wanted);
    if (already) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => waiter.failed(`No such request within ${deadlineMs} ms`),
        deadlineMs,
      );
      const waiter: Waiter = {
        wanted,
        found: (request) => {
          clearTimeout(timer);
          resolve(request);
        },
        failed: (why) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          const last = this.requests.slice(-5).map(formatRequest).join("; ");
          reject(new Error(`${why}. Last logged: ${last || "none"}`));
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Ends all waiting with an Error: the server was stopped, and nothing more will come. */
  endWaiting(): void {
    for (const waiter of [...this.#waiters]) waiter.failed("The server was stopped");
  }
}

/** One line about a request, for evidence and for the console. */
export function formatRequest(request: LoggedRequest): string {
  const range = request.headers.range ? ` [${request.headers.range}]` : "";
  return `${request.method} ${request.path}${range} -> ${request.status || "no answer"}, ${request.bytes} bytes, ${request.ended}`;
}
