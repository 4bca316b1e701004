/** An R2 bucket in a folder: each object is a file, and nothing is kept beside the files. */
import { createHash } from "node:crypto";
import { readRange } from "../http/range.ts";
import { reasonOf } from "../runtime/reason.ts";
import { pathOf } from "./blob-path.ts";
import {
  BlobError,
  type BlobRequest,
  badHash,
  badRange,
  badRequest,
  bytesAnswer,
  errorAnswer,
  failed,
  jsonAnswer,
  notDone,
  notThere,
  objectJson,
  readRequest,
  readWrite,
  type WriteRequest,
} from "./blob-protocol.ts";
import type { DiskFiles, FilePart } from "./disk-files.ts";
import { drain } from "./drain.ts";
import { hashInName, judgedStream, mostHeldBytes, readJudged } from "./judged-blob.ts";
import { keysAfter } from "./list-files.ts";
import { warnOnce } from "./warn-once.ts";

/** Names that R2 deletes at once, and the most in a page of a list. */
const maxNames = 1000;
/** Questions to the disk at a time. */
const atOnce = 32;

export interface BlobContext {
  files: DiskFiles;
  /** Why nothing may be stored now, as a sentence. */
  full: string | undefined;
  waitUntil(work: Promise<void>): void;
}

/** Answers a request of the binding; what goes wrong is an answer as well. */
export async function answerBlobs(request: Request, context: BlobContext): Promise<Response> {
  try {
    if (request.method === "GET") return await read(readRequest(request), context);
    if (request.method === "PUT") return await write(await readWrite(request), context);
    throw notDone(`The method ${request.method}`);
  } catch (error) {
    if (error instanceof BlobError) return errorAnswer(error);
    return errorAnswer(failed(`The embedded store failed: ${reasonOf(error)}.`));
  }
}

async function read(asked: BlobRequest, context: BlobContext): Promise<Response> {
  const { files } = context;
  if (asked.onlyIf !== undefined) throw notDone("onlyIf");
  if (asked.ssec !== undefined) throw notDone("ssecKey");
  if (asked.method === "list") return await list(asked, files);
  const { name, path } = keyOf(asked);
  if (asked.method === "head") {
    const facts = await files.facts(path);
    if (facts === undefined) throw notThere();
    return jsonAnswer(objectJson({ name, ...facts }));
  }
  if (asked.method !== "get") throw notDone(asked.method);
  const part = await openPart(asked, path, files);
  const { offset, length } = part;
  const told = objectJson({ name, ...part.file }, { offset, length });
  const body = await judged(part.file, { name, path }, files);
  const { answer, sent } = bytesAnswer(told, body, length);
  context.waitUntil(sent);
  return answer;
}

/**
 * The bytes of a file, where all of it is read and its name is a hash only those that have it. A wrong file is removed:
 * it is not there, and is had anew.
 */
async function judged(
  { body, length, size }: FilePart,
  { name, path }: { name: string; path: string },
  files: DiskFiles,
): Promise<ReadableStream<Uint8Array>> {
  const hash = hashInName(name);
  if (hash === undefined || length !== size) return body;
  const wrong = async () => {
    warnOnce(`blobs/${path} has other bytes than its name says: it is removed`, Date.now());
    // One that can't be removed may still be replaced.
    await files.remove(path).catch(() => undefined);
  };
  if (size > mostHeldBytes) return judgedStream(body, hash, wrong);
  const bytes = await readJudged(body, hash);
  if (bytes !== undefined) return new Blob([bytes]).stream();
  await wrong();
  throw notThere();
}

function keyOf({ object = "" }: BlobRequest): { name: string; path: string } {
  try {
    return { name: object, path: pathOf(object) };
  } catch (error) {
    throw new BlobError(400, 10020, `The key can't be stored here: ${reasonOf(error)}.`);
  }
}

async function openPart(asked: BlobRequest, path: string, files: DiskFiles) {
  const range = await rangeOf(asked, path, files);
  const file: FilePart | "unsatisfiable" | undefined = await files.open(path, range?.header);
  if (file === undefined) throw notThere();
  if (file === "unsatisfiable") throw badRange();
  const { length, size } = file;
  return { file, length, offset: range?.fromEnd ? size - length : (range?.offset ?? 0) };
}

