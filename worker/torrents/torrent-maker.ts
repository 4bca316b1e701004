/**
 * Makes torrents: one image at a time is read, within a day's budget, and what was read is published only where it is
 * the file that the signed list names. Knows no platform: alarm, network, storage and clock are passed in.
 */
import type { ObjectAlarm } from "../runtime/object-alarm.ts";
import { reasonOf } from "../runtime/reason.ts";
import { askSize, FileReading, type GivenRange, hostsThatLied } from "./file-reading.ts";
import type { Pieces } from "./metainfo.ts";
import { comingOf, dayMs, dayOf, stateOf, tomorrow, withQuestion } from "./question.ts";
import { hostOf, type RangeAccess } from "./read-range.ts";
import type { KnownTorrents, NoTorrent, TorrentAnswer, TorrentQuestion } from "./torrent-answer.ts";
import type { Job, TorrentStore } from "./torrent-store.ts";
import { type Budget, fitsToday, isAlone, isTooLarge, nextOf, type WantedImage } from "./wanted.ts";

export interface TorrentMakerContext {
  store: TorrentStore;
  access: RangeAccess;
  alarm: ObjectAlarm;
  /** Bytes that may be read on one day, in UTC; 0: no torrents are made. */
  bytesPerDay: number;
  /** Bytes of one range; absent: `usualRangeBytes`. */
  rangeBytes?: number;
  /** Unix ms. */
  now(): number;
  log(sentence: string): void;
}

/** One alarm reads no longer, ms: an alarm may take 15 minutes. */
const workMs = 60_000;
/** One alarm reads no more, bytes: 4 s of processor time (docs/performance.md), of the 30 s that an alarm has. */
const workBytes = 1024 ** 3;
/** An alarm that broke off is rung again after this, ms: longer than `workMs` and one range. */
const againMs = 300_000;
/** An attempt that was cut off is begun so often; each may read the whole file. */
export const maxBegun = 3;
/** What can't be read isn't tried for so long, ms. */
export const unreadMs = 3_600_000;
/** Nor a file whose bytes are wrong at its origin, too. */
export const wrongFileMs = dayMs;
/** Mirrors that one file is read from. */
const maxReadFrom = 4;
/** Faults that a refusal tells. */
const maxTold = 3;

/** The file that is being read. */
interface Work {
  job: Job;
  file: WantedImage;
  reading: FileReading;
}

/** What mirrors gave in a first attempt that wasn't the file. */
interface Suspects {
  sha256: string;
  given: readonly GivenRange[];
  pieces: Pieces;
}

export class TorrentMaker {
  readonly #context: TorrentMakerContext;
  #work: Work | undefined;
  #suspects: Suspects | undefined;
  #isWorking = false;

  constructor(context: TorrentMakerContext) {
    this.#context = context;
  }

  /** A client asks for a torrent: gives it, or counts the question and tells why there is none. */
  async ask(question: TorrentQuestion): Promise<TorrentAnswer> {
    const { store, bytesPerDay, now } = this.#context;
    const torrent = store.torrent(question.sha256, now());
    if (torrent !== undefined) return { torrent };
    if (bytesPerDay <= 0) return { none: "off" };
    const answer = this.#stateOf(this.#noted(question));
    if (answer.none === "queued" || answer.none === "tomorrow") await this.#wake();
    return answer;
  }

