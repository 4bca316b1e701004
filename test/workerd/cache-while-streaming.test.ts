/** A body on its way to a client and into a cache that doesn't take it: the client has all of it, the cache's half ends. */
import { describe, expect, test } from "vitest";
import { answerWhole } from "../../worker/http/answer-whole.ts";
import { cacheWhileStreaming } from "../../worker/http/cache-while-streaming.ts";
import { withLength } from "../../worker/http/representation.ts";

const pieceBytes = 64 * 1024;
const size = 64 * pieceBytes;

/** 4 MiB as the platform's own stream, with a length; or as one of JavaScript's. */
function whole(own: boolean): Response {
  let given = 0;
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(new Uint8Array(pieceBytes));
        given += pieceBytes;
        if (given === size) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { ETag: '"a"', "Content-Length": String(size) };
  return new Response(own ? withLength(source, size) : source, { headers });
}

type Put = (body: ReadableStream<Uint8Array>) => Promise<void>;

/** A cache's ways not to take a body, and whether it says so. */
const refusals: [when: string, put: Put, says: boolean][] = [
  ["at once", () => Promise.reject(new Error("it is full")), true],
  [
    "midway",
    async (half) => {
      const reader = half.getReader();
      await reader.read();
      reader.releaseLock();
      throw new Error("it is too large");
    },
    true,
  ],
  ["never: it neither reads nor ends", () => new Promise(() => undefined), false],
];

/** The answer to a client while a cache is given the same body, and the cache's half. */
function answered(request: Request, put: Put, own: boolean) {
  const waited: Promise<unknown>[] = [];
  const halves: ReadableStream<Uint8Array>[] = [];
  const cache = {
    match: async () => undefined,
    put: async (_: unknown, { body }: Response) => {
      if (body === null) throw new Error("no body");
      halves.push(body);
      await put(body);
    },
  };
  const background = { waitUntil: (work: Promise<unknown>) => waited.push(work) };
  const split = cacheWhileStreaming("https://blobs.invalid/a", whole(own), { cache }, background);
  const ended = async () => {
    await Promise.all(waited);
    return (await halves[0]?.getReader().read())?.done;
  };
  return { answer: answerWhole({ request }, split, true), ended };
}

const url = "https://near.example/a";
const streams = refusals.flatMap(([when, put, says]) => [
  { when, put, says, own: true },
  { when: `${when}, JavaScript's stream`, put, says, own: false },
]);

describe.each(streams)("a cache that refuses a body $when", ({ put, says, own }) => {
  test("the client has all of it", async () => {
    const { answer, ended } = answered(new Request(url), put, own);
    if (says) expect(await ended()).toBe(true);
    expect((await (await answer).arrayBuffer()).byteLength).toBe(size);
  });

  test.each([
    ["HEAD", new Request(url, { method: "HEAD" }), 200],
    ["what the client has already", new Request(url, { headers: { "If-None-Match": '"a"' } }), 304],
    ["a range behind its end", new Request(url, { headers: { Range: "bytes=9999999-" } }), 416],
  ])("%s is answered", async (_, request, status) => {
    const { answer, ended } = answered(request, put, own);
    expect((await answer).status).toBe(status);
    if (says) expect(await ended()).toBe(true);
  });
});

test("clients that ask for one file at the same time fill the cache once", async () => {
  const puts: string[] = [];
  const filled = Promise.withResolvers<void>();
  const cache = {
    match: async () => undefined,
    put: async (key: unknown, { body }: Response) => {
      puts.push(String(key));
      await body?.cancel();
      await filled.promise;
    },
  };
  const waited: Promise<unknown>[] = [];
  const background = { waitUntil: (work: Promise<unknown>) => waited.push(work) };
  const begin = (name: string) => cacheWhileStreaming(name, whole(false), { cache }, background);
  const answers = [begin("a"), begin("a"), begin("b"), begin("a")];
  expect(puts).toEqual(["a", "b"]);
  for (const answer of answers) expect((await answer.arrayBuffer()).byteLength).toBe(size);
  filled.resolve();
  await Promise.all(waited);
  // It may have gone from the cache since: the next one fills it again.
  await begin("a").body?.cancel();
  expect(puts).toEqual(["a", "b", "a"]);
});
