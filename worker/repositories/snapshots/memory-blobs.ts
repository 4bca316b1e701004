/** Blobs in memory: for tests. */
import { createHash } from "node:crypto";
import type { Blobs } from "./snapshot.ts";

/** Names in one piece of a list. */
const pageLength = 100;

export function memoryBlobs(stored = new Map<string, Uint8Array>()): Blobs {
  return {
    get: async (sha256, part) => {
      const whole = stored.get(sha256);
      if (whole === undefined) return null;
      const bytes = part ? whole.subarray(part.offset, part.offset + part.length) : whole;
      return { body: new Blob([bytes.slice()]).stream(), size: bytes.byteLength };
    },
    has: async (sha256) => stored.has(sha256),
    put: async (sha256, given) => {
      const whole = given instanceof Uint8Array ? given.slice() : await readStream(given.body);
      if (!(given instanceof Uint8Array) && whole.byteLength !== given.size) {
        throw new Error(`${sha256} should have ${given.size} bytes and has ${whole.byteLength}`);
      }
      if (createHash("sha256").update(whole).digest("hex") !== sha256) {
        throw new Error(`the bytes are not those of ${sha256}`);
      }
      stored.set(sha256, whole);
    },
    delete: async (sha256) => {
      for (const name of sha256) stored.delete(name);
    },
    list: async (after = "") => {
      const names = [...stored.keys()].sort().filter((name) => name > after);
      const page = names.slice(0, pageLength);
      const last = page.at(-1);
      return {
        names: page,
        ...(names.length > pageLength && last !== undefined && { after: last }),
      };
    },
  };
}

/** All bytes of a stream that is known to be small. */
export async function readStream(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(body).arrayBuffer());
}
