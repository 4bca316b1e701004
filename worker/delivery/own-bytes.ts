/**
 * Whether a mirror gives the very file that a client came back for rightly: fetched whole and compared with its hash.
 * It finds wrong bytes of the right size in one of a mirror's files, which nothing else does before somebody fails.
 */
import type { MirrorOffer } from "../mirrors/mirror-offer.ts";
import { sharingAskerOf } from "../outbound/asker.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import { hex } from "../runtime/hex.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { SharedWork } from "../runtime/shared-work.ts";
import type { FileChecks } from "./file-checks.ts";
import type { FileRequest } from "./file-request.ts";
import { edgesNetwork } from "./liveness-checks.ts";

/** Largest file that is compared, bytes: it is in the isolate's memory meanwhile. Four of five packages are smaller. */
export const maxComparedBytes = 4 * 1024 * 1024;
/** Files compared at a time: 8 MiB of an isolate's 128. */
const atOnce = 2;
/** Between two files of one mirror, ms: clients choose what is compared, and 4 MiB in this time are 0.4 MB/s of it. */
export const betweenMs = 10_000;
/** For one file, ms: a client waits for it. What takes longer says nothing: we may be far from the mirror. */
const deadlineMs = 3000;
/** A file that was right isn't compared again for this long, ms. */
const rightMs = 600_000;
/** Files that were right, or mirrors, remembered. */
const maxRemembered = 1024;

/** `unknown`: it couldn't be compared, or not in time. */
export type Compared = "right" | "wrong" | "unknown";

export class OwnBytes {
  readonly #fileChecks: FileChecks;
  readonly #comparing = new SharedWork<Compared>(deadlineMs + 200);
  #running = 0;
  /** By base URL, when a file there was compared last; Unix ms. */
  readonly #comparedAt = new LastUsed<number>(maxRemembered);
  /** By URL, when it was right; Unix ms. */
  readonly #rightAt = new LastUsed<number>(maxRemembered);

  constructor(fileChecks: FileChecks) {
    this.#fileChecks = fileChecks;
  }

  /**
   * Compares the file at that mirror; where it is wrong, nobody is sent there for it any more, and Fleet is told.
   * Never rejects; nothing is awaited where nothing is to be fetched, which is nearly always.
   *
   * @param file as its repository lists it; `null`: it doesn't
   */
  compare(
    offer: MirrorOffer,
    asked: FileRequest,
    file: PresentFile | null,
  ): Compared | Promise<Compared> {
    const { base } = offer;
    const { decoded, now } = asked;
    const { size, sha256 } = file ?? {};
    if (size === undefined || sha256 === undefined || size > maxComparedBytes) return "unknown";
    const url = base + decoded;
    if (now - (this.#rightAt.get(url) ?? Number.NEGATIVE_INFINITY) < rightMs) return "right";
    if (!this.#comparing.isRunning(url) && !this.#mayBegin(base, now)) return "unknown";
    return this.#compare(offer, asked, { url, size, sha256 });
  }

  async #compare(
    { base, open }: MirrorOffer,
    asked: FileRequest,
    { url, size, sha256 }: { url: string; size: number; sha256: Uint8Array },
  ): Promise<Compared> {
    const { decoded, now, opened, history, scheme, second, background } = asked;
    const repository = opened.repository.name;
    const asker = sharingAskerOf(asked.request);
    const compare = async (): Promise<Compared> => {
      const wanted = { path: decoded, size, sha256: hex(sha256), first: 0 };
      const { found, inBody, said } = await this.#counted(() =>
        this.#fileChecks.bytesNow(wanted, { base, asker, now }, deadlineMs),
      );
      if (found === "right") {
        this.#rightAt.set(url, now);
        return "right";
      }
      // What headers tell, a HEAD tells as well.
      if (found !== "wrong" || !inBody) return "unknown";
      console.warn(`${url}: ${said ?? "other bytes than listed"}`);
      this.#fileChecks.corrupt({ repository, path: decoded }, base, now);
      history.report({ mirror: open.resource.name, repository, scheme }, edgesNetwork, second);
      return "wrong";
    };
    return this.#comparing.run(url, compare, background).catch(() => "unknown");
  }

  /** Work that fails ends as well: else nothing would be compared any more after two failures. */
  async #counted<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }

  #mayBegin(base: string, now: number): boolean {
    if (this.#running >= atOnce) return false;
    if (now - (this.#comparedAt.get(base) ?? Number.NEGATIVE_INFINITY) < betweenMs) return false;
    this.#comparedAt.set(base, now);
    return true;
  }
}
