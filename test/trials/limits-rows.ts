/** What one stranger on raw sockets gets of a service: each row measures one limit of docs/operating/limits.md. */
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { frontName } from "../lab/fronts.ts";
import { runOrThrow } from "../lab/process.ts";

/** What is measured. */
export interface Measured {
  port: number;
  /** Of workerd. */
  pid(): number;
  /** Path of a file of some megabytes that comes by bytes, and its size. */
  large: { path: string; bytes: number };
  /** How long the client that doesn't read does nothing, ms. */
  unreadMs: number;
}

/** One limit. */
export interface LimitRow {
  name: string;
  /** What the page says, in words. */
  says: string;
  /** @returns what was seen otherwise; undefined: it is as the page says */
  measure(measured: Measured): Promise<string | undefined>;
}

/** workerd's, ms; and how much later a busy machine may see it. */
const headerMs = 15_000;
const lateMs = 4_000;
/** nginx's `send_timeout` as it is shipped, ms. */
const sendMs = 60_000;
const pipelined = 10_000;

const host = "Host: 127.0.0.1";
const simple = `GET /robots.txt HTTP/1.1\r\n${host}\r\n\r\n`;

/** A connection and what came on it. */
class Talk {
  readonly socket: Socket;
  text = "";
  bytes = 0;
  /** ms since it was opened, once it is closed. */
  readonly closed: Promise<number>;

  constructor(port: number) {
    const opened = performance.now();
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (chunk) => {
      this.bytes += chunk.length;
      if (this.text.length < 1_000_000) this.text += chunk.toString("latin1");
    });
    this.socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      this.socket.once("close", () => resolve(performance.now() - opened));
    });
  }

  /** Waits until what came has the pattern. */
  async has(pattern: RegExp, deadlineMs: number): Promise<boolean> {
    const deadline = performance.now() + deadlineMs;
    while (!pattern.test(this.text) && performance.now() < deadline) await pause(10);
    return pattern.test(this.text);
  }
}

/** What is wrong with a time; undefined: nothing. */
function around(tookMs: number | undefined, expectedMs: number): string | undefined {
  if (tookMs === undefined) return `still open after ${expectedMs + lateMs} ms`;
  const isRight = tookMs > expectedMs - 1000 && tookMs < expectedMs + lateMs;
  return isRight ? undefined : `closed after ${Math.round(tookMs)} ms`;
}

/** When it is closed, or undefined at twice the time. */
function closedWithin(talk: Talk, ms: number): Promise<number | undefined> {
  return Promise.race([talk.closed, pause(ms, undefined, { ref: false })]);
}

async function closesAfter(
  port: number,
  bytes: string,
  everySecond = "",
): Promise<string | undefined> {
  const talk = new Talk(port);
  talk.socket.write(bytes);
  const timer = setInterval(() => talk.socket.write(everySecond), 1000);
  const took = await closedWithin(talk, headerMs + lateMs);
  clearInterval(timer);
  talk.socket.destroy();
  return around(took, headerMs);
}

/** The status of one answer. */
async function statusOf(port: number, bytes: string): Promise<string> {
  const talk = new Talk(port);
  talk.socket.write(bytes);
  await talk.has(/^HTTP\/1\.1 \d{3}/, 5000);
  talk.socket.destroy();
  return talk.text.slice(9, 12);
}

const expectStatus = (found: string, expected: string) =>
  found === expected ? undefined : `${found} in place of ${expected}`;

/** Until workerd serves, with the time it took, ms. */
async function serves(port: number, withinMs: number): Promise<number | undefined> {
  const began = performance.now();
  while (performance.now() - began < withinMs) {
    if ((await statusOf(port, simple)) === "200") return performance.now() - began;
    await pause(50);
  }
  return undefined;
}

/** Lets workerd open so many more files, opens as many connections, and sees what becomes of the service. */
async function exhaust({ port, pid }: Measured, more: number): Promise<string | undefined> {
  const before = pid();
  const limit = readdirSync(`/proc/${before}/fd`).length + more;
  await runOrThrow("prlimit", ["--pid", String(before), `--nofile=${limit}:`]);
  const talks = Array.from({ length: more }, () => new Talk(port));
  await pause(500);
  for (const { socket } of talks) socket.destroy();
  const took = await serves(port, 20_000);
  return took === undefined ? "no answer in 20 s after the connections were closed" : undefined;
}

