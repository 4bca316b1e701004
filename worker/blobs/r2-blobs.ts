/** A repository's blobs in R2: one bucket for all repositories, each under its own name. */
import type { Blobs, SizedStream } from "./blobs.ts";
import { algorithmOf } from "./stored-name.ts";

/** Names that R2 deletes at once. */
const maxDeleted = 1000;

/**
 * The blobs of one repository, named `<repository>/<hash>`. Not shared between repositories, so that each collects
 * its own without asking what the others still name.
 */
export function r2Blobs(bucket: R2Bucket, repository: string): Blobs {
  const prefix = `${repository}/`;
  return {
    async get(name, part) {
      const found = await bucket.get(prefix + name, part && { range: part });
      // R2 tells the size of the whole, whatever was asked for.
      return found === null ? null : { body: found.body, size: part?.length ?? found.size };
    },
    async has(name) {
      return (await bucket.head(prefix + name)) !== null;
    },
    async put(name, bytes) {
      // R2 hashes what it gets, and stores nothing where that is something else.
      const options = { [algorithmOf(name)]: name };
      if (bytes instanceof Uint8Array) await bucket.put(prefix + name, bytes, options);
      else await putStream(bucket, prefix + name, bytes, options);
    },
    async delete(names) {
      for (let at = 0; at < names.length; at += maxDeleted) {
        await bucket.delete(names.slice(at, at + maxDeleted).map((name) => prefix + name));
      }
    },
    async list(after) {
      const page = await bucket.list({
        prefix,
        ...(after !== undefined && { startAfter: prefix + after }),
      });
      const names = page.objects.map(({ key }) => key.slice(prefix.length));
      const last = names.at(-1);
      return { names, ...(page.truncated && last !== undefined && { after: last }) };
    },
  };
}

/** R2 takes a stream only when its length is known; a FixedLengthStream fails on any other number of bytes. */
async function putStream(
  bucket: R2Bucket,
  key: string,
  { body, size }: SizedStream,
  options: R2PutOptions,
): Promise<void> {
  const { readable, writable } = new FixedLengthStream(size);
  const stop = new AbortController();
  const put = bucket.put(key, readable, options).catch((error: unknown) => {
    // R2 may have given up without reading on.
    stop.abort(error);
    throw error;
  });
  const [piped, stored] = await Promise.allSettled([
    body.pipeTo(writable, { signal: stop.signal }),
    put,
  ]);
  // What broke the stream says more than what R2 makes of a broken stream.
  if (piped.status === "rejected") throw piped.reason;
  if (stored.status === "rejected") throw stored.reason;
}