/** The range as the disk takes it; undefined: all of it. */
async function rangeOf(
  { range, rangeHeader }: BlobRequest,
  path: string,
  files: DiskFiles,
): Promise<{ header: string; offset: number; fromEnd?: boolean } | undefined> {
  if (rangeHeader !== undefined) {
    // The disk gives all of a file for a header that it doesn't like: what is asked is decided here.
    const facts = await files.facts(path);
    if (facts === undefined) throw notThere();
    const wanted = readRange(rangeHeader, facts.size);
    if (wanted === "unsatisfiable") throw badRange();
    if (wanted === "whole") return undefined;
    return { header: `bytes=${wanted.first}-${wanted.last}`, offset: wanted.first };
  }
  if (range === undefined) return undefined;
  const [suffix, offset = 0, length] = [range.suffix, range.offset, range.length].map(numberOf);
  if (suffix === 0 || length === 0) throw badRange();
  if (suffix !== undefined) return { header: `bytes=-${suffix}`, offset: 0, fromEnd: true };
  if (length === undefined && offset === 0) return undefined;
  const last = length === undefined ? "" : offset + length - 1;
  return { header: `bytes=${offset}-${last}`, offset };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

async function write(given: WriteRequest, context: BlobContext): Promise<Response> {
  const { asked, rest } = given;
  try {
    if (asked.method === "delete") return await remove(asked, context.files);
    if (asked.method !== "put") throw notDone(asked.method);
    return await put(given, context);
  } finally {
    await drain(rest);
  }
}

async function remove({ object, objects }: BlobRequest, files: DiskFiles): Promise<Response> {
  const names = objects ?? (object === undefined ? [] : [object]);
  if (names.length > maxNames) throw badRequest(`At most ${maxNames} keys are deleted at once.`);
  const paths = names.map((name) => keyOf({ method: "delete", object: name }).path);
  for (let at = 0; at < paths.length; at += atOnce) {
    await Promise.all(paths.slice(at, at + atOnce).map((path) => files.remove(path)));
  }
  return jsonAnswer({});
}

/** What a put may ask for; all else is refused rather than ignored. */
const putOptions = new Set(["version", "method", "object", "sha256", "sha512"]);

async function put(given: WriteRequest, { files, full }: BlobContext): Promise<Response> {
  const { asked } = given;
  const { name, path } = keyOf(asked);
  const refused = Object.keys(asked).find((option) => !putOptions.has(option));
  if (refused !== undefined) throw notDone(`A put with ${refused}`);
  if (full !== undefined) throw new BlobError(507, 10001, full);
  await writeChecked(given, path, files);
  const facts = await files.facts(path);
  if (facts === undefined) throw failed("The file went as soon as it was written.");
  return jsonAnswer(objectJson({ name, ...facts }));
}

/**
 * Writes what comes. The last bytes go to the disk only when all are there and their hash is right: the disk makes
 * a file of what has the length that was said, and of nothing else.
 */
async function writeChecked(given: WriteRequest, path: string, files: DiskFiles): Promise<void> {
  const { readable, writable } = new FixedLengthStream(given.size);
  const writer = writable.getWriter();
  const written = files.write(path, readable);
  const wrong = pour(given, writer).catch(async (error: unknown) => {
    await writer.abort(error).catch(() => undefined);
    return error;
  });
  const [sent, kept] = await Promise.allSettled([wrong, written]);
  // A disk that fails ends the pouring as well; what it says is the reason then.
  const fault = sent.status === "fulfilled" ? sent.value : sent.reason;
  if (fault instanceof BlobError) throw fault;
  if (kept.status === "rejected") throw await reasonFor(kept.reason, path, files);
  if (fault !== undefined) throw fault;
}

/** The disk says of a name that is taken no more than that it failed. */
async function reasonFor(fault: unknown, path: string, files: DiskFiles): Promise<unknown> {
  const above = path.split("/").slice(0, -1);
  for (let depth = 1; depth <= above.length; depth++) {
    const file = above.slice(0, depth).join("/");
    if ((await files.facts(file)) === undefined) continue;
    return badRequest(`There is a key "${file}", so nothing can be stored below it.`);
  }
  if ((await files.entries(path)).length === 0) {
    return failed(
      `The disk took no file (${reasonOf(fault)}). Is it full, or may the store not be written?`,
    );
  }
  return badRequest(`There are keys below "${path}/", so that alone can't be a key.`);
}

async function pour(
  { asked, first, rest, size }: WriteRequest,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const [algorithm, expected] =
    asked.sha512 === undefined
      ? (["sha256", asked.sha256] as const)
      : (["sha512", asked.sha512] as const);
  const hash = expected === undefined ? undefined : createHash(algorithm);
  let count = 0;
  let held: Uint8Array = new Uint8Array();
  for (let next: Uint8Array | undefined = first; next !== undefined; next = await rest?.next()) {
    if (next.byteLength === 0) continue;
    count += next.byteLength;
    hash?.update(next);
    if (held.byteLength > 0) {
      await writer.write(held);
      rest?.reuse(held);
    }
    held = next;
  }
  if (count !== size) throw badRequest(`The body has ${count} bytes, and should have ${size}.`);
  const found = hash?.digest("hex");
  if (found !== undefined && expected !== undefined && found !== expected.toLowerCase()) {
    throw badHash(algorithm === "sha512" ? "SHA-512" : "SHA-256", found, expected);
  }
  if (held.byteLength > 0) await writer.write(held);
  await writer.close();
}

async function list(asked: BlobRequest, files: DiskFiles): Promise<Response> {
  if (asked.delimiter !== undefined) throw notDone("A list with a delimiter");
  const limit = Math.min(asked.limit ?? maxNames, maxNames);
  const { prefix = "", startAfter = "", cursor } = asked;
  const after = cursor === undefined ? startAfter : decodeURIComponent(cursor);
  const found: { name: string; path: string }[] = [];
  for await (const one of keysAfter(files, prefix, after)) {
    found.push(one);
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const told: ReturnType<typeof objectJson>[] = [];
  for (let at = 0; at < page.length; at += atOnce) {
    const facts = page.slice(at, at + atOnce).map(async ({ name, path }) => {
      const known = await files.facts(path);
      return known && objectJson({ name, ...known });
    });
    // A file that went meanwhile isn't there.
    for (const one of await Promise.all(facts)) if (one !== undefined) told.push(one);
  }
  const last = page.at(-1);
  const truncated = found.length > limit && last !== undefined;
  return jsonAnswer({
    objects: told,
    truncated,
    ...(truncated && { cursor: encodeURIComponent(last.name) }),
    delimitedPrefixes: [],
  });
}
