/** A network with an origin and mirrors of one image, and a maker of torrents over a real database. */
import { join } from "node:path";
import type { TorrentAnswer, TorrentQuestion } from "../../../worker/torrents/torrent-answer.ts";
import { TorrentMaker } from "../../../worker/torrents/torrent-maker.ts";
import { TorrentStore } from "../../../worker/torrents/torrent-store.ts";
import { BreakableSqlite } from "../runtime/sqlite.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** What sizes in these tests are multiples of, bytes: a range of 32 has the length of a piece. */
export const unit = 8 * 1024;
/** Three ranges: `yes nearmirror | head -c 655360`. */
export const imageBytes = Buffer.alloc(80 * unit, "nearmirror\n");
/** What sha256sum says of it. */
export const imageSha256 = "667f66c47ed4339cbe1a7aa43e9921dd959ac618cdd0a50ae45cd97b194322f5";

/** How a server gives a range; the file is its own. */
export type Server = (range: { first: number; last: number }) => Response | Promise<Response>;

/** A range as it should be. @param bytes the server's file */
export function rightly(bytes: Uint8Array = imageBytes): Server {
  return ({ first, last }) => partOf(bytes, first, Math.min(last, bytes.byteLength - 1));
}

/** The same head, with fewer bytes behind it. @param most bytes */
export function breaksOffAfter(most: number): Server {
  return ({ first, last }) => {
    const end = first + most;
    let at = first;
    const body = new ReadableStream({
      type: "bytes",
      pull(controller) {
        if (at >= end) return controller.error(new Error("connection lost"));
        const part = imageBytes.subarray(at, Math.min(end, at + 4096));
        at += part.byteLength;
        controller.enqueue(new Uint8Array(part));
      },
    });
    return partOf(imageBytes, first, last, body);
  };
}

function partOf(file: Uint8Array, first: number, last: number, body?: ReadableStream): Response {
  const headers = { "Content-Range": `bytes ${first}-${last}/${file.byteLength}` };
  return new Response(body ?? file.slice(first, last + 1), { status: 206, headers });
}

/** What the operator hears, what servers were asked, and a clock that goes by itself. */
export class TorrentWorld {
  /** By host. */
  readonly servers = new Map<string, Server>();
  /** Host and first byte of each range that was asked for. */
  readonly asked: string[] = [];
  readonly said: string[] = [];
  now = Date.parse("2026-11-30T12:00:00Z");
  alarmAt: number | null = null;
  readonly database = new BreakableSqlite(join(temporaryFolder("torrents-"), "torrents.sqlite"));
  store = new TorrentStore(this.database.sql);
  readonly #bytesPerDay: number;
  maker: TorrentMaker;

  constructor(bytesPerDay = 1e9) {
    this.#bytesPerDay = bytesPerDay;
    this.servers.set("origin.example", rightly());
    this.maker = this.#make();
  }

  /** As after an eviction: what was in memory is gone. */
  restart(): void {
    this.database.reopen();
    this.store = new TorrentStore(this.database.sql);
    this.maker = this.#make();
  }

  #make(): TorrentMaker {
    return new TorrentMaker({
      store: this.store,
      access: {
        fetch: async (url, init) => {
          const { host } = new URL(url);
          const range = new Headers(init.headers).get("Range") ?? "";
          const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
          if (last !== "0") this.asked.push(`${host} ${Number(first) / unit}`);
          const server = this.servers.get(host);
          if (server === undefined) throw new TypeError("connection refused");
          return server({ first: Number(first), last: Number(last) });
        },
        userAgent: "Nearmirror-Probe/1",
        ownHosts: ["near.example"],
      },
      alarm: {
        get: async () => this.alarmAt,
        set: async (at) => {
          this.alarmAt = at;
        },
        delete: async () => {
          this.alarmAt = null;
        },
      },
      bytesPerDay: this.#bytesPerDay,
      rangeBytes: 32 * unit,
      now: () => this.now,
      log: (sentence) => this.said.push(sentence),
    });
  }

  question(more: Partial<TorrentQuestion> = {}): TorrentQuestion {
    return {
      repository: "lab-cd",
      path: "near.iso",
      sha256: imageSha256,
      origin: "http://origin.example/near.iso",
      sources: ["one", "two"].map((host) => `http://${host}.example/lab-cd/near.iso`),
      isMarked: true,
      network: 1,
      ...more,
    };
  }

  ask(more: Partial<TorrentQuestion> = {}): Promise<TorrentAnswer> {
    return this.maker.ask(this.question(more));
  }

  /** Rings the alarm as long as it is set to now, or for some times. */
  async ring(times = 20): Promise<void> {
    for (let rung = 0; rung < times; rung++) {
      if (this.alarmAt === null || this.alarmAt > this.now) return;
      this.alarmAt = null;
      await this.maker.alarm();
    }
  }
}
