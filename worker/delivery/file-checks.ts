/**
 * Asks servers whether they have a file: once for all requests of an isolate that want to know at the same time, and
 * remembered there and in the location's cache.
 */
import { checkFile } from "../health/http/sample-file.ts";
import { askByFetch, type Fetcher } from "../outbound/ask-by-fetch.ts";
import type { Asker } from "../outbound/asker.ts";
import { comingThrough } from "../outbound/cdn-loop.ts";
import type { Failure } from "../outbound/failure.ts";
import { fileUrl } from "../outbound/file-url.ts";
import { JustUnreachable, type ReachableFetch } from "../outbound/reachable-fetch.ts";
import { edgeAgent } from "../outbound/user-agent.ts";
import { Visit } from "../outbound/visit.ts";
import type { Canary } from "../repositories/chain/snapshot.ts";
import type { Background } from "../runtime/background.ts";
import type { LocationCache } from "../runtime/location-cache.ts";
import { SharedWork } from "../runtime/shared-work.ts";
import { TextGenerations } from "../runtime/text-generations.ts";
import { type CheckedBody, judgeBytes, unansweredKinds } from "./check-bytes.ts";
import { type FileCheck, isLive, provenMs, refutedMs } from "./choice.ts";
import { QuestionBudget, toldRate, untoldRate } from "./question-budget.ts";

/**
 * One question with its redirects has this long, ms: it is in a client's way, a mirror worth redirecting to answers in
 * a few hundred, and apt, which may have to wait for two rounds of them and the origin, gives up after 30 s.
 */
const askDeadlineMs = 2500;
/** A server that refuses HEAD is asked a second question; then a moment for the location's cache. */
const checkDeadlineMs = 2 * askDeadlineMs + 500;
/** That a server was not asked, because it could not be reached a moment ago, counts for so long, ms. */
const notAskedMs = 2000;
/** Files remembered, of the two generations each, 1.1 KB with six mirrors. */
const generationFiles = 2048;
/** Servers remembered for one file; an isolate's clients are near each other, and so have few. */
const maxServers = 16;

/** A file of a repository. */
export interface CheckedFile {
  repository: string;
  /** Inside the repository, decoded. */
  path: string;
  /** Bytes it has to have; absent: nobody has told. */
  size?: number;
}

export interface FileCheckSources {
  fetch: Fetcher;
  cache: LocationCache;
  /** As in `Own`. */
  ownHosts: readonly string[];
  /** Base URL the service is reached under; empty: not told. */
  publicUrl: string;
  /** As in `Fetching`. */
  reachable?: ReachableFetch;
}

/** Which server is asked, and for whom. */
export interface ServerQuestion {
  /** Base URL of the repository there. */
  base: string;
  /** The client that wants to know: a server that redirects to where the client asked us has nothing. */
  asker: Asker;
  /** Unix ms. */
  now: number;
}

export class FileChecks {
  readonly #sources: FileCheckSources;
  readonly #asking = new SharedWork<FileCheck>(checkDeadlineMs);
  readonly #told = new QuestionBudget(toldRate);
  readonly #untold = new QuestionBudget(untoldRate);
  /** By repository and path, what servers said, by base URL. */
  readonly #said = new TextGenerations<Map<string, FileCheck>>(generationFiles);
  /** When a file was last found corrupt, Unix ms. */
  #corruptAt = Number.NEGATIVE_INFINITY;

  constructor(sources: FileCheckSources) {
    this.#sources = sources;
  }

  /** What servers said of a file, by the base URL of the repository there; old words among them. */
  of({ repository, path }: CheckedFile): ReadonlyMap<string, FileCheck> | undefined {
    return this.#said.get(repository, path);
  }

