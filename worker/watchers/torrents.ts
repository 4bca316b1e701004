/** The Durable Object that makes torrents of images. What it does is `TorrentMaker`'s. */
import { DurableObject } from "cloudflare:workers";
import { comingThrough } from "../outbound/cdn-loop.ts";
import { userAgent } from "../outbound/user-agent.ts";
import { durableAlarm } from "../runtime/durable-alarm.ts";
import { durableSql } from "../runtime/durable-sql.ts";
import { readOwn, readTorrentBytesPerDay } from "../settings/settings.ts";
import type { VariableTexts } from "../settings/table.ts";
import type { KnownTorrents, TorrentAnswer, TorrentQuestion } from "../torrents/torrent-answer.ts";
import { TorrentMaker } from "../torrents/torrent-maker.ts";
import { TorrentStore } from "../torrents/torrent-store.ts";
import type { Bindings } from "./bindings.ts";

/** What this needs of the Worker's variables and bindings. */
export interface TorrentsEnv extends VariableTexts, Pick<Bindings, "FLEET"> {}

/** There is one, named `torrents`: so one image at a time is read, and the day's budget is the whole service's. */
export class Torrents extends DurableObject<TorrentsEnv> {
  readonly #maker: TorrentMaker;

  constructor(state: DurableObjectState, env: TorrentsEnv) {
    super(state, env);
    const own = readOwn(env);
    this.#maker = new TorrentMaker({
      store: new TorrentStore(durableSql(state.storage)),
      access: {
        fetch: comingThrough((url, init) => fetch(url, init), own.id),
        userAgent: userAgent(env.PUBLIC_URL ?? ""),
        ownHosts: own.hosts,
      },
      alarm: durableAlarm(state.storage),
      bytesPerDay: readTorrentBytesPerDay(env),
      now: () => Date.now(),
      log: (sentence) => console.warn(sentence),
    });
  }

  /** As `TorrentMaker.ask`. */
  async ask(question: TorrentQuestion): Promise<TorrentAnswer> {
    return this.#maker.ask(question);
  }

  /** As `TorrentMaker.known`. */
  async known(): Promise<KnownTorrents> {
    return this.#maker.known();
  }

  override async alarm(): Promise<void> {
    await this.#maker.alarm();
  }
}