  /** What is known of all torrents. Nothing is counted. */
  known(): KnownTorrents {
    const { store, bytesPerDay, now } = this.#context;
    const made = store.made();
    if (bytesPerDay <= 0) return { made, coming: [], isOff: true };
    const files = store.allWanted();
    return { made, coming: comingOf(files, this.#budget(), now()), isOff: false };
  }

  /** What the alarm is for. Never rejects. */
  async alarm(): Promise<void> {
    const { alarm, bytesPerDay, now, log } = this.#context;
    if (bytesPerDay <= 0) return;
    // First of all, so that whatever breaks below doesn't end the work.
    await alarm.set(now() + againMs);
    this.#isWorking = true;
    try {
      await this.#read();
      await this.#setNext();
    } catch (error) {
      log(`Torrents can't be made: ${reasonOf(error)}.`);
    } finally {
      this.#isWorking = false;
    }
  }

  /** Remembers the question. One without a network isn't counted. */
  #noted(question: TorrentQuestion): WantedImage {
    const { store, now } = this.#context;
    const file = withQuestion(store.wanted(question.sha256), question, now());
    if (question.network !== undefined) store.setWanted(file, now());
    return file;
  }

  #stateOf(file: WantedImage): NoTorrent {
    const { store, now } = this.#context;
    if (store.job?.sha256 !== file.sha256) return stateOf(file, this.#budget(), now());
    const { done = 0, size = file.size ?? 0 } = this.#work?.reading ?? {};
    return { none: "reading", done, size };
  }

  #budget(): Budget {
    const { store, bytesPerDay, now } = this.#context;
    return { perDay: bytesPerDay, ...store.spentOn(dayOf(now())) };
  }

  async #wake(): Promise<void> {
    // What works sets the alarm itself, and a wake before would only come too early.
    if (this.#isWorking) return;
    const { alarm, now } = this.#context;
    const set = await alarm.get();
    if (set === null || set > now()) await this.#setNext();
  }

  /** Sets the alarm to when there is something to do; where there is nothing, to never. */
  async #setNext(): Promise<void> {
    const { alarm, store, now } = this.#context;
    const all = store.allWanted();
    const fresh = { perDay: this.#context.bytesPerDay, spent: 0, spentAlone: 0 };
    if (store.job !== undefined || nextOf(all, this.#budget()) !== undefined) {
      await alarm.set(now());
    } else if (nextOf(all, fresh) !== undefined) {
      await alarm.set(tomorrow(now()));
    } else {
      await alarm.delete();
    }
  }

  /** Reads on, for as long and as much as one alarm should. */
  async #read(): Promise<void> {
    const { now } = this.#context;
    const until = now() + workMs;
    let left = workBytes;
    while (now() < until && left > 0) {
      this.#work ??= await this.#begin();
      if (this.#work === undefined) return;
      const { reading } = this.#work;
      const before = reading.done;
      await this.#step(this.#work);
      left -= reading.done - before;
    }
  }

  /** Begins to read a file: the one that was cut off, else the next. Undefined: there is nothing to read. */
  async #begin(): Promise<Work | undefined> {
    const { store, access, rangeBytes, now } = this.#context;
    for (;;) {
      const job = store.job ?? this.#nextJob();
      if (job === undefined) return undefined;
      const file = store.wanted(job.sha256);
      if (file === undefined) {
        // Another file is at its path by now.
        store.setJob(undefined);
        continue;
      }
      if (job.begun >= maxBegun) {
        this.#refuse(file, "Reading it was cut off several times.", wrongFileMs);
        continue;
      }
      const begun: Job = { ...job, begun: job.begun + 1 };
      store.setJob(begun);
      const wrong = store.wrongHosts(now());
      const usable = file.sources.filter((url) => !wrong.has(hostOf(url))).slice(0, maxReadFrom);
      const sources = job.attempt === 1 ? usable : [];
      // What was told of the size may be as wrong as the bytes.
      const told = job.attempt === 1 && file.size !== undefined ? { size: file.size } : undefined;
      const asked = told ?? (await askSize(access, [...sources, file.origin]));
      if ("fault" in asked) {
        this.#refuse(file, asked.fault, unreadMs);
        continue;
      }
      // As it is by now: it may have been asked for meanwhile.
      const sized = { ...(store.wanted(file.sha256) ?? file), size: asked.size };
      if (told === undefined) store.setWanted(sized, now());
      if (isTooLarge(asked.size, this.#budget()) || !fitsToday(sized, this.#budget())) {
        store.setJob(undefined);
        continue;
      }
      const from = { sources, lastResort: file.origin, ...(rangeBytes && { rangeBytes }) };
      return { job: begun, file: sized, reading: new FileReading(access, asked.size, from) };
    }
  }

  #nextJob(): Job | undefined {
    const next = nextOf(this.#context.store.allWanted(), this.#budget());
    return next && { sha256: next.sha256, attempt: 1, begun: 0 };
  }

  /** Reads one range, and ends the work where it is the last. */
  async #step(work: Work): Promise<void> {
    const { store, now, bytesPerDay, log } = this.#context;
    const { file, reading } = work;
    const day = dayOf(now());
    const may = reading.nextBytes;
    if (store.spentOn(day).spent + may > bytesPerDay) {
      log(`The torrent of ${nameOf(file)} waits: today's bytes are used up.`);
      store.setJob(undefined);
      this.#work = undefined;
      return;
    }
    const before = reading.done;
    // Spent before it is read: an object that is evicted meanwhile has read it.
    store.spend(day, may, isAlone(file));
    const hadServer = await reading.step();
    store.spend(day, reading.done - before - may, isAlone(file));
    if (!hadServer) {
      this.#work = undefined;
      this.#failed(work);
    } else if (reading.isWhole) {
      this.#work = undefined;
      this.#finish(work);
    }
  }

