/**
 * What an R2 binding of workerd asks, and the answers that it understands: `api/r2-rpc.c++`, and the JSON of
 * `api/r2-api.capnp`. A read is a GET whose header has the request; a write is a PUT whose body begins with it.
 */
import { PieceReader, pieceBytes } from "../runtime/piece-reader.ts";

/** As JSON: numbers of 64 bits are texts, and what isn't there has its default. */
export interface BlobRequest {
  method: string;
  object?: string;
  objects?: string[];
  range?: { offset?: string; length?: string; suffix?: string };
  rangeHeader?: string;
  sha256?: string;
  sha512?: string;
  limit?: number;
  prefix?: string;
  cursor?: string;
  startAfter?: string;
  delimiter?: string;
  [name: string]: unknown;
}

/** An error by the numbers of R2 (developers.cloudflare.com/r2/api/error-codes). The binding throws the sentence. */
export class BlobError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, sentence: string) {
    super(sentence);
    this.status = status;
    this.code = code;
  }
}

export const notThere = () => new BlobError(404, 10007, "The specified key does not exist.");
export const badRange = () => new BlobError(416, 10039, "The requested range is not satisfiable");
export const notDone = (what: string) =>
  new BlobError(501, 10004, `${what} is not supported by the embedded store.`);
export const badHash = (algorithm: string, found: string, expected: string) =>
  new BlobError(
    400,
    10037,
    `The ${algorithm} checksum you specified did not match what we received. You provided a ${algorithm} checksum with value: ${expected}. Actual ${algorithm} was: ${found}`,
  );
export const badRequest = (sentence: string) => new BlobError(400, 10001, sentence);
export const failed = (sentence: string) => new BlobError(500, 10001, sentence);

/** What R2 tells of an object. */
export interface ToldObject {
  name: string;
  size: number;
  /** Unix ms. */
  modified: number;
}

/** `R2HeadResponse`. The tag is made of size and date, as of a file that a server gives. */
export function objectJson({ name, size, modified }: ToldObject, range?: ToldRange) {
  const tag = `${size.toString(16)}-${Math.floor(modified / 1000).toString(16)}`;
  return {
    name,
    version: tag,
    size: String(size),
    etag: tag,
    uploaded: String(modified),
    httpFields: {},
    customFields: [],
    checksums: {},
    storageClass: "Standard",
    ...(range && { range: { offset: String(range.offset), length: String(range.length) } }),
  };
}

export interface ToldRange {
  offset: number;
  length: number;
}

export function errorAnswer({ status, code, message }: BlobError): Response {
  const error = JSON.stringify({ version: 1, v4code: code, message });
  // A header takes no other signs; JSON can say them all in these.
  const header = error.replace(
    /[^ -~]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return new Response(null, { status, headers: { "CF-R2-Error": header } });
}

const sizeHeader = "CF-R2-Metadata-Size";

/** An answer of JSON alone. */
export function jsonAnswer(value: unknown): Response {
  const json = new TextEncoder().encode(JSON.stringify(value));
  return new Response(json, { headers: { [sizeHeader]: String(json.byteLength) } });
}

/**
 * JSON and the bytes behind it, as one body.
 *
 * @returns `sent` ends with the body, and never rejects: who reads the body sees it break
 */
export function bytesAnswer(
  value: unknown,
  body: ReadableStream<Uint8Array>,
  length: number,
): { answer: Response; sent: Promise<void> } {
  const json = new TextEncoder().encode(JSON.stringify(value));
  const { readable, writable } = new FixedLengthStream(json.byteLength + length);
  const send = async () => {
    const writer = writable.getWriter();
    try {
      await writer.write(json);
      writer.releaseLock();
      await body.pipeTo(writable);
    } catch (error) {
      await body.cancel(error).catch(() => undefined);
    }
  };
  const answer = new Response(readable, { headers: { [sizeHeader]: String(json.byteLength) } });
  return { answer, sent: send() };
}

/** Bytes of a request's JSON: R2 keeps to 256 KiB, and a list of 1,000 keys of 1 KiB has more. */
const maxJsonBytes = 4 * 1024 * 1024;

/** A write: the request, and the reader of what follows it, which may begin with `first`. */
export interface WriteRequest {
  asked: BlobRequest;
  first: Uint8Array;
  rest: PieceReader | undefined;
  /** Bytes that follow the request's JSON. */
  size: number;
}

/** @throws BlobError where it is none */
export function readRequest(request: Request): BlobRequest {
  const header = request.headers.get("CF-R2-Request");
  if (header === null) throw badRequest("The request lacks CF-R2-Request.");
  return parsed(header);
}

/** Reads the request off the body's beginning. */
export async function readWrite(request: Request): Promise<WriteRequest> {
  const length = Number(request.headers.get(sizeHeader) ?? "NaN");
  const total = Number(request.headers.get("Content-Length") ?? "NaN");
  if (!(length > 0 && length <= maxJsonBytes && total >= length) || request.body === null) {
    throw badRequest(`The request lacks a body, or ${sizeHeader}.`);
  }
  const rest = new PieceReader(request.body, Math.min(total + 1, pieceBytes));
  const json = new Uint8Array(length);
  let at = 0;
  for (;;) {
    const value = await rest.next();
    if (value === undefined) throw badRequest("The request broke off.");
    json.set(value.subarray(0, length - at), at);
    const taken = Math.min(value.byteLength, length - at);
    at += taken;
    if (at < length) continue;
    const asked = parsed(new TextDecoder().decode(json));
    return { asked, first: value.subarray(taken), rest, size: total - length };
  }
}

function parsed(json: string): BlobRequest {
  const value: unknown = JSON.parse(json);
  const method: unknown = Reflect.get(Object(value), "method");
  if (typeof method !== "string") throw badRequest("The request names no method.");
  return { ...Object(value), method };
}
