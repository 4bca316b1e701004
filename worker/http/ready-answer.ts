/** Answers that are sent many times: bytes and headers as they go out, compressed where no platform does it. */
import { gzipSync } from "node:zlib";
import { leastBytes, takesGzip } from "./compressed.ts";
import { notModified } from "./conditional.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Of a request, what decides how an answer is sent. */
export interface SendTo {
  readonly headers: Headers;
  /** No platform compresses: it is done here, as `compressed` does it. */
  compresses?: boolean | undefined;
}

interface Coded {
  bytes: Bytes;
  headers: Headers;
}

export class ReadyAnswer {
  readonly #bytes: Bytes;
  /** With its quotes. */
  readonly #etag: string | undefined;
  /** What a platform is handed. */
  readonly #plain: Headers;
  /** Made when they are first wanted: of each answer only some are. */
  #own: Coded | undefined;
  #gzip: Coded | undefined;

  /** @param headers all but `Content-Length`; by an `ETag` requests are answered 304 */
  constructor(bytes: Bytes, headers: Readonly<Record<string, string>>) {
    this.#bytes = bytes;
    this.#etag = headers.ETag;
    this.#plain = new Headers(headers);
    this.#plain.set("Content-Length", String(bytes.byteLength));
  }

  /** Bytes held, of all codings: the compressed ones are a quarter at most. */
  get size(): number {
    return this.#bytes.byteLength * 1.25;
  }

  send({ headers: asked, compresses = false }: SendTo): Response {
    const isCoded = compresses && this.#bytes.byteLength >= leastBytes;
    if (this.#etag !== undefined) {
      const validators = { etag: this.#etag, lastModified: null };
      if (notModified(asked, validators)) return this.#unchanged(compresses);
    }
    if (!isCoded) return new Response(this.#bytes, { headers: this.#plain });
    if (takesGzip(asked.get("Accept-Encoding"))) {
      this.#gzip ??= gzipped(this.#bytes, this.#plain);
      return new Response(this.#gzip.bytes, { headers: this.#gzip.headers, encodeBody: "manual" });
    }
    this.#own ??= { bytes: this.#bytes, headers: varying(this.#plain) };
    return new Response(this.#bytes, { headers: this.#own.headers });
  }

  #unchanged(compresses: boolean): Response {
    const headers = compresses ? varying(this.#plain) : new Headers(this.#plain);
    headers.delete("Content-Length");
    return new Response(null, { status: 304, headers });
  }
}

function varying(headers: Headers): Headers {
  const told = new Headers(headers);
  told.append("Vary", "Accept-Encoding");
  return told;
}

/** The tag turns weak: it is the same page in other bytes (RFC 9110, section 8.8.3.3). */
function gzipped(plain: Bytes, headers: Headers): Coded {
  const bytes = new Uint8Array(gzipSync(plain));
  const told = varying(headers);
  told.set("Content-Encoding", "gzip");
  told.set("Content-Length", String(bytes.byteLength));
  const tag = headers.get("ETag");
  if (tag?.startsWith('"')) told.set("ETag", `W/${tag}`);
  return { bytes, headers: told };
}
