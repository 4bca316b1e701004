/** Asks whom `decide` says, and keeps what came of it with the facts: the driver's one half, which the lists share. */
import type { MirrorCandidate, MirrorOffer } from "../mirrors/mirror-offer.ts";
import { askerOf } from "../outbound/asker.ts";
import { firstInOrder } from "../runtime/first-in-order.ts";
import type { Check } from "./check-bytes.ts";
import type { FileCheck } from "./choice.ts";
import { decide, fileRounds } from "./decide.ts";
import type { Ask, Bytes, Decision, Redirect } from "./decision.ts";
import type { Tried } from "./decision-facts.ts";
import type { CheckedFile } from "./file-checks.ts";
import { knownOf } from "./known.ts";
import type { KnownMirrors, RequestFacts } from "./request-facts.ts";

/** How much longer than the first mirror that has the file a better one may take, ms: what a client doesn't notice. */
const graceMs = 150;

export class Asking {
  #facts: RequestFacts;
  readonly #mirrors: KnownMirrors;

  constructor(facts: RequestFacts, mirrors: KnownMirrors) {
    this.#facts = facts;
    this.#mirrors = mirrors;
  }

  /** As they are by now. */
  get facts(): RequestFacts {
    return this.#facts;
  }

  decide(): Decision<MirrorOffer> {
    return decide<MirrorCandidate>(this.#facts);
  }

  /** Something else than a question was tried. */
  note(outcome: Partial<Tried<MirrorOffer>>): void {
    this.#facts = this.#facts.after(outcome);
  }

  /** Never rejects. */
  async ask({ ask }: Ask<MirrorOffer>): Promise<void> {
    if (ask.of === "file") return this.#askForFile(ask.mirrors, ask.hasOther ?? false);
    if (ask.of === "liveness") return this.#checkLiveness(ask.mirrors);
    this.note({ origin: await this.#askServer(this.#facts.origin, undefined) });
  }

  /** What a decision has asked in the background. */
  meanwhile(decision: Redirect<MirrorOffer> | Bytes<MirrorOffer>): void {
    const { livenessChecks } = this.#mirrors;
    const { request } = this.#facts;
    for (const offer of decision.check) {
      const size = this.#facts.listed?.size ?? knownOf<MirrorCandidate>(this.#facts).size;
      livenessChecks?.checkAgain(offer, request, size);
    }
    if (!("redirect" in decision) || decision.askToo === undefined) return;
    const { size } = knownOf<MirrorCandidate>(this.#facts);
    if (!this.#mayAsk(decision.askToo.base, size)) return;
    request.background.waitUntil(this.#askServer(decision.askToo.base, size));
  }

  async #askForFile(mirrors: readonly MirrorOffer[], hasOther: boolean): Promise<void> {
    const { livenessChecks } = this.#mirrors;
    const { request } = this.#facts;
    const { size } = knownOf<MirrorCandidate>(this.#facts);
    const able = mirrors.filter(({ base }) => this.#mayAsk(base, size));
    // Mirrors have been asked for enough: what is known by now decides.
    if (able.length === 0) return this.note({ fileRounds });
    const asking = able.map(async (offer) => {
      const said = await this.#askServer(offer.base, size);
      livenessChecks?.count(offer, request, said, size);
      return said.size !== undefined && said.size === size;
    });
    // Others' questions that this one joined may end after its answer, where its own context has to be there still.
    request.background.waitUntil(Promise.all(asking));
    const enough = hasOther ? [...asking, Promise.resolve(true)] : asking;
    // A list names all that have it.
    await (this.#facts.wants === "mirrors" ? Promise.all(asking) : firstInOrder(enough, graceMs));
    this.note({ fileRounds: this.#facts.tried.fileRounds + 1 });
  }

  async #checkLiveness(mirrors: readonly MirrorOffer[]): Promise<void> {
    const { livenessChecks } = this.#mirrors;
    const { request, tried } = this.#facts;
    const { size } = knownOf<MirrorCandidate>(this.#facts);
    const checked = new Map<MirrorOffer, Check | "pending">(tried.checked);
    for (const offer of mirrors) checked.set(offer, "pending");
    const checking = mirrors.map(async (offer) => {
      const check = (await livenessChecks?.check(offer, request, size)) ?? "right";
      checked.set(offer, check);
      return check === "right";
    });
    await firstInOrder(checking, graceMs);
    // Answers that come later must not change facts that were decided from.
    this.note({ checked: new Map(checked), livenessRounds: tried.livenessRounds + 1 });
  }

  #mayAsk(base: string, size: number | undefined): boolean {
    const { request, now } = this.#facts.request;
    const question = { base, asker: askerOf(request), now };
    return this.#mirrors.fileChecks.mayAsk(this.#file(size), question);
  }

  #askServer(base: string, size: number | undefined): Promise<FileCheck> {
    const { request, now, background } = this.#facts.request;
    const question = { base, asker: askerOf(request), now };
    return this.#mirrors.fileChecks.ask(this.#file(size), question, background);
  }

  #file(size: number | undefined): CheckedFile {
    const { opened, decoded } = this.#facts.request;
    return {
      repository: opened.repository.name,
      path: decoded,
      ...(size !== undefined && { size }),
    };
  }
}
