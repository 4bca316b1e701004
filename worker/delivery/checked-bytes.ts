/**
 * A listed file's bytes at the edge: judged by the size and hash that a verified index tells, cached per location
 * under that hash, and only when they are right.
 *
 * Small files are read whole before anything is sent, so that many who ask at once make one fetch, a wrong one is an
 * error that says so, and another server can be tried in the origin's place: with the hash known, none is trusted.
 * Larger ones are sent as they come, the last piece only when all is right, so that a wrong one never completes; who
 * asks for one while it is on its way into the cache waits for that. A part of a file that isn't cached can't be
 * judged by itself: it is the origin's, of a file of the right size; whoever puts parts together checks the whole.
 */
import { bodyAsTold, clientHeaders } from "../http/answer-whole.ts";
import { cacheWhileStreaming, maxCachedBytes } from "../http/cache-while-streaming.ts";
import { askerOf } from "../outbound/asker.ts";
import type { BytesContext } from "../outbound/bytes-context.ts";
import { isAnswer, type NotHad, tooLate } from "../outbound/not-had.ts";
import { answerStored, openedBy, unchanged } from "../repositories/reader/stored-answer.ts";
import type { Background } from "../runtime/background.ts";
import { inTime } from "../runtime/deadline.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { leastRoomBytes, pieceBytes } from "../runtime/piece-reader.ts";
import { SharedWork } from "../runtime/shared-work.ts";
import {
  askServer,
  judge,
  readWhole,
  type Server,
  type Whole,
  wholeDeadlineMs,
} from "./ask-server.ts";
import {
  answered,
  describe,
  etagOf,
  headersOf,
  type IndexedRequest,
  keyOf,
  lengthOf,
  originUrl,
  type SizedRequest,
  toldBy,
  withDigests,
} from "./indexed-answer.ts";
import { originDeadlineMs } from "./origin-bytes.ts";

/** Read whole at most: what is held in memory for each file on its way. */
export const maxWholeBytes = 1024 * 1024;
/**
 * Bytes of files that are read whole at a time where nobody is sure to be right: of an isolate's 128 MB what presence
 * and clients leave. Most packages are far smaller.
 */
export const maxHeldBytes = 32 * 1024 * 1024;
/** The headers of a large file, where there are others that say they have it, ms. */
const anyDeadlineMs = 3000;
/** Servers tried for a small file, the origin first. */
const maxServers = 3;
/** Who asks for a file on its way into the cache waits so long for it, ms; apt gives up after 30 s. */
const fillDeadlineMs = 20_000;

/**
 * Memory that larger files on their way are read into, bytes: 64 of them have `pieceBytes` each. Those beyond have
 * `leastRoomBytes` and take four times the processor time, so that clients who read slowly can't take up the isolate's memory.
 */
const maxRoomBytes = 16 * 1024 * 1024;

/** Files on their way into the cache that others wait for; of more than these, who asks for one fetches it. */
const maxAwaited = 512;

/** Whom a file is streamed from. */
interface Source extends Server {
  /** Is told what was wrong with its bytes. */
  tell: (fault: string) => void;
}

export class CheckedBytes {
  readonly #context: BytesContext;
  readonly #reading = new SharedWork<Whole>(maxServers * wholeDeadlineMs + 1000);
  /** Bytes of files that are being read whole from any mirror. */
  #held = 0;
  /** Bytes that streamed files are read into. */
  #room = 0;
  /** By cache key; each settles when the cache has it, or won't. */
  readonly #filling = new LastUsed<Promise<unknown>>(maxAwaited);

  constructor(context: BytesContext) {
    this.#context = context;
  }

