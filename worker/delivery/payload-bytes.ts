/** The bytes of one request's file by way of here: checked where it is listed, from whoever gives them. */

import { digestsOf } from "../http/digest.ts";
import type { MirrorCandidate } from "../mirrors/mirror-offer.ts";
import type { BytesContext } from "../outbound/bytes-context.ts";
import type { NotHad } from "../outbound/not-had.ts";
import type { AnyMirror } from "./any-mirror.ts";
import { type CheckedBytes, maxWholeBytes } from "./checked-bytes.ts";
import { isProven } from "./choice.ts";
import type { FileChecks } from "./file-checks.ts";
import { has, topOf } from "./file-request.ts";
import type { IndexedRequest } from "./indexed-answer.ts";
import { knownOf, sizeOf } from "./known.ts";
import { serveBytes } from "./origin-bytes.ts";
import type { RequestFacts } from "./request-facts.ts";

/** What giving bytes takes besides the request. */
export interface BytesServices {
  fileChecks: FileChecks;
  anyMirror: AnyMirror;
  checked: CheckedBytes;
  bytes: BytesContext;
}

/** Times that any mirror is searched: one that was wrong is passed by then, and one that was late has answered. */
const rounds = 3;

/** What is answered where the origin can't be reached; `undefined`: an error that says so. */
type Instead = () => Response | undefined | Promise<Response | undefined>;

export class PayloadBytes {
  readonly #facts: RequestFacts;
  readonly #services: BytesServices;

  constructor(facts: RequestFacts, services: BytesServices) {
    this.#facts = facts;
    this.#services = services;
  }

  /** Of a small file: from the origin, or where it is listed from the client's own mirrors. */
  async small(instead: Instead): Promise<Response | NotHad> {
    const size = sizeOf<MirrorCandidate>(this.#facts);
    const listed = this.#listed(size);
    if (listed === undefined || size === undefined || size > maxWholeBytes) {
      return this.unchecked(instead);
    }
    return this.#services.checked.whole(
      { ...listed, size },
      () => this.#elsewhere(),
      this.#facts.request.background,
    );
  }

  /** From the origin, streamed. @param instead for a file that isn't listed */
  async ofOrigin(instead: Instead): Promise<Response | NotHad> {
    const listed = this.#listed(this.#facts.listed?.size);
    if (listed === undefined) return this.unchecked(instead);
    return this.#services.checked.streamed(listed, this.#facts.request.background);
  }

  /** From whoever says they have it, judged by its hash; `undefined` where nobody gives it rightly. */
  async ofAnyMirror(): Promise<Response | undefined> {
    const listed = this.#listed(this.#facts.listed?.size);
    if (listed?.size === undefined) return undefined;
    const sized = { ...listed, size: listed.size };
    const { anyMirror, checked } = this.#services;
    const { request } = this.#facts;
    const wrong = (url: string, fault: string) => {
      console.warn(`${url}: ${fault}`);
      anyMirror.note(request, url);
    };
    for (let round = 0; round < rounds; round++) {
      const urls = await anyMirror.urls(request, sized.size);
      if (urls.length === 0) return undefined;
      const had = await checked.fromAny(sized, urls, this.#facts.request.background, wrong);
      if (had instanceof Response) return had;
    }
    return undefined;
  }

  /** From the origin as it gives them. */
  unchecked(instead: Instead): Promise<Response> {
    return serveBytes(
      this.#request(),
      this.#services.bytes,
      this.#facts.request.background,
      instead,
    );
  }

  /** Where else the bytes of a hash may be had: at mirrors, those proven to have the file first. */
  #elsewhere(): string[] {
    const { request } = this.#facts;
    const able = topOf(request).filter(has(request.decoded));
    const known = knownOf<MirrorCandidate>(this.#facts);
    const proven = able.filter((offer) => isProven(offer, known));
    const ordered = [...proven, ...able.filter((offer) => !proven.includes(offer))];
    return ordered.map(({ base }) => base + request.path);
  }

  #listed(size: number | undefined): IndexedRequest | undefined {
    const { listed } = this.#facts;
    const digests = listed === null ? undefined : digestsOf(listed);
    if (listed?.sha256 === undefined || digests === undefined) return undefined;
    const request = { ...this.#request(), sha256: listed.sha256, digests };
    return size === undefined ? request : { ...request, size };
  }

  #request() {
    const { request, scheme, opened, path, decoded } = this.#facts.request;
    return { request, scheme, repository: opened.repository, path, decoded };
  }
}
