/** Requests to a service: asked again where that is safe, and told as problems where they fail. */
import { exitCodes } from "../program/exit-codes.ts";
import { plainText } from "../program/plain-text.ts";
import { Failure, misused, progress } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import type { Terminal } from "../program/terminal.ts";
import { type Configuration, neededConfiguration } from "./configuration.ts";
import { failureOf } from "./told-problem.ts";

/** One try, ms: an apply of the whole bundled list takes two seconds on a busy machine. */
const tryMs = 60_000;
/** A long body may take this long to be sent and answered, ms: as long as the service waits for it. */
const sendMs = 900_000;
/** Tries of one request: with the pauses between them half a minute, in which a service is started anew. */
const maxTries = 6;
/** The first pause, ms; each one is twice as long as that before it. */
const firstPauseMs = 500;
/** A service that asks for more patience than this, s, is told of in place of waited for. */
const maxRetryAfterSeconds = 60;

/** Statuses of a service, or of what is before it, that doesn't answer right now. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Asked {
  /** Sent as JSON. */
  body?: unknown;
  /** Of the body; `application/json` where it is left out. */
  type?: string;
  headers?: Readonly<Record<string, string>>;
  /** It must not be sent twice, as no key makes it one: the first sign-in. */
  isOnce?: boolean;
  /** Sent as it comes, in place of `body`. */
  stream?: ReadableStream<Uint8Array>;
  /** Ends the try; `tryMs` where it is left out. */
  signal?: AbortSignal;
  /** The public part: the token isn't needed, and isn't sent. */
  isPublic?: boolean;
  /** What the media type of a good answer has in it; `json` where it is left out. */
  gives?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Of JSON; undefined else. */
  body: unknown;
  text: string;
}

export class ServiceClient {
  /** Ends in a slash. */
  readonly url: string;
  readonly #configuration: Configuration;
  readonly #terminal: Terminal;

  constructor(configuration: Configuration, terminal: Terminal) {
    this.url = configuration.url;
    this.#configuration = configuration;
    this.#terminal = terminal;
  }

  /** `path` of an answer's `next` as well. Rejects with a Failure: a problem, or no answer. */
  async ask(method: Method, path: string, asked: Asked = {}): Promise<Answer> {
    const { answer, text } = await this.#answered(method, path, asked);
    const { status, headers } = answer;
    if (answer.ok || status === 304) {
      if (text !== "") this.#checkType(headers, asked.gives ?? "json");
      return { status, headers, body: jsonIn(answer, text), text };
    }
    const { isPublic = false } = asked;
    throw failureOf({ status, headers, text, url: this.url, isPublic });
  }

