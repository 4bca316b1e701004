/** Pulls one index from the origin into the blobs, verified while it streams; never whole in memory. */
import { createHash } from "node:crypto";
import type { Repository } from "../catalogue.ts";
import { directoryOf } from "../index-reader.ts";
import { discard, type OriginAccess, openOrigin } from "../origin-access.ts";
import type { Blobs, ManifestEntry } from "./snapshot.ts";

/** What came of it: stored, not at the origin, or a sentence that names what failed. */
export type Pulled = "stored" | "absent" | { failed: string };

/** The file to pull, as its root's manifest has it. */
export interface NamedFile {
  path: string;
  entry: ManifestEntry & { sha256: string };
  byHash: boolean;
}

/**
 * Asks under the index's hash first where the archive has that: the plain name may be a newer state's by now. Wrong
 * bytes are asked for once more under the other name. Rejects only when the blobs do.
 */
export async function pullIndex(
  access: OriginAccess,
  listed: Repository,
  blobs: Blobs,
  { path, entry, byHash }: NamedFile,
): Promise<Pulled> {
  const hashed = `${directoryOf(path)}by-hash/SHA256/${entry.sha256}`;
  const failures: string[] = [];
  for (const asked of byHash ? [hashed, path] : [path]) {
    const pulled = await pullFrom(access, listed, blobs, asked, entry);
    if (pulled === "stored") return pulled;
    if (pulled !== "absent") failures.push(`${asked}: ${pulled.failed}`);
  }
  return failures.length === 0 ? "absent" : { failed: failures.join(" ") };
}

async function pullFrom(
  access: OriginAccess,
  listed: Repository,
  blobs: Blobs,
  path: string,
  { sha256, size }: NamedFile["entry"],
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
  const judged = new JudgedBytes(body, sha256, size);
  try {
    await blobs.put(sha256, { body: judged.stream, size });
    return "stored";
  } catch (error) {
    if (judged.fault !== undefined) return { failed: judged.fault };
    throw error;
  } finally {
    // A store that failed may have left the rest unread.
    await judged.end();
  }
}

/**
 * A stream's bytes, handed on as they come, but the last of them only when all are right: who gets less than the size
 * has nothing that is whole.
 */
class JudgedBytes {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #sha256: string;
  readonly #size: number;
  readonly #hash = createHash("sha256");
  #count = 0;
  /** Came, and is not handed on yet. */
  #last: Uint8Array | undefined;
  readonly stream: ReadableStream<Uint8Array>;
  /** What was wrong with the bytes; a sentence. */
  fault: string | undefined;

  constructor(body: ReadableStream<Uint8Array>, sha256: string, size: number) {
    this.#reader = body.getReader();
    this.#sha256 = sha256;
    this.#size = size;
    this.stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          await this.#pull(controller);
        } catch (error) {
          await this.end();
          controller.error(error);
        }
      },
      cancel: () => this.end(),
    });
  }

  /** Lets go of what is unread. Never rejects. */
  async end(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }

  async #pull(controller: { enqueue(bytes: Uint8Array): void; close(): void }): Promise<void> {
    for (;;) {
      const value = await this.#read();
      if (value === undefined) break;
      this.#count += value.byteLength;
      if (this.#count > this.#size) {
        this.#refuse(`It has more than the ${this.#size} bytes that its root says.`);
      }
      this.#hash.update(value);
      const before = this.#last;
      this.#last = value;
      if (before !== undefined) return controller.enqueue(before);
    }
    if (this.#count < this.#size) {
      this.#refuse(`It has ${this.#count} bytes, where its root says ${this.#size}.`);
    }
    const found = this.#hash.digest("hex");
    if (found !== this.#sha256) {
      this.#refuse(`Its SHA-256 is ${found}, where its root says ${this.#sha256}.`);
    }
    if (this.#last !== undefined) controller.enqueue(this.#last);
    controller.close();
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#reader.read();
      return done ? undefined : value;
    } catch {
      return this.#refuse("The origin's answer broke off.");
    }
  }

  #refuse(fault: string): never {
    this.fault = fault;
    throw new Error(fault);
  }
}
