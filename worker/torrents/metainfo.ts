/** Torrents of one file, version 1 (BEP 3) with web seeds (BEP 19). Pure. */
import { createHash } from "node:crypto";
import { dictionary, integer, list, string } from "./bencode.ts";

/** A file cut into pieces, each with its hash. The same bytes always give the same, whatever the file is called. */
export interface Pieces {
  /** Of the file, bytes. */
  size: number;
  /** Of all pieces but the last, bytes. */
  pieceLength: number;
  /** SHA-1 of each piece in order, 20 bytes each. */
  sha1: Uint8Array;
}

/** Length of a SHA-1, bytes. */
export const sha1Bytes = 20;

/** The smallest piece, bytes: what small torrents have everywhere, and what a client fetches at least. */
const leastPieceLength = 256 * 1024;
/** The largest piece, bytes: some clients take no larger ones, and a broken piece is fetched again whole. */
const mostPieceLength = 16 * 1024 ** 2;
/** Pieces that a torrent should not exceed: 40 kB of hashes, which a `.torrent` is about as large as. */
const wishedPieces = 2048;
/** The largest file, bytes: 4,096 of the largest pieces, 80 kB of hashes. The largest images have 30 GB. */
export const maxTorrentBytes = 4096 * mostPieceLength;

/**
 * Length of the pieces of a file, bytes: a power of two by the size alone, so that everybody who makes a torrent of the
 * file here gets the same info hash.
 *
 * @param size bytes, at most `maxTorrentBytes`
 */
export function pieceLengthOf(size: number): number {
  let length = leastPieceLength;
  while (length < mostPieceLength && size > length * wishedPieces) length *= 2;
  return length;
}

/** What a torrent says besides its pieces. */
export interface About {
  /** What the file is called where it is saved: the last segment of its path. */
  name: string;
  /** URLs of the very file, the best first. */
  webSeeds: readonly string[];
  /** For people. */
  comment: string;
  /** When the pieces were read, Unix ms. */
  readAt: number;
}

/** The part that the info hash is of: nothing of mirrors, times or this service is in it. */
export function infoDictionary(name: string, { size, pieceLength, sha1 }: Pieces): Uint8Array {
  return dictionary({
    length: integer(size),
    name: string(name),
    "piece length": integer(pieceLength),
    pieces: string(sha1),
  });
}

/**
 * The `.torrent`. It names no tracker: clients find each other by the distributed hash table (BEP 5), and have the web
 * seeds where they find nobody.
 */
export function metainfo(pieces: Pieces, { name, webSeeds, comment, readAt }: About): Uint8Array {
  return dictionary({
    comment: string(comment),
    "created by": string("Nearmirror"),
    "creation date": integer(Math.floor(readAt / 1000)),
    info: infoDictionary(name, pieces),
    "url-list": list(webSeeds.map(string)),
  });
}

/** By which clients know the torrent (`magnet:?xt=urn:btih:...`), lower-case hex. */
export function infoHash(name: string, pieces: Pieces): string {
  return createHash("sha1").update(infoDictionary(name, pieces)).digest("hex");
}
