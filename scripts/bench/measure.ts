/** Rounds of loads: of servers in turn, or of two at once. One core serves, the other loads. */
import { type PlainWorkerd, startPlainWorkerd } from "../service/workerd.ts";
import type { Contest } from "./contests.ts";
import { type Asks, type LoadResult, load, packages, writeLoad } from "./load.ts";

export interface Measuring {
  rounds: number;
  /** Of each load. */
  seconds: number;
  /** Different addresses. */
  clients: number;
  connections: number;
}

/** Serves; the next one loads. */
export const serverCpu = 0;
export const loadCpu = 1;
/** Load before each that is counted: a server that others have kept waiting has to look anew for what it knows. */
const warmUpSeconds = 1;

/** All rounds of all servers, by the servers' names. */
export async function measureInTurn(
  { servers, asks = packages }: Contest,
  { rounds, seconds, clients, connections }: Measuring,
): Promise<Map<string, LoadResult[]>> {
  const results = new Map<string, LoadResult[]>();
  await withServers({ servers, asks }, async (running) => {
    const written = new Map<Asks, Map<number, Promise<string>>>();
    const scriptOf = (name: string) => {
      const { asks: own = asks, clients: count = clients } = servers.get(name) ?? {};
      const ofAsks = written.get(own) ?? new Map<number, Promise<string>>();
      written.set(own, ofAsks);
      const script = ofAsks.get(count) ?? writeLoad(count, own);
      ofAsks.set(count, script);
      return script;
    };
    // Round 0 only warms the code and the caches of every server.
    await eachInTurn([...running], rounds + 1, async ([name, server], round) => {
      tellProgress(`round ${round}/${rounds} ${name}`);
      const script = await scriptOf(name);
      const how = { connections, cpu: loadCpu };
      await load(server, script, { ...how, seconds: warmUpSeconds });
      if (round === 0) return;
      const result = await load(server, script, { ...how, seconds });
      results.set(name, [...(results.get(name) ?? []), result]);
    });
  });
  return results;
}

/** Each of them in each round, which begins with another one: whoever comes later finds the machine warmer or slower. */
export async function eachInTurn<T>(
  all: readonly T[],
  rounds: number,
  measure: (one: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const turn = round % all.length;
    for (const one of all.slice(turn).concat(all.slice(0, turn))) await measure(one, round);
  }
}

/** A pair's runs, round by round. */
export interface AtOnce {
  of: readonly [string, string];
  runs: readonly [LoadResult[], LoadResult[]];
}

/**
 * Requests to each of both before what counts: caches and both generations of clients are warm after a few thousand, but
 * V8 goes on compiling what it sees often (`--trace-opt`). On a slow machine seconds would count that as well.
 */
const warmUpAtOnceRequests = 40_000;
/** Of one load of the warm-up, and the most that all of them take: less than 700 requests a second is no measurement. */
const warmUpStepSeconds = 5;
const warmUpMostSeconds = 60;

/**
 * Rounds until both are started anew, the other one first: of two processes of one program one is faster by a percent
 * or two for as long as it runs.
 */
const roundsPerStart = 4;

/** Both servers of each pair at once, sharing the core. */
export async function measureAtOnce(
  { servers, pairs, asks = packages }: Contest,
  { rounds, seconds, clients, connections }: Measuring,
): Promise<AtOnce[]> {
  const script = await writeLoad(clients, asks);
  const how = { connections, cpu: loadCpu };
  const measured: AtOnce[] = [];
  for (const of of pairs) {
    const runs: [LoadResult[], LoadResult[]] = [[], []];
    for (let round = 0; round < rounds; round += roundsPerStart) {
      const order = (round / roundsPerStart) % 2 === 0 ? of : of.toReversed();
      const two = new Map(order.map((name) => [name, found(servers, name)] as const));
      await withServers({ servers: two, asks }, async (running) => {
        const both = (long: number) =>
          Promise.all(
            of.map((name) => load(found(running, name), script, { ...how, seconds: long })),
          );
        await warmUp(both);
        for (let at = round; at < Math.min(round + roundsPerStart, rounds); at++) {
          tellProgress(`${of.join(" against ")}, round ${at + 1}/${rounds}`);
          const results = await both(seconds);
          for (const [one, result] of results.entries()) runs[one]?.push(result);
        }
      });
    }
    measured.push({ of, runs });
  }
  return measured;
}

/** Loads both until neither is new to what it does. @throws where they are too slow for that */
async function warmUp(both: (seconds: number) => Promise<LoadResult[]>): Promise<void> {
  let fewest = 0;
  for (let seconds = 0; fewest < warmUpAtOnceRequests; seconds += warmUpStepSeconds) {
    if (seconds >= warmUpMostSeconds) {
      throw new Error(
        `one server has answered only ${Math.round(fewest)} requests in ${seconds} s; measure when the machine is quieter`,
      );
    }
    const results = await both(warmUpStepSeconds);
    fewest += Math.min(...results.map(({ rps }) => rps)) * warmUpStepSeconds;
  }
}

function found<T>(servers: ReadonlyMap<string, T>, name: string): T {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`there is no server "${name}"`);
  return server;
}

/** Starts servers, and stops them whatever happens. */
export async function withServers(
  { servers, asks = packages }: Pick<Contest, "servers" | "asks">,
  measure: (running: ReadonlyMap<string, PlainWorkerd>) => Promise<void>,
): Promise<void> {
  const running = new Map<string, PlainWorkerd>();
  try {
    for (const [name, options] of servers) {
      const server =
        (await options.start?.(serverCpu)) ??
        (await startPlainWorkerd({ ...options, cpu: serverCpu, worldCpu: loadCpu }));
      running.set(name, server);
      await mustAnswer(name, server, asks, options.tells);
    }
    await measure(running);
    if (process.stderr.isTTY) process.stderr.write("\r");
  } finally {
    for (const server of running.values()) await server.stop();
  }
}

/** On a terminal alone. */
export function tellProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}      `);
}

/** What wrk can't say: what a server answers in place of what is asked for. */
async function mustAnswer(
  name: string,
  { url, said }: PlainWorkerd,
  { paths, status, headers: asked }: Asks,
  tells: string | undefined,
): Promise<void> {
  const headers = { "X-Forwarded-For": "8.8.8.8", ...asked };
  const answer = await fetch(url.slice(0, -1) + (paths[0] ?? ""), { redirect: "manual", headers });
  const text = await answer.text();
  if (answer.status === status) {
    if (tells === undefined || answer.headers.has(tells)) return;
    throw new Error(`the server "${name}" answers without ${tells}\n${said()}`);
  }
  throw new Error(
    `the server "${name}" answers ${answer.status}: ${text.slice(0, 500)}\n${said()}`,
  );
}
