/** The bytes of one request's file by way of here: checked where it is listed, from whoever gives them. */

import type { BytesContext } from "../outbound/bytes-context.ts";
import type { NotHad } from "../outbound/not-had.ts";
import type { PresentFile } from "../repositories/contents/presence/presence-index.ts";
import type { Background } from "../runtime/background.ts";
import type { AnyMirror } from "./any-mirror.ts";
import { type CheckedBytes, maxWholeBytes } from "./checked-bytes.ts";
import { isProven } from "./choice.ts";
import type { FileChecks } from "./file-checks.ts";
import { fileFacts } from "./file-facts.ts";
import { type FileRequest, has, topOf } from "./file-request.ts";
import type { IndexedRequest } from "./indexed-answer.ts";
import { serveBytes } from "./origin-bytes.ts";

/** What giving bytes takes besides the request. */
export interface BytesServices {
  sightings: FileChecks;
  anybody: AnyMirror;
  checked: CheckedBytes;
  bytes: BytesContext;
}

/** Times that anybody is looked for: who was wrong is passed by then, and who was late has answered. */
const rounds = 3;

/** What is answered where the origin can't be reached; `undefined`: an error that says so. */
type Instead = () => Response | undefined | Promise<Response | undefined>;

export class PayloadBytes {
  readonly #asked: FileRequest;
  readonly #file: PresentFile | null;
  readonly #served: number;
  readonly #edge: BytesServices;
  readonly #background: Background;

  /**
   * @param file as its repository lists it
   * @param served generation of the snapshot that lists it
   */
  constructor(
    asked: FileRequest,
    file: PresentFile | null,
    served: number,
    edge: BytesServices,
    background: Background,
  ) {
    this.#asked = asked;
    this.#file = file;
    this.#served = served;
    this.#edge = edge;
    this.#background = background;
  }

  /** Of a small file: from the origin, or where it is listed from the client's own mirrors. */
  async small(size: number, instead: Instead): Promise<Response | NotHad> {
    const listed = this.#listed(size);
    if (listed === undefined || size > maxWholeBytes) return this.unchecked(instead);
    return this.#edge.checked.whole(listed, () => this.#elsewhere(), this.#background);
  }

  /** From the origin, streamed. @param instead for a file that isn't listed */
  async ofOrigin(instead: Instead): Promise<Response | NotHad> {
    const listed = this.#listed(this.#file?.size);
    if (listed === undefined) return this.unchecked(instead);
    return this.#edge.checked.streamed(listed, this.#background);
  }

  /** From whoever says they have it, judged by its hash; `undefined` where nobody gives it rightly. */
  async ofAnybody(): Promise<Response | undefined> {
    const listed = this.#listed(this.#file?.size);
    if (listed?.size === undefined) return undefined;
    const { anybody, checked } = this.#edge;
    const wrong = (url: string, fault: string) => {
      console.warn(`${url}: ${fault}`);
      anybody.note(this.#asked, url);
    };
    for (let round = 0; round < rounds; round++) {
      const urls = await anybody.urls(this.#asked, listed.size);
      if (urls.length === 0) return undefined;
      const had = await checked.fromAny(listed, urls, this.#background, wrong);
      if (had instanceof Response) return had;
    }
    return undefined;
  }

  /** From the origin as it gives them. */
  unchecked(instead: Instead): Promise<Response> {
    return serveBytes(this.#request(), this.#edge.bytes, this.#background, instead);
  }

  /** Where else the bytes of a hash may be had: at mirrors, those proven to have the file first. */
  #elsewhere(): string[] {
    const able = topOf(this.#asked).filter(has(this.#asked.decoded));
    const known = fileFacts(this.#asked, this.#file, this.#served, this.#edge.sightings, able);
    const proven = able.filter((offer) => isProven(offer, known));
    const ordered = [...proven, ...able.filter((offer) => !proven.includes(offer))];
    return ordered.map(({ base }) => base + this.#asked.path);
  }

  #listed(size: number | undefined): IndexedRequest | undefined {
    const sha256 = this.#file?.sha256;
    if (sha256 === undefined) return undefined;
    return { ...this.#request(), sha256, ...(size !== undefined && { size }) };
  }

  #request() {
    const { request, scheme, opened, path, decoded } = this.#asked;
    return { request, scheme, repository: opened.repository, path, decoded };
  }
}
