import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/lab.ts";
import { type LoggedRequest, RequestLog } from "../../lab/request-log.ts";
import { ask } from "./ask.ts";
import { makeTinyTrees } from "./tiny-trees.ts";

const trees = makeTinyTrees();
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ trees, mirrors: 0 });
});
afterAll(async () => {
  await lab.stop();
  trees.remove();
});

function entry(path: string): LoggedRequest {
  return {
    time: 0,
    server: "x",
    scheme: "http",
    connection: 1,
    method: "GET",
    path,
    headers: {},
    status: 0,
    bytes: 0,
    ended: "pending",
  };
}

test("what was asked is logged as it came, with what was answered", async () => {
  await ask(lab.origin.url, {
    path: "/pool/a%2Bb~1_%253a.deb?x=1",
    headers: { range: "bytes=2-4" },
  });
  const logged = await lab.origin.log.waitFor((request) => request.ended === "whole");
  expect(logged).toMatchObject({
    server: "origin",
    scheme: "http",
    method: "GET",
    path: "/pool/a%2Bb~1_%253a.deb?x=1",
    status: 206,
    bytes: 3,
  });
  expect(logged.headers.range).toBe("bytes=2-4");
});

test("an answer is whole where the client is gone with its last byte", async () => {
  const { hostname, port } = new URL(lab.origin.url);
  for (const path of ["/pool/big.deb", "/dists/Release"]) {
    for (let round = 0; round < 20; round++) {
      lab.origin.log.clear();
      await new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), hostname);
        let text = "";
        socket.setEncoding("latin1");
        socket.on("data", (chunk) => {
          text += chunk;
          const [head = "", body = ""] = text.split("\r\n\r\n", 2);
          const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
          if (body.length === length) socket.destroy();
        });
        socket.on("error", reject);
        socket.on("close", () => resolve());
        socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      });
      const { ended } = await lab.origin.log.waitFor((request) => request.ended !== "pending");
      expect([path, round, ended]).toEqual([path, round, "whole"]);
    }
  }
});

test("pipelined requests are answered in order over one connection", async () => {
  lab.origin.log.clear();
  const { hostname, port } = new URL(lab.origin.url);
  const received = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    const heads = ["/pool/big.deb", "/dists/Release", "/nothing"].map(
      (path, index) =>
        `GET ${path} HTTP/1.1\r\nHost: x\r\n${index === 2 ? "Connection: close\r\n" : ""}\r\n`,
    );
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => resolve(text));
    socket.write(heads.join(""));
  });
  expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map((found) => found[1])).toEqual([
    "200",
    "200",
    "404",
  ]);
  expect(received.indexOf("version 1")).toBeGreaterThan(200_000);
  expect(new Set(lab.origin.log.requests.map((request) => request.connection)).size).toBe(1);
});

test("waitFor finds what is logged, what comes, and what changes", async () => {
  const log = new RequestLog();
  const first = entry("/a");
  log.add(first);
  expect(await log.waitFor((request) => request.path === "/a")).toBe(first);
  const changed = log.waitFor((request) => request.status === 200);
  const coming = log.waitFor((request) => request.path === "/b");
  first.status = 200;
  log.changed(first);
  log.add(entry("/b"));
  expect(await changed).toBe(first);
  expect((await coming).path).toBe("/b");
});

test("waitFor ends at its deadline and says what was there", async () => {
  const log = new RequestLog();
  log.add(entry("/a"));
  await expect(log.waitFor(() => false, 20)).rejects.toThrow("GET /a -> no answer");
});

test("waitFor ends when the server is stopped", async () => {
  const short = await startLab({ trees, mirrors: 1 });
  const waiting = short.mirror("mirror1").log.waitFor(() => true);
  const ended = expect(waiting).rejects.toThrow("The server was stopped");
  await short.stop();
  await ended;
});

test("the log is bounded, dropping the oldest", () => {
  const log = new RequestLog(2);
  for (const path of ["/a", "/b", "/c"]) log.add(entry(path));
  expect(log.requests.map((request) => request.path)).toEqual(["/b", "/c"]);
});
