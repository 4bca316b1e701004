/** Events of a service as they come, also where the connection ends: it goes on behind the event that came last. */
import { EventStreamReader } from "../client/event-stream.ts";
import type { ServiceClient } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { Failure } from "../program/report.ts";
import type { Terminal } from "../program/terminal.ts";

const path = "/api/v1/events";
/** A stream in which nothing comes for this long, ms, is dead: the service sends a comment every 15 s. */
const silentMs = 45_000;
/** Pauses before it is asked again, ms: the first one, and the longest. */
const firstPauseMs = 1000;
const longestPauseMs = 60_000;

export interface Following {
  client: ServiceClient;
  terminal: Terminal;
  /** Of the API: `type`, `mirror`. */
  query: URLSearchParams;
  /** The event that was seen last; undefined: what comes from now on. */
  last: string | undefined;
  ended: AbortSignal;
}

/**
 * Events until somebody ends it. `"open"` comes first, once the service has taken the first question.
 *
 * @throws Failure where the first question fails, or the service refuses the token
 */
export async function* followedEvents(following: Following): AsyncGenerator<unknown> {
  const { client, terminal, query, ended } = following;
  let { last } = following;
  let isOpen = false;
  let failed = 0;
  while (!ended.aborted) {
    const silence = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silentMs);
    };
    try {
      const headers = {
        Accept: "text/event-stream",
        ...(last !== undefined && { "Last-Event-ID": last }),
      };
      const signal = AbortSignal.any([ended, silence.signal]);
      const stream = await client.stream(`${path}?${query}`, headers, signal, "event-stream");
      heard();
      if (!isOpen) yield "open";
      isOpen = true;
      const reader = new EventStreamReader();
      for await (const chunk of stream) {
        heard();
        failed = 0;
        for (const part of reader.read(chunk)) {
          if ("isComment" in part) continue;
          yield JSON.parse(part.data);
          last = part.id ?? last;
        }
      }
    } catch (error) {
      if (ended.aborted) return;
      if (!isOpen || isFinal(error)) throw error;
      const why = error instanceof Failure ? error.message : "The stream broke off.";
      terminal.err(`${why}\n`);
    } finally {
      clearTimeout(timer);
    }
    const grown = Math.min(longestPauseMs, firstPauseMs * 2 ** failed);
    failed += 1;
    // Many that were cut off together don't come back together.
    await pauseUntil(ended, terminal.pause(grown * (0.5 + terminal.random() / 2)));
  }
}

/** Whether asking again is of no use: the token doesn't work, or there is no such thing. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof Failure)) return false;
  const { exit, status = 0 } = error;
  return exit === exitCodes.forbidden || (status >= 400 && status < 500 && status !== 429);
}

async function pauseUntil(ended: AbortSignal, pause: Promise<void>): Promise<void> {
  if (ended.aborted) return;
  const aborted = new AbortController();
  const end = new Promise<void>((resolve) =>
    ended.addEventListener("abort", () => resolve(), { once: true, signal: aborted.signal }),
  );
  await Promise.race([pause, end]);
  aborted.abort();
}
