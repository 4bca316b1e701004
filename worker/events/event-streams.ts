/** Events as they come, to whoever watches: server-sent events (HTML standard, section 9.2). */
import { type Event, type EventFilter, isWanted, toldEvent } from "./event.ts";
import type { EventStore } from "./event-store.ts";

/** Who watches at a time, at most: each holds a connection to the one object. */
export const maxStreams = 50;
/** Of one network: consoles and programs of one office. A script that opens streams and closes none leaves the others theirs. */
export const maxStreamsOfOne = 10;
/** A comment is sent this often, ms, so that proxies don't take a quiet stream for a dead one. */
const aliveMs = 15_000;
/** Events that a stream begins with, where it says which it had last; who missed more reads the list. */
const maxMissed = 1000;

interface Stream {
  filter: EventFilter;
  sent: number;
  /** Where its reader is. */
  network: string;
  controller: ReadableStreamDefaultController<Uint8Array>;
}

export class EventStreams {
  readonly #store: EventStore;
  readonly #streams = new Set<Stream>();
  readonly #encoder = new TextEncoder();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** How many watch. */
  get size(): number {
    return this.#streams.size;
  }

  /**
   * A new stream; `full` where too many watch, `full of one` where too many do from that network.
   *
   * @param last the event that was seen last; absent: from now on
   */
  open(
    filter: EventFilter,
    last: number | undefined,
    network: string,
  ): ReadableStream<Uint8Array> | "full" | "full of one" {
    if (this.#streams.size >= maxStreams) return "full";
    const own = [...this.#streams].filter((one) => one.network === network).length;
    if (own >= maxStreamsOfOne) return "full of one";
    // Events of another store may have greater numbers: of these none would ever be behind the last.
    const newest = this.#store.last;
    let stream: Stream;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        stream = { filter, sent: Math.min(last ?? newest, newest), network, controller };
        this.#streams.add(stream);
        this.#write(stream, ": watching\n\n");
        this.#send(stream);
        this.#timer ??= setInterval(() => this.#keepAlive(), aliveMs);
      },
      cancel: () => this.#drop(stream),
    });
  }

  /** There are new events. */
  told(): void {
    for (const stream of this.#streams) this.#send(stream);
  }

  #send(stream: Stream): void {
    const events = this.#store.behind(stream.sent, maxMissed);
    for (const event of events) {
      stream.sent = event.id;
      if (isWanted(event, stream.filter) && !this.#write(stream, frameOf(event))) return;
    }
  }

  #keepAlive(): void {
    for (const stream of this.#streams) this.#write(stream, ": alive\n\n");
  }

  #write(stream: Stream, text: string): boolean {
    try {
      stream.controller.enqueue(this.#encoder.encode(text));
      return true;
    } catch {
      // Its reader has gone.
      this.#drop(stream);
      return false;
    }
  }

  #drop(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    if (this.#timer !== undefined) clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function frameOf(event: Event): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(toldEvent(event))}\n\n`;
}