  /**
   * A file of at most `maxWholeBytes`.
   *
   * @param elsewhere URLs of the file at mirrors, best first: tried where the origin hasn't got it rightly
   */
  async whole(
    file: SizedRequest,
    elsewhere: () => readonly string[],
    background: Background,
  ): Promise<Response | NotHad> {
    const at = await this.#atHand(file);
    if (at !== undefined) return at;
    const { cdnLoop } = askerOf(file.request);
    const had = await this.#reading
      .run(
        // A server may refuse a request for what it came through: who came another way asks anew.
        cdnLoop === null ? keyOf(file) : `${keyOf(file)} ${cdnLoop}`,
        () => {
          const urls = [originUrl(file), ...elsewhere()].slice(0, maxServers);
          return this.#read(file, urls, background, warnOf);
        },
        background,
      )
      .catch(tooLate);
    return "why" in had ? had : answeredWhole(file, had);
  }

  /**
   * A file of any size from servers that may well be wrong, the first that is right. Read whole before anything is sent
   * as long as there is room: who is broken off by us would go on from the wrong bytes it has. What is too large for
   * that is sent from its beginning, whatever part is asked for.
   *
   * @param urls in the order in which they are tried
   * @param wrong is told who gave other bytes; of a large file, only when its answer has begun
   */
  async fromAny(
    file: SizedRequest,
    urls: readonly string[],
    background: Background,
    wrong: (url: string, fault: string) => void,
  ): Promise<Response | NotHad> {
    const { size, request } = file;
    if (request.method === "HEAD" && urls.length > 0) {
      return answered(file, {}, new Response(null, { headers: lengthOf(size) }));
    }
    const headers = new Headers(request.headers);
    // What comes of it counts against the servers, so that no word of the client's is passed on.
    headers.delete("CDN-Loop");
    if (size <= maxWholeBytes || this.#held + size <= maxHeldBytes) {
      const alone = { ...file, request: new Request(request, { headers }) };
      const read = () => this.#hold(size, this.#read(alone, urls, background, wrong));
      const had = await this.#reading.run(`${keyOf(file)} any`, read, background).catch(tooLate);
      return "why" in had ? had : answeredWhole(file, had);
    }
    headers.delete("Range");
    const asked = { ...file, request: new Request(request, { headers }) };
    for (const url of urls) {
      const tell = (fault: string) => wrong(url, fault);
      const from = { url, deadlineMs: anyDeadlineMs, tell };
      const streamed = await this.#stream(asked, background, from);
      if (streamed instanceof Response) return streamed;
    }
    return { kind: "unreachable", why: "No mirror gives it." };
  }