export const limitRows: readonly LimitRow[] = [
  {
    name: "nothing sent",
    says: "closed after 15 s",
    measure: ({ port }) => closesAfter(port, ""),
  },
  {
    name: "half a header",
    says: "closed after 15 s",
    measure: ({ port }) => closesAfter(port, `GET / HTTP/1.1\r\n${host}\r\n`),
  },
  {
    name: "a header that drips",
    says: "closed after 15 s",
    measure: ({ port }) => closesAfter(port, `GET / HTTP/1.1\r\n${host}\r\nX: `, "x"),
  },
  {
    name: "idle after an answer",
    says: "closed after 15 s",
    measure: ({ port }) => closesAfter(port, simple),
  },
  {
    name: "half a body",
    says: "answered and closed at once",
    async measure({ port }) {
      const talk = new Talk(port);
      const length = "Content-Length: 1000";
      talk.socket.write(
        `POST /api/v1/repositories/lab/refresh HTTP/1.1\r\n${host}\r\n${length}\r\n\r\nhalf`,
      );
      const took = await closedWithin(talk, 5000);
      talk.socket.destroy();
      if (took === undefined) return "still open after 5 s";
      return /^HTTP\/1\.1 [24]/.test(talk.text) ? undefined : talk.text.slice(0, 100);
    },
  },
  {
    name: "a long target",
    says: "65,534 bytes reach the Worker (414 with a sentence), 65,535 get workerd's 414",
    async measure({ port }) {
      for (const [bytes, isOurs] of [
        [65_534, true],
        [65_535, false],
      ] as const) {
        const talk = new Talk(port);
        talk.socket.write(`GET /${"a".repeat(bytes - 1)} HTTP/1.1\r\n${host}\r\n\r\n`);
        await talk.has(/^HTTP\/1\.1 414[\s\S]*\r\n\r\n/, 5000);
        talk.socket.destroy();
        if (talk.text.includes("The path is longer") !== isOurs)
          return `${bytes} bytes: ${talk.text}`;
      }
      return undefined;
    },
  },
  {
    name: "long headers",
    says: "400 kB are taken, a megabyte gets 431",
    async measure({ port }) {
      const of = (bytes: number) =>
        statusOf(port, `GET /robots.txt HTTP/1.1\r\n${host}\r\nX: ${"a".repeat(bytes)}\r\n\r\n`);
      return expectStatus(await of(400_000), "200") ?? expectStatus(await of(1_000_000), "431");
    },
  },
  {
    name: "an unknown method",
    says: "501",
    measure: async ({ port }) =>
      expectStatus(await statusOf(port, `FOO / HTTP/1.1\r\n${host}\r\n\r\n`), "501"),
  },
  {
    name: "requests sent ahead",
    says: "10,000 are answered",
    async measure({ port }) {
      const talk = new Talk(port);
      let answers = 0;
      talk.socket.on("data", (chunk) => {
        answers += chunk.toString("latin1").split("HTTP/1.1 200").length - 1;
      });
      talk.socket.write(simple.repeat(pipelined));
      const deadline = performance.now() + 30_000;
      // A head may be cut between two pieces.
      while (answers < pipelined * 0.99 && performance.now() < deadline) await pause(50);
      talk.socket.destroy();
      return answers < pipelined * 0.99 ? `${answers} answers in 30 s` : undefined;
    },
  },
  {
    name: "a client that doesn't read",
    says: "nobody closes it, and it gets all of it later",
    async measure({ port, large, unreadMs }) {
      const talk = new Talk(port);
      talk.socket.pause();
      talk.socket.write(`GET ${large.path} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
      await pause(unreadMs);
      talk.socket.resume();
      await closedWithin(talk, 30_000);
      return talk.bytes >= large.bytes ? undefined : `${talk.bytes} bytes of ${large.bytes}`;
    },
  },
];

/** Of a proxy in front with the shipped files; nothing is asked of the service. */
const ofProxy = `Host: ${frontName}`;

export const proxyRows: readonly LimitRow[] = [
  {
    name: "nothing sent",
    says: "closed after 15 s",
    measure: ({ port }) => closesAfter(port, ""),
  },
  {
    name: "half a header",
    says: "closed after 15 s",
    measure: ({ port }) => closesAfter(port, `GET / HTTP/1.1\r\n${ofProxy}\r\n`),
  },
  {
    name: "half a body",
    says: "closed after 15 s",
    measure: ({ port }) =>
      closesAfter(port, `POST / HTTP/1.1\r\n${ofProxy}\r\nContent-Length: 1000\r\n\r\nhalf`),
  },
];

/** nginx alone has a limit for it. */
export const unreadByNginx: LimitRow = {
  name: "a client that doesn't read",
  says: "closed after 60 s",
  async measure({ port, large }) {
    const talk = new Talk(port);
    talk.socket.pause();
    talk.socket.write(`GET ${large.path} HTTP/1.1\r\n${ofProxy}\r\nConnection: close\r\n\r\n`);
    await pause(sendMs + lateMs);
    talk.socket.resume();
    await closedWithin(talk, 10_000);
    return talk.bytes < large.bytes ? undefined : "it got all of it";
  },
};

/** What ends workerd, or may: nothing else is measured meanwhile. */
export const exhaustingRows: readonly LimitRow[] = [100, 101].map((more) => ({
  name: `${more} open files more`,
  says: "it serves again once the connections are closed",
  measure: (measured) => exhaust(measured, more),
}));
