/** The origin of the bytes that go through the edge, and the Worker that only passes them on. */
import { createHash } from "node:crypto";
import { incompressible } from "../../test/lab/bytes.ts";

/** An ISO's order of magnitude is more, but a MiB of it costs the same. */
export const largeBytes = 64 * 1024 ** 2;
export const largePath = "pool/main/l/large/large_1.0-1_amd64.deb";

/** As many as are asked for in a round: each once. */
export const smallFiles = 1_000;
export const smallBytes = 20 * 1024;
export const smallPath = (at: number) => `pool/main/s/small/small${at}_1.0-1_amd64.deb`;

/** What all files are cut of: as long as the last small file needs. */
const pattern = Buffer.from(incompressible("through the edge", smallFiles + smallBytes));

/** Of the large file: the pattern again and again. */
function largeSha256(): string {
  const hash = createHash("sha256");
  for (let left = largeBytes; left > 0; left -= pattern.length) {
    hash.update(pattern.subarray(0, left));
  }
  return hash.digest("hex");
}

/** All files, as an index lists them. */
export function throughFiles() {
  const sha256 = (at: number) =>
    createHash("sha256")
      .update(pattern.subarray(at, at + smallBytes))
      .digest("hex");
  return [
    { path: largePath, size: largeBytes, sha256: largeSha256() },
    ...Array.from({ length: smallFiles }, (_, at) => ({
      path: smallPath(at),
      size: smallBytes,
      sha256: sha256(at),
    })),
  ];
}

/** Every origin and mirror: has these files in memory. */
export function originWorker(): string {
  return `const pattern = Uint8Array.from(atob("${pattern.toString("base64")}"), (one) => one.charCodeAt(0));
const large = new Uint8Array(${largeBytes});
for (let at = 0; at < large.length; at += pattern.length) {
  large.set(pattern.subarray(0, Math.min(pattern.length, large.length - at)), at);
}
export default {
  fetch({ method, url }) {
    const [, at] = /small(\\d+)_/.exec(url) ?? [];
    const body = at !== undefined ? pattern.subarray(Number(at), Number(at) + ${smallBytes}) : url.endsWith("${largePath}") ? large : undefined;
    if (body === undefined) return new Response("", { status: 404 });
    const headers = { "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT", "Content-Length": String(body.length) };
    return new Response(method === "HEAD" ? null : body, { headers });
  },
};
`;
}

/** Room for each read, bytes. Larger ones save nothing: 512 KiB and 1 MiB took as long (workerd 2026-11-02). */
const readBytes = 256 * 1024;

/** Passes the same bytes on as they come, unhashed, with headers as the edge sends them: no JavaScript touches a byte. */
export const streamingWorker = passingWorker("answer.body");

/** The same through JavaScript, which reads each piece and writes it: what any Worker pays that looks at bytes. */
export const readingWorker = passingWorker("read(answer, ctx, () => undefined)");

/**
 * The same, and each piece is hashed by the platform. Of all ways that were tried it is the least: a body that is split
 * into a `crypto.DigestStream` takes six times as long, as that gets 4 KiB at a time.
 */
export const hashingWorker = passingWorker("hashed(answer, ctx)");

/** @param body the expression that gives the body of `answer` */
function passingWorker(body: string): string {
  return `import { createHash } from "node:crypto";

function hashed(answer, ctx) {
  const hash = createHash("sha256");
  return read(answer, ctx, (piece) => (piece === undefined ? hash.digest("hex") : hash.update(piece)));
}

function read(answer, ctx, look) {
  const { readable, writable } = new FixedLengthStream(Number(answer.headers.get("Content-Length")));
  const room = Math.min(${readBytes}, Number(answer.headers.get("Content-Length")) + 1);
  ctx.waitUntil(pass(answer.body.getReader({ mode: "byob" }), writable.getWriter(), look, room));
  return readable;
}

async function pass(reader, writer, look, room) {
  let buffer = new ArrayBuffer(room);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    look(done ? undefined : value);
    if (done) return await writer.close();
    await writer.write(value);
    buffer = value.buffer;
  }
}

export default {
  async fetch(request, _, ctx) {
    const { pathname } = new URL(request.url);
    const answer = await fetch("http://origin.example" + pathname.replace("/again/", "/"));
    const headers = {
      "Content-Length": answer.headers.get("Content-Length"),
      "Last-Modified": answer.headers.get("Last-Modified"),
      "Content-Type": "application/vnd.debian.binary-package",
      "Cache-Control": "public, max-age=31536000, immutable",
    };
    return new Response(${body}, { status: answer.status, headers });
  },
};
`;
}