  /** What one server says of a file: what it said lately, or its answer now. Never rejects. */
  async ask(
    file: CheckedFile,
    question: ServerQuestion,
    background: Background,
  ): Promise<FileCheck> {
    const { base, asker, now } = question;
    const known = this.of(file)?.get(base);
    if (known !== undefined && isLive(known, file.size, now)) return known;
    const url = fileUrl(base, file.path);
    try {
      return await this.#asking.run(
        questionOf(url, file.size, asker),
        async () => {
          const check = await this.#askOrRecall(file, question, background);
          if (isEvidence(check, asker)) this.#remember(file, base, check);
          return check;
        },
        background,
      );
    } catch {
      return { at: now, failed: "unreachable" };
    }
  }

  /**
   * Whether a server may be asked for a file: what it said lately, or is being asked, costs it no question. Each `true`
   * is meant to be followed by `ask`.
   */
  mayAsk(file: CheckedFile, { base, asker, now }: ServerQuestion): boolean {
    const known = this.of(file)?.get(base);
    if (known !== undefined && isLive(known, file.size, now)) return true;
    if (this.isAsking({ path: file.path, size: file.size }, base, asker)) return true;
    return (file.size === undefined ? this.#untold : this.#told).take(base, now);
  }

  /** Whether a server is being asked for a file now. */
  isAsking(
    { path, size }: { path: string; size: number | undefined },
    base: string,
    asker: Asker,
  ): boolean {
    return this.#asking.isRunning(questionOf(fileUrl(base, path), size, asker));
  }

  /**
   * What one server says of a file now, whatever it said before; remembered in this isolate.
   *
   * @param deadlineMs for a question with its redirects; one that refuses HEAD is asked a second
   * @param isKnown that it has the file, by more than what it said: that it has it indeed is no news, and is remembered
   *   only beside what servers have said of the file
   */
  async askNow(
    file: CheckedFile,
    question: ServerQuestion,
    deadlineMs: number,
    isKnown = false,
  ): Promise<FileCheck> {
    const check = await this.#askServer(file, question, deadlineMs);
    const isNews = !isKnown || check.size !== file.size || this.of(file) !== undefined;
    if (isNews && isEvidence(check, question.asker)) this.#remember(file, question.base, check);
    return check;
  }

  /**
   * Whether one server gives a small file rightly now: read whole, to one byte more than it has. Nothing of it is
   * remembered.
   *
   * @param deadlineMs for all of it, redirects and body included
   */
  async bytesNow(file: Canary, server: ServerQuestion, deadlineMs: number): Promise<CheckedBody> {
    const { path, size } = file;
    const question = { method: "GET", path, maxBodyBytes: size + 1 } as const;
    const visit = this.#visit(server, deadlineMs, this.#fetchWithin(deadlineMs));
    return judgeBytes(await visit.ask(question), file);
  }

  /** That server's bytes were others than the file's: whatever it says of it, it hasn't got it. @param now Unix ms */
  refute(file: CheckedFile, base: string, now: number): void {
    this.#remember(file, base, { at: now, failed: "wrong" });
  }

  /** The same, when all of the file's bytes were checked: that holds longer, and against the mirror's generation. */
  corrupt(file: CheckedFile, base: string, now: number): void {
    this.#remember(file, base, { at: now, failed: "corrupt" });
    this.#corruptAt = now;
  }

  /** Whether any file was found corrupt lately; else none need be looked up. */
  someCorrupt(now: number): boolean {
    return now - this.#corruptAt < provenMs;
  }

  async #askOrRecall(
    file: CheckedFile,
    question: ServerQuestion,
    background: Background,
  ): Promise<FileCheck> {
    const { cache } = this.#sources;
    const url = fileUrl(question.base, file.path);
    const key = `https://sightings.nearmirror.invalid/${encodeURIComponent(url)}`;
    // A platform without a cache throws; what can't be read was written by another version.
    const cached = await cache
      .match(key)
      .then((found) => found?.text())
      .then(readCheck)
      .catch(() => undefined);
    if (cached !== undefined && isLive(cached, file.size, question.now)) return cached;
    const check = await this.#askServer(file, question, askDeadlineMs);
    if (!isEvidence(check, question.asker)) return check;
    const headers = { "Cache-Control": `max-age=${provenMs / 1000}` };
    background.waitUntil(cache.put(key, Response.json(check, { headers })).catch(() => undefined));
    return check;
  }

  async #askServer(
    file: CheckedFile,
    question: ServerQuestion,
    deadlineMs: number,
  ): Promise<FileCheck> {
    const reaching = this.#fetchWithin(deadlineMs);
    let wasAsked = true;
    const fetch: Fetcher = (url, init) =>
      reaching(url, init).catch((error: unknown) => {
        if (error instanceof JustUnreachable) wasAsked = false;
        throw error;
      });
    const visit = this.#visit(question, deadlineMs, fetch);
    // No size is that number: it then comes as what is wrong with the file.
    const size = file.size ?? Number.NaN;
    const { now } = question;
    const check = checkOf(await checkFile(visit, { path: file.path, size }), size, now);
    // It counts for this decision, and not as long as a server's own silence.
    return wasAsked ? check : { ...check, at: now - refutedMs + notAskedMs };
  }

  #fetchWithin(patienceMs: number): Fetcher {
    const { fetch, reachable } = this.#sources;
    return reachable?.by(fetch, patienceMs) ?? fetch;
  }

  #visit({ base, asker, now }: ServerQuestion, deadlineMs: number, fetch: Fetcher): Visit {
    const { ownHosts, publicUrl } = this.#sources;
    return new Visit(base, {
      ask: askByFetch(comingThrough(fetch, asker.cdnLoop)),
      now: () => now,
      userAgent: edgeAgent(publicUrl),
      deadlineMs,
      ownHosts: [...ownHosts, asker.host],
    });
  }

  #remember({ repository, path }: CheckedFile, base: string, check: FileCheck): void {
    const servers = this.#said.use(repository, path, () => new Map());
    const known = servers.get(base);
    // What its headers say doesn't mend its bytes.
    if (known?.failed === "corrupt" && isLive(known, undefined, check.at)) return;
    // Nor does an answer that was asked for before its bytes were seen, and comes after.
    const isOlder = known !== undefined && check.at <= known.at;
    if (isOlder && known.failed === "wrong" && check.failed === undefined) return;
    if (servers.size >= maxServers) servers.clear();
    servers.set(base, check);
  }
}

