import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openByNode } from "../../../../scripts/probe/open-by-node.ts";

const stored = gzipSync("Package: tiny\n");
let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/hangs") response.writeHead(200).write("begun");
    else response.setHeader("Content-Encoding", "gzip").end(stored);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  base = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test("a file that is labelled as gzip comes as it is stored", async () => {
  const opened = await openByNode(`${base}/Packages.gz`, {}, 5000);
  if ("failed" in opened) throw new Error(opened.failed);
  expect(opened.status).toBe(200);
  expect(Buffer.from(await new Response(opened.body).arrayBuffer())).toEqual(stored);
});

test("the deadline ends a body that never does", async () => {
  const opened = await openByNode(`${base}/hangs`, {}, 100);
  if ("failed" in opened) throw new Error(opened.failed);
  await expect(new Response(opened.body).text()).rejects.toThrow();
});

test("nobody there is a reason, not an exception", async () => {
  expect(await openByNode("http://127.0.0.1:1/", {}, 1000)).toEqual({ failed: expect.any(String) });
});
