/** Clock, alarm, network and storage of a watcher, in memory, for the tests of what Prober and Fleet decide. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "vitest";
import type { Ask, NoReply, Question, Reply } from "../../../worker/outbound/ask.ts";
import type { ObjectAlarm } from "../../../worker/runtime/object-alarm.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { start } from "./events.ts";

/** A clock that stands still until it is moved. */
export class Clock {
  at = start;
  readonly now = () => this.at;
}

/** An alarm that rings when the test says so, and then moves the clock to its moment. */
export class TestAlarm implements ObjectAlarm {
  readonly #clock: Clock;
  /** Unix ms; `null`: not set. */
  at: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async get() {
    return this.at;
  }

  async set(at: number) {
    this.at = at;
  }

  async delete() {
    this.at = null;
  }

  /** Rings once. As on the platform, the alarm isn't set any more while it rings. */
  async ring(alarm: () => Promise<void>): Promise<void> {
    if (this.at === null) throw new Error("no alarm is set");
    this.#clock.at = Math.max(this.#clock.at, this.at);
    this.at = null;
    await alarm();
  }

  /** Rings as often as the alarm is set to a moment up to this one, which the clock shows then. */
  async ringUntil(moment: number, alarm: () => Promise<void>): Promise<void> {
    while (this.at !== null && this.at <= moment) await this.ring(alarm);
    this.#clock.at = Math.max(this.#clock.at, moment);
  }
}

/** Work that goes on behind a call's answer. */
export class TestBackground {
  readonly #works: Promise<unknown>[] = [];

  waitUntil(work: Promise<unknown>): void {
    this.#works.push(work);
  }

  async settled(): Promise<void> {
    while (this.#works.length > 0) await this.#works.shift();
  }
}

/** What all servers have, at every path: `printf iso | sha256sum`. */
const content = new TextEncoder().encode("iso");
export const contentSha256 = "e0e4548df88a35d5854d052281c5deedad16f286f82cb2c23f2f9dea494834ac";

/** Servers that answer everything with the same three bytes; hosts in `dead` don't, and URLs in `missing` are 404. */
export class TestNetwork {
  readonly dead = new Set<string>();
  readonly missing = new Set<string>();
  /** In the order in which they were asked. */
  readonly urls: string[] = [];
  mostAtOnce = 0;
  #atOnce = 0;
  readonly #held = new Map<string, Promise<void>>();

  readonly ask: Ask = async (question) => {
    this.urls.push(question.url);
    this.#atOnce++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    await this.#held.get(hostOf(question.url));
    this.#atOnce--;
    return this.#answer(question);
  };

  /** These hosts keep their clients waiting. @returns what ends that */
  hold(...hosts: string[]): () => void {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const host of hosts) this.#held.set(host, released);
    return release;
  }

  #answer({ url, method, hashed }: Question): Reply | NoReply {
    if (this.dead.has(hostOf(url))) {
      return { failed: "unreachable", detail: "it is dead", totalMs: 1 };
    }
    return {
      status: this.missing.has(url) ? 404 : 200,
      headers: new Headers({ "Content-Length": "3", "Content-Type": "application/octet-stream" }),
      body: method === "GET" && !hashed ? content : new Uint8Array(0),
      ...(hashed && { sha256: contentSha256 }),
      whole: true,
      headersMs: 1,
      totalMs: 1,
    };
  }

  /** The hosts asked since the last call, sorted, each once. */
  lately(): string[] {
    return [...new Set(this.urls.splice(0).map(hostOf))].sort();
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** Waits for what needs no more than promises: no timer, no I/O. */
export async function until(happened: () => boolean): Promise<void> {
  for (let turn = 0; !happened(); turn++) {
    if (turn > 10_000) throw new Error("it didn't happen");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Databases of a test file, each on disk and closed after its test. */
export function testDatabases(): () => BreakableSqlite {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-watcher-"));
  const opened: BreakableSqlite[] = [];
  let files = 0;
  afterEach(() => {
    for (const database of opened.splice(0)) database.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => {
    const made = new BreakableSqlite(join(folder, `${++files}.sqlite`));
    opened.push(made);
    return made;
  };
}
