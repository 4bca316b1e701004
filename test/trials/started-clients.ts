/** Clients of the started service: each with a connection and an address of its own, at a steady pace. */
import { Agent, request } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export interface ClientsOptions {
  /** Base URL, ends in `/`. */
  url: string;
  clients: number;
  /** Of all of them together. */
  perSecond: number;
  /** What the next request is for, by its number. */
  path(count: number): string;
  /** Which answers are right. */
  isRight(status: number, location: string): boolean;
}

export interface Asked {
  answers: number;
  /** ms, sorted. */
  latencies: number[];
  wrong: string[];
}

/** A client that isn't answered within this is told as not served, ms. */
const answerDeadlineMs = 15_000;
/** Wrong answers told; more say nothing new. */
const maxWrong = 20;

/** Asks for so long. Never rejects for what the service does. */
export async function askSteadily(options: ClientsOptions, forMs: number): Promise<Asked> {
  const { clients, perSecond } = options;
  const everyMs = (1000 * clients) / perSecond;
  const until = performance.now() + forMs;
  const asked: Asked = { answers: 0, latencies: [], wrong: [] };
  let count = 0;
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      let next = performance.now() + (everyMs * client) / clients;
      while (next < until) {
        await pause(Math.max(0, next - performance.now()));
        next += everyMs;
        const begun = performance.now();
        const path = options.path(count++);
        const { status, location } = await ask(agent, options.url + path, addressOf(client));
        asked.latencies.push(performance.now() - begun);
        if (options.isRight(status, location)) asked.answers++;
        else if (asked.wrong.length < maxWrong) asked.wrong.push(`${path}: ${status} ${location}`);
      }
      agent.destroy();
    }),
  );
  asked.latencies.sort((a, b) => a - b);
  return asked;
}

/** All of 127.0.0.0/8 is this machine. */
function addressOf(client: number): string {
  return `127.9.${client >> 8}.${client & 255}`;
}

/** Status 0: no answer, or none in time. */
function ask(
  agent: Agent,
  url: string,
  localAddress: string,
): Promise<{ status: number; location: string }> {
  return new Promise((resolve) => {
    const none = (why: string) => resolve({ status: 0, location: why });
    const asked = request(url, { agent, localAddress }, (answer) => {
      answer.once("error", () => none("broken off"));
      answer.resume().once("end", () => {
        resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? "" });
      });
    });
    asked.setTimeout(answerDeadlineMs, () => asked.destroy(new Error("late")));
    asked.once("error", ({ message }) => none(message));
    asked.end();
  });
}

/** The value below which that part of sorted values lies. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