  /** An answer's body as it comes, which may be long: only its beginning has to come in time. */
  async stream(
    path: string,
    headers: Readonly<Record<string, string>> = {},
    ended?: AbortSignal,
    gives = "json",
  ): Promise<AsyncIterable<Uint8Array>> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DOMException("late", "TimeoutError")), tryMs);
    const signal = ended === undefined ? late.signal : AbortSignal.any([late.signal, ended]);
    const answer = await this.#sent("GET", path, { headers, signal }).finally(() =>
      clearTimeout(timer),
    );
    const { status } = answer;
    if (answer.ok && answer.body !== null) {
      try {
        this.#checkType(answer.headers, gives);
      } catch (error) {
        await answer.body.cancel();
        throw error;
      }
      return answer.body;
    }
    const text = await answer.text();
    throw failureOf({ status, headers: answer.headers, text, url: this.url, isPublic: false });
  }

  /** A page with status 200, as a proxy's sign-in is one, is no empty answer. @throws Failure */
  #checkType(headers: Headers, gives: string): void {
    const type = headers.get("Content-Type") ?? "";
    if (type.includes(gives)) return;
    const said = type === "" ? "without a media type" : `with ${plainText(type)}`;
    throw new Failure(`What answers at ${this.url} isn't the service: it answers ${said}.`, {
      exit: exitCodes.unreachable,
      advice:
        "Check the URL, and whether a proxy or a sign-in page of the network is between. Nothing is known to be done.",
    });
  }

  /** Sends a body as it comes, once: it may be long, and can't be read twice. Rejects with a Failure. */
  async send(
    method: Method,
    path: string,
    {
      body,
      headers,
    }: { body: ReadableStream<Uint8Array>; headers: Readonly<Record<string, string>> },
  ): Promise<Answer> {
    const signal = AbortSignal.timeout(sendMs);
    const answer = await this.#sent(method, path, { headers, signal, stream: body });
    const text = await answer.text();
    const { status } = answer;
    if (answer.ok) return { status, headers: answer.headers, body: jsonIn(answer, text), text };
    throw failureOf({ status, headers: answer.headers, text, url: this.url, isPublic: false });
  }

  /** One try, of which nothing is known afterwards where it fails. */
  async #sent(method: Method, path: string, asked: Asked): Promise<Response> {
    try {
      return await this.#send(method, path, asked, undefined);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(`${this.url} doesn't answer: ${networkReason(error)}.`, {
        exit: exitCodes.unreachable,
        advice: "Check the URL, and whether the service runs.",
      });
    }
  }

  async #answered(method: Method, path: string, asked: Asked) {
    const { isOnce = false } = asked;
    const key = method === "GET" || isOnce ? undefined : this.#terminal.newKey();
    for (let tries = 1; ; tries += 1) {
      const isLast = tries >= maxTries || isOnce;
      try {
        const answer = await this.#send(method, path, asked, key);
        const text = await answer.text();
        const seconds = retrySeconds(answer.headers, this.#terminal.now());
        const isPassing =
          passing.has(answer.status) || (answer.status === 409 && seconds !== undefined);
        if (isLast || !isPassing || (seconds ?? 0) > maxRetryAfterSeconds) return { answer, text };
        await this.#pause(tries, seconds, `answers ${answer.status}`);
      } catch (error) {
        if (error instanceof Failure) throw error;
        const why = networkReason(error);
        if (isLast) {
          const sent =
            method === "GET" ? "" : " Whether it was done isn't known: look before you repeat it.";
          throw new Failure(`${this.url} doesn't answer: ${why}.${sent}`, {
            exit: exitCodes.unreachable,
            advice: "Check the URL, and whether the service runs.",
          });
        }
        await this.#pause(tries, undefined, `doesn't answer (${why})`);
      }
    }
  }

  async #send(
    method: Method,
    path: string,
    asked: Asked,
    key: string | undefined,
  ): Promise<Response> {
    const { body, type = "application/json", headers = {}, isOnce, isPublic } = asked;
    const { stream, signal = AbortSignal.timeout(tryMs) } = asked;
    const { token, noToken } = this.#configuration;
    const isSigned = !isPublic && !isOnce;
    if (isSigned && token === undefined) {
      throw misused(
        noToken ??
          `${this.url} wants a token for that. Store one by \`login\`, or name it by --token-file FILE or NEARMIRROR_TOKEN.`,
      );
    }
    const url = new URL(path.replace(/^\//, ""), this.url);
    // A token leads nowhere but to the service that it is of.
    if (!url.href.startsWith(this.url)) throw new Failure(`${path} leads away from ${this.url}.`);
    const answer = await this.#terminal.fetch(url, {
      method,
      redirect: "manual",
      signal,
      headers: {
        Accept: "application/json, application/problem+json",
        ...(isSigned && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "Content-Type": type }),
        ...(key !== undefined && { "Idempotency-Key": key }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(stream !== undefined && { body: stream, duplex: "half" }),
    });
    const to = answer.headers.get("Location");
    if (answer.status >= 300 && answer.status < 400 && answer.status !== 304 && !isPublic) {
      throw new Failure(
        `${url.origin} redirects to ${to ?? "elsewhere"}: name the service by that URL.`,
      );
    }
    return answer;
  }

  async #pause(tries: number, seconds: number | undefined, why: string): Promise<void> {
    const { random, pause } = this.#terminal;
    const grown = firstPauseMs * 2 ** (tries - 1);
    // Many that failed at once don't come back at once.
    const ms = seconds === undefined ? grown * (0.5 + random() / 2) : seconds * 1000;
    progress(this.#terminal, `The service ${why}; asked again in ${Math.ceil(ms / 1000)} s.`);
    await pause(ms);
    progress(this.#terminal, "");
  }
}

/** The client of a call that needs a service. */
export function clientOf(call: Call): ServiceClient {
  return new ServiceClient(neededConfiguration(call), call.terminal);
}

/** Seconds of `Retry-After`; undefined where there is none (RFC 9110, section 10.2.3). */
function retrySeconds(headers: Headers, now: number): number | undefined {
  const text = headers.get("Retry-After");
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

function jsonIn(answer: Response, text: string): unknown {
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure("The service's answer is no whole JSON: it may have ended early.");
  }
}

/** `fetch` says what is wrong in the cause alone. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${tryMs / 1000} s`;
  const cause = error.cause;
  if (!(cause instanceof Error)) return error.message;
  const code: unknown = Reflect.get(cause, "code");
  return cause.message !== "" ? cause.message : String(code ?? error.message);
}
