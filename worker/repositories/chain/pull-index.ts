/** Pulls one index from the origin into the blobs, verified while it streams; never whole in memory. */

import type { Blobs } from "../../blobs/blobs.ts";
import { JudgedBytes } from "../../blobs/judged-bytes.ts";
import { algorithmOf } from "../../blobs/stored-name.ts";
import { directoryOf } from "../../formats/index-reader.ts";
import { discard, type OriginAccess, openOrigin } from "../../outbound/origin-access.ts";
import type { Repository } from "../catalogue.ts";

/** What came of it: stored, not at the origin, or a sentence that names what failed. */
export type Pulled = "stored" | "absent" | { failed: string };

/** The file to pull, as its root's manifest has it. */
export interface NamedFile {
  path: string;
  /** As `storedName`. */
  name: string;
  /** Bytes. */
  size: number;
  byHash: boolean;
}

/** From where an index is pulled, and to where. */
export interface PullWay {
  access: OriginAccess;
  listed: Repository;
  blobs: Blobs;
}

/**
 * Asks under the index's hash first where the archive has that: the plain name may be a newer state's by now. Wrong
 * bytes are asked for once more under the other name. Rejects only when the blobs do.
 */
export async function pullIndex(way: PullWay, file: NamedFile): Promise<Pulled> {
  const { path, name, byHash } = file;
  const hashed = `${directoryOf(path)}by-hash/${algorithmOf(name).toUpperCase()}/${name}`;
  const failures: string[] = [];
  for (const asked of byHash ? [hashed, path] : [path]) {
    const pulled = await pullFrom(way, asked, file);
    if (pulled === "stored") return pulled;
    if (pulled !== "absent") failures.push(`${asked}: ${pulled.failed}`);
  }
  return failures.length === 0 ? "absent" : { failed: failures.join(" ") };
}

async function pullFrom(
  { access, listed, blobs }: PullWay,
  path: string,
  { name, size }: NamedFile,
): Promise<Pulled> {
  const opened = await openOrigin(access, listed, path);
  if ("failed" in opened) return opened;
  const { status, headers, body } = opened;
  const told = headers.get("Content-Length");
  const fault =
    status !== 200
      ? `The origin answers ${status}.`
      : told !== null && Number(told) !== size
        ? `It has ${told} bytes, where its root says ${size}.`
        : undefined;
  if (fault !== undefined) {
    await discard(opened);
    return status === 404 || status === 410 ? "absent" : { failed: fault };
  }
  const judged = new JudgedBytes(body, { hash: name, size, toldBy: "its root" });
  try {
    await blobs.put(name, { body: judged.stream(), size });
    return "stored";
  } catch (error) {
    if (judged.fault !== undefined) return { failed: judged.fault };
    throw error;
  } finally {
    // A store that failed may have left the rest unread.
    await judged.end();
  }
}
