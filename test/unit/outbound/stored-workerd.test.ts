/**
 * Servers that label a stored `.gz` with `Content-Encoding: gzip`, whatever was asked for: each way in which the
 * service fetches gets the stored bytes, on a real workerd, whose `fetch` would unpack them.
 *
 * The right values are the stored file's: apt, dnf and zypper take the bytes as they come, whatever the label.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCertificates } from "../../lab/certificates.ts";
import { makeScratch } from "../../lab/scratch.ts";
import { startTrustingWorkerd, type TrustingWorkerd } from "../../lab/trusting-workerd.ts";
import type { StoredQuestion } from "./stored-worker.ts";

const plain = "Package: tiny\n".repeat(500);
const stored: Readonly<Record<string, Buffer>> = {
  "/Packages.gz": gzipSync(plain),
  // A label that isn't even true: the root is stored as it is.
  "/InRelease": Buffer.from(plain),
};
const page = gzipSync('<html><body><a href="tiny.deb">tiny.deb</a></body></html>');

const scratch = makeScratch("stored");
let server: Server;
let base: string;
let workerd: TrustingWorkerd;

beforeAll(async () => {
  server = createServer((request, response) => {
    const file = stored[request.url ?? ""];
    response.setHeader("Content-Encoding", "gzip");
    if (file === undefined) {
      response.setHeader("Content-Type", "text/html").end(page);
      return;
    }
    response.setHeader("Content-Type", "application/octet-stream");
    const [, first] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const body = file.subarray(Number(first ?? 0));
    if (first !== undefined) {
      response.statusCode = 206;
      response.setHeader("Content-Range", `bytes ${first}-${file.length - 1}/${file.length}`);
    }
    response.setHeader("Content-Length", body.length);
    response.end(request.method === "HEAD" ? undefined : body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  base = `http://127.0.0.1:${address.port}/`;
  // It asks http only; the configuration wants an authority all the same.
  const { authorityFile } = await makeCertificates(scratch.directory, ["127.0.0.1"]);
  workerd = await startTrustingWorkerd(
    join(import.meta.dirname, "stored-worker.ts"),
    readFileSync(authorityFile, "utf8"),
  );
});
afterAll(async () => {
  await workerd.stop();
  server.closeAllConnections();
  server.close();
  scratch.remove();
});

async function fetched(
  way: StoredQuestion["way"],
  path: string,
  change: { range?: string } = {},
): Promise<unknown> {
  const file = stored[`/${path}`] ?? Buffer.alloc(0);
  const question: StoredQuestion = { way, base, path, ...sizeAndHash(file), ...change };
  const response = await fetch(workerd.url, { method: "POST", body: JSON.stringify(question) });
  return response.json();
}

function sizeAndHash(bytes: Buffer) {
  return { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

const bodies = [
  { way: "ask", what: "checks, probes and small files of an origin" },
  { way: "open", what: "indexes of an origin" },
  { way: "origin", what: "an origin's bytes, passed on" },
  { way: "whole", what: "payload that is read whole" },
  { way: "streamed", what: "payload that is sent as it comes" },
] as const;

for (const path of ["Packages.gz", "InRelease"]) {
  test.each(bodies)(`${path} comes as it is stored: $what`, async ({ way }) => {
    const { size, sha256 } = sizeAndHash(stored[`/${path}`] ?? Buffer.alloc(0));
    const told = await fetched(way, path);
    expect(told).toMatchObject({ status: 200, bytes: size, sha256 });
    // The client would unpack it.
    if (!["ask", "open"].includes(way)) expect(told).toMatchObject({ encoding: null });
  });

  test(`${path} has its hash where only that is wanted`, async () => {
    const { sha256 } = sizeAndHash(stored[`/${path}`] ?? Buffer.alloc(0));
    expect(await fetched("hashed", path)).toEqual({ status: 200, sha256 });
  });

  test(`${path} has its size as a sample`, async () => {
    expect(await fetched("sample", path)).toEqual({ failure: null });
  });

  test.each(["origin", "streamed"] as const)(`a part of ${path}: %s`, async (way) => {
    const part = (stored[`/${path}`] ?? Buffer.alloc(0)).subarray(10);
    const { size, sha256 } = sizeAndHash(part);
    const told = await fetched(way, path, { range: "bytes=10-" });
    expect(told).toMatchObject({ status: 206, bytes: size, sha256, encoding: null });
  });
}

test("a folder's page is read unpacked", async () => {
  expect(await fetched("page", "folder/")).toMatchObject({ entries: [{ name: "tiny.deb" }] });
});

test("a folder's page is given unpacked", async () => {
  const plainPage = Buffer.from('<html><body><a href="tiny.deb">tiny.deb</a></body></html>');
  const { size, sha256 } = sizeAndHash(plainPage);
  const told = await fetched("origin", "folder/");
  expect(told).toMatchObject({ status: 200, bytes: size, sha256, encoding: null });
});
