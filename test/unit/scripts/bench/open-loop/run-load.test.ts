import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { runLoad } from "../../../../../scripts/bench/open-loop/run-load.ts";

const found = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n";

/** A server whose connections are answered as `answer` does. */
async function serving(answer: (socket: Socket, request: number) => void) {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on("data", () => answer(socket, requests++));
    socket.on("error", () => undefined);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return { port: address.port, [Symbol.dispose]: () => void server.close() };
}

const request = () => "GET / HTTP/1.1\r\nHost: mirror.example\r\n\r\n";

test("latency counts from when a request was due, also of those that had to wait for a connection", async () => {
  // The first answer comes after all requests were due: each of them has waited from its own moment on.
  const stall = 200;
  using server = await serving((socket, at) => {
    if (at === 0) setTimeout(() => socket.write(found), stall);
    else socket.write(found);
  });
  const plan = { port: server.port, connections: 1, count: 100, perSecond: 1000, status: 302 };
  const { p50Ms, mostMs, unexpected } = await runLoad(plan, request);
  expect(unexpected).toBe(0);
  expect(mostMs).toBeGreaterThanOrEqual(stall);
  // The request in the middle was due after 50 ms. Counted from when it was sent it would have taken next to nothing.
  expect(p50Ms).toBeGreaterThanOrEqual(stall - 60);
});

test("every request is sent once, and another status is counted", async () => {
  using server = await serving((socket, at) => {
    socket.write(at === 3 ? found.replace("302 Found", "500 Oh no") : found);
  });
  const asked: number[] = [];
  const plan = { port: server.port, connections: 4, count: 50, status: 302 };
  const { unexpected } = await runLoad(plan, (at) => {
    asked.push(at);
    return request();
  });
  expect(unexpected).toBe(1);
  expect(asked).toEqual(Array.from({ length: 50 }, (_, at) => at));
});

test("an answer that comes in pieces is one answer", async () => {
  using server = await serving((socket) => {
    socket.write("HTTP/1.1 302 Found\r\nContent-Le");
    setImmediate(() => socket.write("ngth: 4\r\n\r\nab"));
    setTimeout(() => socket.write("cd"), 2);
  });
  const plan = { port: server.port, connections: 1, count: 3, status: 302 };
  await expect(runLoad(plan, request)).resolves.toMatchObject({ unexpected: 0 });
});

test("a server that goes away fails the load", async () => {
  using server = await serving((socket) => socket.destroy());
  const plan = { port: server.port, connections: 1, count: 3, status: 302 };
  await expect(runLoad(plan, request)).rejects.toThrow(`port ${server.port}`);
});