  async #hold<Read>(bytes: number, read: Promise<Read>): Promise<Read> {
    this.#held += bytes;
    return read.finally(() => {
      this.#held -= bytes;
    });
  }

  /** A file of any size, from the cache or the origin. */
  async streamed(file: IndexedRequest, background: Background): Promise<Response | NotHad> {
    const at = await this.#atHand(file);
    if (at !== undefined) return at;
    const key = keyOf(file);
    const filling = this.#filling.get(key);
    if (filling !== undefined) {
      await inTime(filling, fillDeadlineMs).catch(() => undefined);
      const filled = await this.#atHand(file);
      if (filled !== undefined) return filled;
    }
    const { request } = file;
    const range = request.method === "HEAD" ? undefined : rangeFor(file);
    if (request.method === "HEAD" || range !== undefined) return this.#unjudged(file, range);
    if (file.size === undefined || file.size > maxCachedBytes)
      return this.#stream(file, background);
    const ended = Promise.withResolvers<void>();
    this.#filling.set(key, ended.promise);
    const end = () => {
      ended.resolve();
      if (this.#filling.get(key) === ended.promise) this.#filling.delete(key);
    };
    let isFilling = false;
    const caching: Background = {
      waitUntil: (work) => {
        isFilling = true;
        background.waitUntil(work.finally(end));
      },
    };
    const streamed = await this.#stream(file, background, originOf(file), caching);
    if (!isFilling) end();
    return streamed;
  }

  /** The answer that needs nobody else. */
  async #atHand(file: IndexedRequest): Promise<Response | undefined> {
    const same = unchanged(file, describe(file, {}));
    if (same !== undefined) return same;
    // A platform without a cache throws.
    const cached = await this.#context.cache.match(keyOf(file)).catch(() => undefined);
    return cached === undefined ? undefined : answered(file, toldBy(cached.headers), cached);
  }

  async #read(
    file: SizedRequest,
    urls: readonly string[],
    background: Background,
    wrong: (url: string, fault: string) => void,
  ): Promise<Whole> {
    const failures: NotHad[] = [];
    for (const url of urls) {
      const read = await readWhole(this.#context, file, url);
      if ("why" in read) {
        failures.push(read);
        if (read.kind === "wrong") wrong(url, read.why);
        continue;
      }
      const { bytes } = read;
      const headers = { ...headersOf(file, read), ...lengthOf(bytes.byteLength) };
      const put = this.#context.cache.put(keyOf(file), new Response(bytes, { headers }));
      background.waitUntil(put.catch(() => undefined));
      return read;
    }
    // What the origin did is told, unless it was silent and somebody else wasn't.
    const [first] = failures;
    const silent = first?.kind === "unreachable" ? failures.find(isAnswer) : undefined;
    const kind = silent === undefined ? (first?.kind ?? "unreachable") : "wrong";
    return { kind, why: first?.why ?? "There is nobody to ask." };
  }

  /** @param caching what fills the cache; absent: the same */
  async #stream(
    file: IndexedRequest,
    background: Background,
    from: Source = originOf(file),
    caching = background,
  ): Promise<Response | NotHad> {
    const opened = await askServer(this.#context, file, from);
    if ("why" in opened) return opened;
    const told = toldBy(opened.headers);
    const roomBytes = this.#room + pieceBytes <= maxRoomBytes ? pieceBytes : leastRoomBytes;
    const judged = judge(opened, file, from.tell, roomBytes);
    const length = file.size ?? opened.headers.get("Content-Length");
    const headers = { ...headersOf(file, told), ...(length !== null && lengthOf(length)) };
    const { readable, writable } =
      length === null ? new IdentityTransformStream() : new FixedLengthStream(Number(length));
    this.#room += roomBytes;
    const poured = judged.pour(writable).finally(() => {
      this.#room -= roomBytes;
    });
    // It ends when the client goes away, unless the cache takes the rest.
    background.waitUntil(poured);
    const whole = new Response(readable, { headers });
    return answered(file, told, cacheWhileStreaming(keyOf(file), whole, this.#context, caching));
  }

  /** HEAD, or a part: from the origin, for as long as its file has the right size. */
  async #unjudged(file: IndexedRequest, range: string | undefined): Promise<Response | NotHad> {
    const method = file.request.method === "HEAD" ? "HEAD" : "GET";
    const from = { url: originUrl(file), deadlineMs: originDeadlineMs };
    const opened = await askServer(this.#context, file, from, { method, range });
    if ("why" in opened) return opened;
    const described = describe(file, toldBy(opened.headers));
    if (range === undefined || opened.status === 200) {
      return answerStored(file, described, openedBy(opened));
    }
    const headers = clientHeaders(opened.headers, described.forGood, ["Content-Range"]);
    headers.set("ETag", etagOf(file));
    const part = new Response(bodyAsTold(opened), { status: opened.status, headers });
    return opened.status === 206 ? withDigests(part, file) : part;
  }
}

function originOf(file: IndexedRequest): Source {
  const url = originUrl(file);
  return { url, deadlineMs: originDeadlineMs, tell: (fault) => warnOf(url, fault) };
}

function warnOf(url: string, fault: string): void {
  console.warn(`${url}: ${fault}`);
}

function answeredWhole(file: IndexedRequest, { bytes, ...told }: Exclude<Whole, NotHad>): Response {
  return answerStored(file, describe(file, told), { body: bytes, size: bytes.byteLength });
}

/** A part that the origin is asked for: one plain range of the file that the client has begun with. */
function rangeFor(file: IndexedRequest): string | undefined {
  const { headers } = file.request;
  const range = headers.get("Range");
  if (range === null || !/^bytes=(?:\d{1,15}-\d{0,15}|-\d{1,15})$/.test(range)) return undefined;
  const condition = headers.get("If-Range");
  return condition === null || condition === etagOf(file) ? range : undefined;
}
