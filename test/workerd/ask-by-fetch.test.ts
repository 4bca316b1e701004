/** `askByFetch` in workerd with fetchers that misbehave; against real servers it is `test/unit/outbound/ask-workerd.test.ts`. */
import { expect, it } from "vitest";
import { rootDate } from "../../worker/formats/root-date.ts";
import { looksLikePage } from "../../worker/formats/roots.ts";
import { askByFetch, type Fetcher } from "../../worker/outbound/ask-by-fetch.ts";

const question = {
  method: "GET",
  url: "https://near.example/file",
  deadlineMs: 2_000,
  maxBodyBytes: 100,
} as const;

/** A body of chunks of 40 bytes that goes on until it is cancelled, with what became of it. */
function endless(): { body: ReadableStream<Uint8Array>; cancelled: Promise<void> } {
  const cancelled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(40)),
    cancel: () => cancelled.resolve(),
  });
  return { body, cancelled: cancelled.promise };
}

it("asks without following redirects or using the platform's cache", async () => {
  let seen: RequestInit = {};
  const headers = { "User-Agent": "Probe/test", Range: "bytes=0-0" };
  await askByFetch(async (_url, init) => {
    seen = init;
    return new Response("x");
  })({ ...question, headers });
  expect(seen).toMatchObject({ method: "GET", redirect: "manual", cache: "no-store", headers });
});

it("reads up to the cap and cancels the rest", async () => {
  const { body, cancelled } = endless();
  const reply = await askByFetch(async () => new Response(body))(question);
  expect(reply).toMatchObject({ status: 200, whole: true });
  expect("body" in reply && reply.body.length).toBe(100);
  await cancelled;
});

it("hashes what it reads in place of keeping it, where that is asked for", async () => {
  const { body, cancelled } = endless();
  const reply = await askByFetch(async () => new Response(body))({ ...question, hashed: true });
  // `head -c 100 /dev/zero | sha256sum`
  const sha256 = "cd00e292c5970d3c5e2f0ffa5171e555bc46bfc4faddfb4a418b6840b86e79a3";
  expect(reply).toMatchObject({ status: 200, whole: true, sha256 });
  expect("body" in reply && reply.body.length).toBe(0);
  await cancelled;
});

it("cancels unread what it doesn't want", async () => {
  const { body, cancelled } = endless();
  const reply = await askByFetch(async () => new Response(body))({ ...question, maxBodyBytes: 0 });
  expect("body" in reply && reply.body.length).toBe(0);
  await cancelled;
});

it("ends at the deadline, whatever the fetcher does with its signal", async () => {
  let signal: AbortSignal | null | undefined;
  const deaf: Fetcher = (_url, init) => {
    signal = init.signal;
    return new Promise(() => undefined);
  };
  const heeding: Fetcher = (_url, init) =>
    new Promise((_, reject) => {
      signal = init.signal;
      signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
  for (const fetcher of [deaf, heeding]) {
    const reply = await askByFetch(fetcher)({ ...question, deadlineMs: 50 });
    expect(reply).toMatchObject({ failed: "timeout", detail: "No answer within 50 ms." });
    // The connection is given up as well.
    expect(signal?.aborted).toBe(true);
  }
});

it("gives what came of a body that stalls, or breaks", async () => {
  const first = (then: (controller: ReadableStreamDefaultController) => void) => {
    let begun = false;
    return new ReadableStream({
      async pull(controller) {
        if (!begun) controller.enqueue(new Uint8Array(30));
        else then(controller);
        begun = true;
      },
    });
  };
  const stalled = first(() => undefined);
  const late = await askByFetch(async () => new Response(stalled))({
    ...question,
    deadlineMs: 100,
  });
  expect(late).toMatchObject({ status: 200, whole: false, late: true });
  const breaking = first((controller) => controller.error(new Error("Network connection lost.")));
  const broken = await askByFetch(async () => new Response(breaking))(question);
  expect(broken).toMatchObject({ status: 200, whole: false });
  for (const reply of [late, broken]) expect("body" in reply && reply.body.length).toBe(30);
});

it.each([
  ["Network connection lost.", "https://near.example/", "unreachable"],
  ["internal error; reference = abc", "https://near.example/", "tls"],
  ["internal error; reference = abc", "http://near.example/", "unreachable"],
])("%s of %s is %s", async (message, url, failed) => {
  const reply = await askByFetch(() => Promise.reject(new Error(message)))({ ...question, url });
  expect(reply).toMatchObject({ failed });
  expect("detail" in reply && reply.detail).not.toContain("abc");
});

it.each([
  [521, "unreachable"],
  [522, "timeout"],
  [526, "tls"],
])("%i of the platform's own network is %s", async (status, failed) => {
  const headers = { Server: "cloudflare" };
  const ask = askByFetch(async () => new Response("error", { status, headers }));
  expect(await ask(question)).toMatchObject({ failed });
  const another = askByFetch(async () => new Response("error", { status }));
  expect(await another(question)).toMatchObject({ status });
});

it("roots are read by this runtime's own decoder", () => {
  const release = new TextEncoder().encode(
    "Origin: D\u00e9\nDate: Sat, 07 Jun 2025 09:12:00 UTC\n",
  );
  expect(rootDate("apt", release, new Headers())).toBe(Date.UTC(2025, 5, 7, 9, 12));
  expect(looksLikePage(new TextEncoder().encode("\ufeff <!DOCTYPE html>"))).toBe(true);
});
