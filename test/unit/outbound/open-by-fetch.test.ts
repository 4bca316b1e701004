import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openByFetch } from "../../../worker/outbound/origin-access.ts";

let server: Server;
let base: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/moved") response.writeHead(302, { location: "/file" }).end();
    else if (request.url === "/hangs") response.writeHead(200).write("begun");
    else response.end("whole");
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

const open = openByFetch((url, init) => fetch(url, init));
async function opened(path: string, deadlineMs: number) {
  const answer = await open(base + path, {}, deadlineMs);
  if ("failed" in answer) throw new Error(answer.failed);
  return answer;
}

test("the body as a stream; redirects aren't followed", async () => {
  expect(await new Response((await opened("/file", 5000)).body).text()).toBe("whole");
  const moved = await opened("/moved", 5000);
  expect([moved.status, moved.headers.get("location")]).toEqual([302, "/file"]);
  await moved.body.cancel();
});

test("the deadline ends a body that never does", async () => {
  const { body } = await opened("/hangs", 300);
  await expect(new Response(body).text()).rejects.toThrow();
});

test("nobody there is a reason, not an exception", async () => {
  expect(await open("http://127.0.0.1:1/", {}, 1000)).toEqual({ failed: expect.any(String) });
});
