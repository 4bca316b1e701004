/** How long a TCP connection to each host takes: one round trip, whatever the server does behind it. */
import type { Connect, RawSocket } from "../certificates/certificate.ts";
import type { Observation } from "../observation.ts";
import { slotMs } from "./connection-times.ts";

/** Connections measured in a row: the first one may wait for the name to be looked up. */
const inARow = 2;
/** Hosts remembered; more than a Prober watches. The oldest half goes when there are as many. */
const maxHosts = 4096;

export interface ConnectionMeterOptions {
  connect: Connect;
  deadlineMs: number;
  /** Unix ms. */
  now: () => number;
}

export class ConnectionMeter {
  readonly #options: ConnectionMeterOptions;
  /** When each host was measured last, Unix ms. */
  readonly #measuredAt = new Map<string, number>();

  constructor(options: ConnectionMeterOptions) {
    this.#options = options;
  }

  /** The observation with the time of a connection to the host, where it is due and can be told. Never rejects. */
  async added(base: string, observation: Observation): Promise<Observation> {
    if (observation.failure !== undefined) return observation;
    const url = new URL(base);
    const now = this.#options.now();
    const measuredAt = this.#measuredAt.get(url.host);
    if (measuredAt !== undefined && now - measuredAt < slotMs) return observation;
    if (this.#measuredAt.size >= maxHosts) {
      for (const host of [...this.#measuredAt.keys()].slice(0, maxHosts / 2)) {
        this.#measuredAt.delete(host);
      }
    }
    // Set before measuring: two targets on one host shall not both measure.
    this.#measuredAt.set(url.host, now);
    let connectMs: number | undefined;
    for (let turn = 0; turn < inARow; turn++) {
      const ms = await this.#measure(url);
      if (ms === undefined) break;
      connectMs = Math.min(ms, connectMs ?? ms);
    }
    return connectMs === undefined ? observation : { ...observation, connectMs };
  }

  /** Undefined where nothing answers in time, or the platform doesn't tell when. */
  async #measure({ hostname, port, protocol }: URL): Promise<number | undefined> {
    const { connect, deadlineMs, now } = this.#options;
    let socket: RawSocket | undefined;
    const late = Promise.withResolvers<"late">();
    const timer = setTimeout(() => late.resolve("late"), deadlineMs);
    try {
      const begun = now();
      const usual = protocol === "https:" ? 443 : 80;
      socket = connect({ hostname, port: port === "" ? usual : Number(port) });
      if (socket.opened === undefined) return undefined;
      socket.opened.catch(() => undefined);
      const end = await Promise.race([socket.opened, late.promise]);
      return end === "late" ? undefined : now() - begun;
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
      // Not awaited: it waits for the peer.
      socket?.close().catch(() => undefined);
    }
  }
}