function questionOf(url: string, size: number | undefined, { cdnLoop }: Asker): string {
  return `${url} ${size} ${cdnLoop ?? ""}`;
}

/** `undefined`: none is cached, or something else. Rejects for what is no JSON. */
function readCheck(text: string | undefined): FileCheck | undefined {
  const value: unknown = text === undefined ? undefined : JSON.parse(text);
  return isFileCheck(value) ? value : undefined;
}

function isFileCheck(value: unknown): value is FileCheck {
  return (
    typeof value === "object" &&
    value !== null &&
    "at" in value &&
    typeof value.at === "number" &&
    (("size" in value && typeof value.size === "number") ||
      ("failed" in value && typeof value.failed === "string"))
  );
}

/** Whether it counts for others: a server may refuse a request for what the client says that it came through. */
function isEvidence({ failed }: FileCheck, { cdnLoop }: Asker): boolean {
  return failed === undefined || cdnLoop === null;
}

/** Statuses by which a server says that it hasn't got a file, or gives it to nobody. */
const absentStatuses: ReadonlySet<number | undefined> = new Set([403, 404, 410]);

function checkOf(failure: Failure | undefined, size: number, at: number): FileCheck {
  if (failure === undefined) return { at, size };
  const { kind, seenSize, status } = failure;
  if (kind === "size" && seenSize !== undefined) return { at, size: seenSize };
  if (kind === "status" && absentStatuses.has(status)) return { at, failed: "absent" };
  return { at, failed: unansweredKinds.has(kind) ? "unreachable" : "wrong" };
}