  /** The whole file is read: publishes it, or tries again from the origin, or gives up. */
  #finish({ job, file, reading }: Work): void {
    const { store, now, log } = this.#context;
    const { sha256, pieces } = reading.end();
    const isTrue = sha256 === file.sha256;
    if (isTrue) {
      store.publish(sha256, { ...pieces, readAt: now() });
      this.#accuse(file, pieces);
      return;
    }
    const isFromOrigin = reading.given.every(({ host }) => host === hostOf(file.origin));
    if (job.attempt === 2 || isFromOrigin) {
      this.#refuse(file, "Its origin's bytes aren't those of its signed list.", wrongFileMs);
      return;
    }
    log(`${nameOf(file)} as its mirrors gave it isn't the file of its signed list.`);
    this.#suspects = { sha256: file.sha256, given: reading.given, pieces };
    store.setJob({ sha256: file.sha256, attempt: 2, begun: 0 });
  }

  #failed({ job, file, reading }: Work): void {
    if (job.attempt === 1) {
      this.#context.store.setJob({ sha256: file.sha256, attempt: 2, begun: 0 });
      return;
    }
    const told = reading.faults.slice(-maxTold).map(({ said }) => said);
    this.#refuse(file, told.join(" ") || "No server gives it.", unreadMs);
  }

  /** Compares what mirrors gave with the true file, and reads from those that lied no more. */
  #accuse(file: WantedImage, truth: Pieces): void {
    const suspects = this.#suspects;
    this.#suspects = undefined;
    if (suspects?.sha256 !== file.sha256) return;
    const { store, now, log } = this.#context;
    const { pieces, given } = suspects;
    // Of another length nothing can be compared.
    if (pieces.size !== truth.size) return;
    const hosts = hostsThatLied(given, truth.pieceLength, {
      read: pieces.sha1,
      truth: truth.sha1,
    });
    if (hosts.length > 0) log(`${nameOf(file)} has other bytes at ${hosts.join(", ")}.`);
    store.noteWrong(hosts, now());
  }

  #refuse(file: WantedImage, why: string, forMs: number): void {
    const { store, now, log } = this.#context;
    log(`No torrent of ${nameOf(file)}: ${why}`);
    // As it is by now: it may have been asked for meanwhile. What was told of its size may be what was wrong.
    const { size: _, ...unsized } = store.wanted(file.sha256) ?? file;
    store.setWanted({ ...unsized, refusal: why, notBefore: now() + forMs }, now());
    store.setJob(undefined);
  }
}

function nameOf({ repository, path }: WantedImage): string {
  return `/${repository}/${path}`;
}
