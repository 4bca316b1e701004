/** Makes one file of a universe of one of apt's indexes: streaming, the same bytes each time (of one xz). */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/** Characters that are handed to xz at once: a call for each line costs more than the packing of small fields. */
const pieceLength = 65_536;

/** What was made. */
export interface Frozen {
  originSha256: string;
  sha256: string;
  textSha256: string;
  bytes: number;
  packages: number;
}

/** Keeps lines of the fields that are named, their further lines, and the ends of stanzas. Pure. */
export function fieldFilter(fields: readonly string[]): (line: string) => boolean {
  const kept = new Set(fields);
  let isKept = false;
  return (line) => {
    if (line === "") return true;
    if (!/^[ \t]/.test(line)) isKept = kept.has(line.slice(0, line.indexOf(":")));
    return isKept;
  };
}

/**
 * @param path without an ending: `Packages`, `Packages.xz` and `Packages.gz` are looked for
 * @throws Error where none is there, or xz fails
 */
export async function freezeIndex(
  path: string,
  to: string,
  fields: readonly string[],
): Promise<Frozen> {
  const origin = unpacked(path);
  const [originHash, textHash, fileHash] = [sha256(), sha256(), sha256()];
  // latin1 both ways: bytes stay as they are, in whatever encoding.
  origin.setEncoding("latin1");
  origin.on("data", (piece: string) => originHash.update(piece, "latin1"));

  const xz = spawn("xz", ["-9e", "--threads=1", "--stdout"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const file = createWriteStream(to);
  let bytes = 0;
  xz.stdout.on("data", (piece: Buffer) => {
    fileHash.update(piece);
    bytes += piece.length;
  });
  xz.stdout.pipe(file);
  const ended = once(xz, "close");

  const isKept = fieldFilter(fields);
  let packages = 0;
  let gathered = "";
  const piece = () => {
    const bytesOfIt = Buffer.from(gathered, "latin1");
    textHash.update(bytesOfIt);
    gathered = "";
    return bytesOfIt;
  };
  for await (const line of createInterface({
    input: origin,
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    if (!isKept(line)) continue;
    if (line.startsWith("Package:")) packages += 1;
    gathered += `${line}\n`;
    if (gathered.length < pieceLength) continue;
    if (!xz.stdin.write(piece())) await once(xz.stdin, "drain");
  }
  xz.stdin.end(piece());
  const [status] = await ended;
  await finished(file);
  if (status !== 0) throw new Error(`xz ended with ${status} while it packed ${to}.`);
  const digests = [originHash, fileHash, textHash].map((hash) => hash.digest("hex"));
  const [originSha256 = "", fileSha256 = "", textSha256 = ""] = digests;
  return { originSha256, sha256: fileSha256, textSha256, bytes, packages };
}

function unpacked(path: string): Readable {
  if (existsSync(path)) return createReadStream(path);
  if (existsSync(`${path}.xz`)) {
    const xz = spawn("xz", ["--decompress", "--stdout", `${path}.xz`], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // What is cut short has another hash than its Release says.
    return xz.stdout;
  }
  if (existsSync(`${path}.gz`)) return createReadStream(`${path}.gz`).pipe(createGunzip());
  throw new Error(
    `${path} isn't there, nor ${path}.xz or ${path}.gz: put the suite's index there.`,
  );
}

function sha256() {
  return createHash("sha256");
}
