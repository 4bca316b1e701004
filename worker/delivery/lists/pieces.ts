/**
 * Hashes of a file's pieces, where the edge holds its bytes anyway: in the cache of checked payload. Nobody else could
 * tell them: indexes know whole files only.
 */
import { maxCachedBytes } from "../../http/cache-while-streaming.ts";
import type { BytesContext } from "../../outbound/bytes-context.ts";
import type { Background } from "../../runtime/background.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import { type IndexedRequest, keyOf, toldBy } from "../indexed-answer.ts";
import type { DescribedFile } from "./source.ts";

/**
 * Bytes of a piece. A downloader fetches a wrong one again, so small is good; 128 of them, 9 KB of hashes, are those of
 * the largest file that is cached.
 */
export const pieceBytes = 256 * 1024;

/** What the edge can tell of a file from its bytes; nothing where it doesn't hold them. */
export type HeldTells = Pick<DescribedFile, "pieces" | "lastModified">;

/**
 * Pieces and date of a file whose bytes are at hand. Hashed once for each location: 30 ms for the largest. Never rejects.
 */
export async function toldByHeldBytes(
  file: IndexedRequest,
  cache: BytesContext["cache"],
  background: Background,
): Promise<HeldTells> {
  if (file.size === undefined || file.size === 0 || file.size > maxCachedBytes) return {};
  const key = keyOf(file).replace("https://payload.", "https://pieces.");
  try {
    const known: unknown = await (await cache.match(key))?.json();
    if (areHeldTells(known)) return known;
    const held = await cache.match(keyOf(file));
    if (held?.body == null) return {};
    const { lastModified } = toldBy(held.headers);
    const sha256 = await piecesOf(held.body);
    const told = {
      ...(sha256.length > 1 && { pieces: { length: pieceBytes, sha256 } }),
      ...(lastModified !== undefined && { lastModified }),
    };
    const headers = { "Cache-Control": "public, max-age=31536000, immutable" };
    background.waitUntil(cache.put(key, Response.json(told, { headers })).catch(() => undefined));
    return told;
  } catch {
    // A platform without a cache throws; so does one that drops a file while it is read.
    return {};
  }
}

async function piecesOf(body: ReadableStream<Uint8Array>): Promise<string[]> {
  const hashes: string[] = [];
  const piece = new Uint8Array(pieceBytes);
  let filled = 0;
  const end = () => {
    hashes.push(sha256Of(piece.subarray(0, filled)));
    filled = 0;
  };
  for await (const chunk of body) {
    for (let at = 0; at < chunk.byteLength; ) {
      const part = chunk.subarray(at, at + pieceBytes - filled);
      piece.set(part, filled);
      filled += part.byteLength;
      at += part.byteLength;
      if (filled === pieceBytes) end();
    }
  }
  if (filled > 0) end();
  return hashes;
}

/** Keeps another version's shape out. */
function areHeldTells(value: unknown): value is HeldTells {
  if (typeof value !== "object" || value === null) return false;
  if (!("pieces" in value)) return true;
  const { pieces } = value;
  return (
    typeof pieces === "object" &&
    pieces !== null &&
    "length" in pieces &&
    pieces.length === pieceBytes &&
    "sha256" in pieces &&
    Array.isArray(pieces.sha256)
  );
}
