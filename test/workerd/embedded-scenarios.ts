/** What the small Worker of `test/unit/scripts/service/embedded-workerd.ts` does with its bindings. */
import { r2Blobs } from "../../worker/blobs/r2-blobs.ts";

interface Env {
  VIEWS: KVNamespace;
  BLOBS: R2Bucket;
  MACHINE: Fetcher;
}

interface PutGiven {
  url: string;
  /** Text of the body, or bytes of a made-up one. */
  body: string | number;
  headers?: Record<string, string>;
  status?: number;
}

/** Bytes that differ from piece to piece. */
function madeUp(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 31 + (at >> 12)) & 255;
  return bytes;
}

async function hexHash(algorithm: string, bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A body that breaks off behind `count` of its bytes, of which it says that there are `size`. */
function broken(size: number, count: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(size);
  const writer = writable.getWriter();
  const write = async () => {
    await writer.write(madeUp(count));
    await writer.abort(new Error("the origin broke off"));
  };
  write().catch(() => undefined);
  return readable;
}

/** As `broken`, of a body that says nothing of its length. */
function brokenUnsized(count: number): ReadableStream<Uint8Array> {
  let given = false;
  return new ReadableStream({
    pull(controller) {
      if (given) throw new Error("the origin broke off");
      given = true;
      controller.enqueue(madeUp(count));
    },
  });
}

async function told(response: Response | undefined) {
  if (response === undefined) return null;
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}

function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const scenarios = {
  ping: async () => "pong",
  machine: async ({ MACHINE }: Env) => (await MACHINE.fetch("http://machine/")).json(),

  kvPut: ({ VIEWS }: Env, [key, value, options]: [string, string, KVNamespacePutOptions?]) =>
    outcome(VIEWS.put(key, value, options)),
  kvPutBytes: ({ VIEWS }: Env, [key, size]: [string, number]) =>
    outcome(VIEWS.put(key, madeUp(size))),
  kvPutStream: ({ VIEWS }: Env, [key, size]: [string, number]) =>
    outcome(VIEWS.put(key, new Blob([madeUp(size)]).stream())),
  kvPutBroken: ({ VIEWS }: Env, [key, size, count]: [string, number, number]) =>
    outcome(VIEWS.put(key, broken(size, count))),
  kvGet: ({ VIEWS }: Env, key: string) => VIEWS.get(key),
  kvGetAll: async ({ VIEWS }: Env, key: string) => ({
    text: await VIEWS.get(key, { type: "text", cacheTtl: 3600 }),
    json: await VIEWS.get(key, "json"),
    bytes: (await VIEWS.get(key, "arrayBuffer"))?.byteLength,
    stream: await new Response(await VIEWS.get(key, "stream")).text(),
    withMetadata: await VIEWS.getWithMetadata(key),
  }),
  kvGetHash: async ({ VIEWS }: Env, [key, size]: [string, number]) => {
    const got = await VIEWS.get(key, "arrayBuffer");
    if (got === null) return null;
    return (await hexHash("SHA-256", got)) === (await hexHash("SHA-256", madeUp(size)));
  },
  kvGetMany: async ({ VIEWS }: Env, keys: string[]) => ({
    text: Object.fromEntries(await VIEWS.get(keys)),
    json: Object.fromEntries(await VIEWS.getWithMetadata(keys, "json")),
  }),
  kvDelete: ({ VIEWS }: Env, key: string) => outcome(VIEWS.delete(key)),
  kvList: ({ VIEWS }: Env, options: KVNamespaceListOptions) => VIEWS.list(options),

  blobsStore: async ({ BLOBS }: Env, [algorithm, size, how]: [string, number, string]) => {
    const bytes = madeUp(size);
    const name = await hexHash(algorithm, bytes);
    const given = how === "bytes" ? bytes : { body: new Blob([bytes]).stream(), size };
    await r2Blobs(BLOBS, "debian").put(name, given);
    return name;
  },
  blobsPutWrong: ({ BLOBS }: Env, [name, size, how]: [string, number, string]) => {
    const bytes = madeUp(size);
    const given = how === "bytes" ? bytes : { body: new Blob([bytes]).stream(), size };
    return outcome(r2Blobs(BLOBS, "debian").put(name, given));
  },
  blobsPutOtherLength: ({ BLOBS }: Env, [name, size, count]: [string, number, number]) =>
    outcome(r2Blobs(BLOBS, "debian").put(name, { body: new Blob([madeUp(count)]).stream(), size })),
  blobsPutBroken: ({ BLOBS }: Env, [name, size, count]: [string, number, number]) =>
    outcome(r2Blobs(BLOBS, "debian").put(name, { body: brokenUnsized(count), size })),
  blobsGet: async (
    { BLOBS }: Env,
    [name, part]: [string, { offset: number; length: number } | undefined],
  ) => {
    const got = await r2Blobs(BLOBS, "debian").get(name, part ?? undefined);
    if (got === null) return null;
    const bytes = await new Response(got.body).arrayBuffer();
    return { size: got.size, count: bytes.byteLength, sha256: await hexHash("SHA-256", bytes) };
  },
  blobsHas: ({ BLOBS }: Env, name: string) => r2Blobs(BLOBS, "debian").has(name),
  blobsDelete: ({ BLOBS }: Env, names: string[]) => r2Blobs(BLOBS, "debian").delete(names),
  blobsList: ({ BLOBS }: Env, after: string | undefined) =>
    r2Blobs(BLOBS, "debian").list(after ?? undefined),

  r2Put: ({ BLOBS }: Env, [key, text, options]: [string, string, R2PutOptions?]) =>
    outcome(BLOBS.put(key, text, options)),
  /** Comes to no end. */
  r2PutSlow: ({ BLOBS }: Env, [key, size]: [string, number]) => {
    const { readable, writable } = new FixedLengthStream(size);
    const writer = writable.getWriter();
    const write = async () => {
      await writer.write(madeUp(size - 1));
      await scheduler.wait(600_000);
    };
    return Promise.all([outcome(BLOBS.put(key, readable)), write()]);
  },
  r2PutBroken: ({ BLOBS }: Env, [key, size, count]: [string, number, number]) =>
    outcome(BLOBS.put(key, broken(size, count))),
  r2Get: async ({ BLOBS }: Env, [key, options]: [string, R2GetOptions?]) => {
    try {
      const got = await BLOBS.get(key, options);
      if (got === null || !("body" in got)) return null;
      const { size, range, etag } = got;
      return { size, range, text: await got.text(), etag, uploaded: got.uploaded.getTime() };
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
  r2GetByHeader: async ({ BLOBS }: Env, [key, range]: [string, string]) => {
    try {
      const got = await BLOBS.get(key, { range: new Headers({ Range: range }) });
      return got === null ? null : await new Response(got.body).text();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  },
  r2Head: async ({ BLOBS }: Env, key: string) => {
    const head = await BLOBS.head(key);
    return head && { key: head.key, size: head.size };
  },
  r2Delete: ({ BLOBS }: Env, keys: string | string[]) => outcome(BLOBS.delete(keys)),
  r2List: async ({ BLOBS }: Env, options: R2ListOptions) => {
    const { objects, truncated, ...rest } = await BLOBS.list(options);
    const cursor = "cursor" in rest ? rest.cursor : undefined;
    return {
      keys: objects.map(({ key }) => key),
      sizes: objects.map(({ size }) => size),
      truncated,
      cursor,
    };
  },
  r2Multipart: ({ BLOBS }: Env, key: string) => outcome(BLOBS.createMultipartUpload(key)),

  cachePut: (_env: Env, { url, body, headers, status = 200 }: PutGiven) => {
    const bytes = typeof body === "string" ? body : madeUp(body);
    const sent = status === 204 ? null : bytes;
    return outcome(caches.default.put(url, new Response(sent, { status, headers: headers ?? {} })));
  },
  cacheMatch: async (_env: Env, [url, headers]: [string, Record<string, string>?]) =>
    told(await caches.default.match(new Request(url, { headers: headers ?? {} }))),
  cacheMatchHash: async (_env: Env, [url, size, range]: [string, number, string?]) => {
    const headers = range === undefined ? {} : { Range: range };
    const response = await caches.default.match(new Request(url, { headers }));
    if (response === undefined) return null;
    const bytes = await response.arrayBuffer();
    const whole = madeUp(size);
    const [, first, last] = /(\d+)-(\d+)/.exec(range ?? `0-${size - 1}`) ?? [];
    const wanted = whole.slice(Number(first), Number(last) + 1);
    const same = (await hexHash("SHA-256", bytes)) === (await hexHash("SHA-256", wanted));
    return { same, status: response.status, length: response.headers.get("Content-Length") };
  },
  cacheNamed: async (_env: Env, [name, url]: [string, string]) => {
    const cache = await caches.open(name);
    await cache.put(url, new Response(name, { headers: { "Cache-Control": "max-age=60" } }));
    return [await told(await cache.match(url)), await told(await caches.default.match(url))];
  },
  cacheDelete: (_env: Env, url: string) => caches.default.delete(url),
  cachePutStream: (_env: Env, [url, size, count, isSized]: [string, number, number, boolean]) => {
    const body = isSized ? broken(size, count) : brokenUnsized(count);
    const headers = { "Cache-Control": "max-age=60" };
    return outcome(caches.default.put(url, new Response(body, { headers })));
  },
  /** Comes to no end. */
  cachePutSlow: (_env: Env, [url, size]: [string, number]) => {
    const { readable, writable } = new FixedLengthStream(size);
    const writer = writable.getWriter();
    const write = async () => {
      await writer.write(madeUp(size - 1));
      await scheduler.wait(600_000);
    };
    const headers = { "Cache-Control": "max-age=60" };
    const response = new Response(readable, { headers });
    return Promise.all([outcome(caches.default.put(url, response)), write()]);
  },
  /** Two bodies of one key at once, both slow; which one stays is open, but not a mixture. */
  cachePutTogether: async (_env: Env, [url, size]: [string, number]) => {
    const put = (fill: number) => {
      let left = size;
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await scheduler.wait(0);
          const count = Math.min(left, 100_000);
          left -= count;
          controller.enqueue(new Uint8Array(count).fill(fill));
          if (left === 0) controller.close();
        },
      });
      const headers = { "Cache-Control": "max-age=60" };
      return caches.default.put(url, new Response(body, { headers }));
    };
    await Promise.all([put(1), put(2)]);
    const response = await caches.default.match(url);
    const bytes = new Uint8Array((await response?.arrayBuffer()) ?? new ArrayBuffer(0));
    return { size: bytes.byteLength, mixed: bytes.some((byte) => byte !== bytes[0]) };
  },
  /** Reads the beginning, lets the entry be replaced, and reads on. */
  cacheReplaceWhileRead: async (_env: Env, [url, size]: [string, number]) => {
    const headers = { "Cache-Control": "max-age=60" };
    await caches.default.put(url, new Response(new Uint8Array(size).fill(1), { headers }));
    const response = await caches.default.match(url);
    const reader = response?.body?.getReader();
    let count = (await reader?.read())?.value?.byteLength ?? 0;
    await caches.default.put(url, new Response(new Uint8Array(size).fill(2), { headers }));
    for (;;) {
      const read = await reader?.read();
      if (read === undefined || read.done) break;
      if (read.value.some((byte: number) => byte !== 1)) return "mixed";
      count += read.value.byteLength;
    }
    const next = new Uint8Array((await (await caches.default.match(url))?.arrayBuffer()) ?? []);
    return { count, next: next[0] };
  },
  /** Reads the beginning and no more. */
  cacheReadSome: async (_env: Env, [url, isCancelled]: [string, boolean]) => {
    const reader = (await caches.default.match(url))?.body?.getReader();
    const read = await reader?.read();
    if (isCancelled) await reader?.cancel();
    return read?.value?.byteLength;
  },
  /** Puts many made-up names, and tells how long it took, ms. */
  cacheFill: async (
    _env: Env,
    {
      from,
      count,
      size,
      together,
    }: { from: number; count: number; size: number; together: number },
  ) => {
    const body = madeUp(size);
    const headers = { "Cache-Control": "public, max-age=31536000" };
    for (let at = from; at < from + count; at += together) {
      const puts = Array.from({ length: Math.min(together, from + count - at) }, (_, more) =>
        caches.default.put(urlOf(at + more), new Response(body, { headers })),
      );
      await Promise.all(puts);
    }
  },
  /** A Worker that only answers, for comparison. */
  machineMany: async (
    { MACHINE }: Env,
    { count, together }: { count: number; together: number },
  ) => {
    for (let at = 0; at < count; at += together) {
      const asked = Array.from({ length: together }, () => MACHINE.fetch("http://machine/"));
      for (const response of await Promise.all(asked)) await response.arrayBuffer();
    }
  },
  /** How many of these names are there. */
  cacheCount: async (
    _env: Env,
    { from, count, together }: { from: number; count: number; together: number },
  ) => {
    let hits = 0;
    for (let at = from; at < from + count; at += together) {
      const matches = Array.from({ length: Math.min(together, from + count - at) }, (_, more) =>
        caches.default.match(urlOf(at + more)),
      );
      for (const response of await Promise.all(matches)) {
        if (response === undefined) continue;
        await response.arrayBuffer();
        hits++;
      }
    }
    return hits;
  },
};

function urlOf(number: number): string {
  return `https://cache.invalid/debian/pool/main/m/made-up/made-up_${number}_amd64.deb`;
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const name = new URL(request.url).pathname.slice(1);
    const scenario: unknown = Reflect.get(scenarios, name);
    if (typeof scenario !== "function") return new Response("no such scenario", { status: 404 });
    try {
      const text = await request.text();
      const found: unknown = await scenario(env, text === "" ? undefined : JSON.parse(text));
      return new Response(JSON.stringify(found));
    } catch (error) {
      return new Response(error instanceof Error ? error.message : String(error), { status: 500 });
    }
  },
};
