/** `watch` against the operators' API itself, without a network between. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { callerHeader } from "../../../../worker/http/caller-header.ts";
import { answerOperators } from "../../../../worker/operate/answer.ts";
import { emptyDatabase } from "../../accounts/accounts-alone.ts";
import { changeEvent } from "../../events/change-event.ts";
import { openOffice, type TestOffice } from "../../operate/office.ts";
import type { BreakableSqlite } from "../../runtime/sqlite.ts";
import { runIn, testTerminal } from "../program/test-terminal.ts";

let database: BreakableSqlite;
let office: TestOffice;
beforeEach(() => {
  database = emptyDatabase();
  office = openOffice(database.sql);
});
afterEach(() => database.close());

const states = {
  mirrors: [
    {
      name: "a.example",
      targets: [{ repository: "debian", scheme: "https", family: "any", state: "up" }],
    },
  ],
  next: null,
};

/** A connection that a test can break off. */
interface Connection {
  last: string | null;
  breakOff(): void;
}

interface Watching {
  /** Waits until so many connections were made. @returns the newest */
  connected(times: number): Promise<Connection>;
  /** Waits for a text on the standard output. */
  printed(text: string): Promise<void>;
  /** Until it ends by itself. */
  running: Promise<{ status: number; out: string; err: string }>;
  end(): Promise<{ status: number; out: string; err: string }>;
}

/** Watches; each step of it can be awaited. */
async function watching(token: string, ...args: string[]): Promise<Watching> {
  const ended = new AbortController();
  const connections: Connection[] = [];
  const waiting = new Set<() => void>();
  const step = () => {
    for (const one of waiting) one();
  };
  const until = async (is: () => boolean) => {
    while (!is()) {
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
      });
    }
  };
  const terminal = testTerminal({
    environment: { NEARMIRROR_URL: "https://a.example/", NEARMIRROR_TOKEN: token },
    interruption: () => ended.signal,
    out: (text) => {
      terminal.printed.out += text;
      step();
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (new URL(request.url).pathname === "/api/v1/mirrors") return Response.json(states);
      request.headers.set(callerHeader, "192.0.2.7");
      const answer = await answerOperators(request, office.office);
      if (request.headers.get("Accept") !== "text/event-stream" || answer.body === null) {
        return answer;
      }
      const broken = new AbortController();
      const through = new TransformStream<Uint8Array, Uint8Array>();
      answer.body.pipeTo(through.writable, { signal: broken.signal }).catch(() => undefined);
      request.signal.addEventListener("abort", () => broken.abort());
      connections.push({
        last: request.headers.get("Last-Event-ID"),
        breakOff: () => broken.abort(),
      });
      step();
      return new Response(through.readable, answer);
    },
  });
  const running = runIn(terminal, "watch", ...args);
  return {
    running,
    async connected(times) {
      await until(() => connections.length >= times);
      const newest = connections.at(-1);
      if (newest === undefined) throw new Error("no connection");
      return newest;
    },
    printed: async (text) => await until(() => terminal.printed.out.includes(text)),
    async end() {
      ended.abort();
      return await running;
    },
  };
}

async function happened(mirror: string, to: string): Promise<void> {
  office.office.eventStore.append(changeEvent(mirror, to, office.clock.now));
  await office.office.tell();
}

it("tells events as they come, and goes on behind the last one where the connection broke off", async () => {
  const watched = await watching(await office.token("eye", "reader"));
  const first = await watched.connected(1);
  await happened("a.example", "down");
  await watched.printed("a.example");
  // Asked for from now on; and what happens while nobody is connected isn't lost.
  expect(first.last).toBeNull();
  first.breakOff();
  await happened("b.example", "stale");
  const second = await watched.connected(2);
  expect(second.last).toBe(String(office.office.eventStore.last - 1));
  await watched.printed("b.example");
  const { status, out, err } = await watched.end();
  expect({ status, out: out.split("\n"), err }).toEqual({
    status: 0,
    out: [
      "2026-11-22T12:00:00Z  a.example, debian over https: state up -> down. a test",
      "2026-11-22T12:00:00Z  b.example, debian over https: state up -> stale. a test",
      "",
    ],
    err: "The stream broke off.\n",
  });
  expect(office.office.eventStreams.size).toBe(0);
});

it("begins with the states where that is asked for, as JSON an event a line", async () => {
  const watched = await watching(await office.token("eye", "reader"), "--states", "--json");
  await watched.connected(1);
  await watched.printed("a.example");
  await happened("a.example", "down");
  await watched.printed('"down"');
  const { out } = await watched.end();
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { type: "mirror.state", mirror: "a.example", data: { axis: "state", to: "up" } },
    { type: "mirror.state", mirror: "a.example", data: { axis: "state", to: "down" } },
  ]);
});

it("tells only what is asked for: types, mirrors, a country, a repository", async () => {
  const token = await office.token("eye", "reader");
  const every: [args: string[], mirrors: string[]][] = [
    [["--mirror", "b.example"], ["b.example"]],
    [["--country", "DE"], ["a.example"]],
    [
      ["--repository", "debian"],
      ["a.example", "b.example"],
    ],
    [["--repository", "ubuntu"], []],
    [["--type", "alarm.*"], []],
  ];
  const all = await Promise.all(every.map(async ([args]) => await watching(token, ...args)));
  for (const one of all) await one.connected(1);
  // Its own stream says when the others have had theirs.
  const last = await watching(token);
  await last.connected(1);
  await happened("a.example", "down");
  await happened("b.example", "down");
  await last.printed("b.example");
  await last.end();
  for (const [at, [args, mirrors]] of every.entries()) {
    for (const mirror of mirrors) await all[at]?.printed(mirror);
    const { out } = (await all[at]?.end()) ?? { out: "" };
    expect([args, out.split("\n").length - 1]).toEqual([args, mirrors.length]);
  }
});

it("is refused without a token that may, and says so once", async () => {
  const none = await office.token("ops", "operator", { scopes: ["verbs=list.read"] });
  const watched = await watching(none);
  const { status, err } = await watched.running;
  expect(status).toBe(3);
  expect(err).toContain("watch");
});

it("goes on from now where the service has another store than that of the last event", async () => {
  const token = await office.token("eye", "reader");
  const stream = await office.stream("/api/v1/events", {
    token,
    headers: { "Last-Event-ID": "999999" },
  });
  await happened("a.example", "down");
  expect(await stream.until(1)).toContain("a.example");
  await stream.close();
});
