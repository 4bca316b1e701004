/** Blobs in memory: for tests. */
import { createHash } from "node:crypto";
import type { Blobs } from "./blobs.ts";
import { algorithmOf } from "./stored-name.ts";

/** Names in one piece of a list. */
const pageLength = 100;

export function memoryBlobs(stored = new Map<string, Uint8Array>()): Blobs {
  return {
    get: async (name, part) => {
      const whole = stored.get(name);
      if (whole === undefined) return null;
      const bytes = part ? whole.subarray(part.offset, part.offset + part.length) : whole;
      return { body: new Blob([bytes.slice()]).stream(), size: bytes.byteLength };
    },
    has: async (name) => stored.has(name),
    put: async (name, given) => {
      const whole = given instanceof Uint8Array ? given.slice() : await readStream(given.body);
      if (!(given instanceof Uint8Array) && whole.byteLength !== given.size) {
        throw new Error(`${name} should have ${given.size} bytes and has ${whole.byteLength}`);
      }
      if (createHash(algorithmOf(name)).update(whole).digest("hex") !== name) {
        throw new Error(`the bytes are not those of ${name}`);
      }
      stored.set(name, whole);
    },
    delete: async (names) => {
      for (const name of names) stored.delete(name);
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
