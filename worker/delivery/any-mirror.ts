/**
 * Who has a listed file when neither the origin nor any mirror that clients are sent to gives it: the nearest of all
 * listed mirrors are asked at once. What they give goes through our hands and is judged by its hash, so that nobody has
 * to be trusted for it.
 */
import { listedNear } from "../mirrors/listed-near.ts";
import { askerOf } from "../outbound/asker.ts";
import { firstInOrder } from "../runtime/first-in-order.ts";
import { LastUsed } from "../runtime/last-used.ts";
import { SharedWork } from "../runtime/shared-work.ts";
import type { FileCheck } from "./choice.ts";
import type { FileChecks } from "./file-checks.ts";
import { demandOf, type FileRequest } from "./file-request.ts";

/** Mirrors asked, the nearest: six at a time is what the platform lets a request have open. */
const askedAtMost = 12;
/** A mirror that was asked for the file within this long, ms, isn't asked again: many clients come when all is down. */
const answerHoldsMs = 5000;
/** One whose bytes were wrong is passed by for so long, ms. */
const wrongMs = 60_000;
/** How much longer than the first that has it others may take, ms: who comes first may give wrong bytes. */
const graceMs = 500;
/** Files that were wrong at a mirror, remembered. */
const maxWrong = 256;
/**
 * For one question, ms: the client has waited for others before, and apt gives up after 30 s. Who is slow to say that
 * it has the file would be slow to give it.
 */
const deadlineMs = 2500;

export class AnyMirror {
  readonly #fileChecks: FileChecks;
  readonly #asking = new SharedWork<FileCheck>(2 * deadlineMs + 500);
  /** By URL, until when; Unix ms. */
  readonly #wrong = new LastUsed<number>(maxWrong);

  constructor(fileChecks: FileChecks) {
    this.#fileChecks = fileChecks;
  }

  /** URLs of the file at mirrors that say they have it, of that size; who answered first is first. Never rejects. */
  async urls(asked: FileRequest, size: number): Promise<string[]> {
    const { decoded, path, roster, rankedClient, now } = asked;
    const { client } = rankedClient;
    const demand = demandOf(asked, client);
    const bases = listedNear(roster, { demand, client, path: decoded }, askedAtMost);
    const having: string[] = [];
    const asking = bases.map(async (base) => {
      const url = base + path;
      if ((this.#wrong.get(url) ?? 0) > now) return false;
      const { size: seen } = await this.#ask(asked, base, size);
      if (seen === size) having.push(url);
      return seen === size;
    });
    await firstInOrder(asking, graceMs);
    return [...having];
  }

  /** That URL gave other bytes than the file's: nobody is sent there for it either. */
  note(
    { opened, decoded, path, now }: Pick<FileRequest, "opened" | "decoded" | "path" | "now">,
    url: string,
  ): void {
    const file = { repository: opened.repository.name, path: decoded };
    this.#fileChecks.refute(file, url.slice(0, url.length - path.length), now);
    this.#wrong.set(url, now + wrongMs);
  }

  /** Once for all clients that want to know at the same time. Never rejects. */
  async #ask(
    { opened, decoded, request, now, background }: FileRequest,
    base: string,
    size: number,
  ): Promise<FileCheck> {
    const file = { repository: opened.repository.name, path: decoded, size };
    const known: FileCheck | undefined = this.#fileChecks.of(file)?.get(base);
    if (known !== undefined && now - known.at < answerHoldsMs) return known;
    const asker = askerOf(request);
    const question = `${base} ${decoded} ${size} ${asker.host} ${asker.cdnLoop ?? ""}`;
    const ask = () => this.#fileChecks.askNow(file, { base, asker, now }, deadlineMs);
    return this.#asking
      .run(question, ask, background)
      .catch(() => ({ at: now, failed: "unreachable" }) as const);
  }
}
