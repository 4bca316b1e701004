/** What bytes cost on their way through a Worker, as medians over rounds. Pure. */
import { median, spread } from "./summary.ts";

/**
 * The servers, ours first; a Worker that hands the body on, one that reads it and writes it in JavaScript, and one that
 * hashes what it reads: no Worker that judges bytes can do with less.
 */
export const throughServers = [
  "through the edge",
  "streamed, unhashed",
  "read, unhashed",
  "read and hashed",
] as const;

export type ThroughServer = (typeof throughServers)[number];

/** Processor time of a MiB, ms, by rounds. */
export type ThroughRuns = Readonly<Record<ThroughServer, number[]>>;

export function noRuns(): ThroughRuns {
  return {
    "through the edge": [],
    "streamed, unhashed": [],
    "read, unhashed": [],
    "read and hashed": [],
  };
}

/** Of what streaming the same bytes unhashed takes. */
const goal = 1.3;

/** Ours against another's, round by round. */
export function throughRatios(runs: ThroughRuns, other: ThroughServer): number[] {
  return runs["through the edge"].flatMap((ms, round) => {
    const others = runs[other][round];
    return others === undefined ? [] : [ms / others];
  });
}

/** For people. @param all by what is asked for */
export function throughLines(all: Readonly<Record<string, ThroughRuns>>): string[] {
  return Object.entries(all).flatMap(([asked, runs]) => [
    asked,
    ...throughServers.map((server) => `  ${server.padEnd(20)}${spread(runs[server], 3)} ms a MiB`),
    ...throughServers.slice(1).map((server) => {
      const ratios = throughRatios(runs, server);
      const reached = median(ratios) <= goal ? "reached" : "missed";
      return `  against ${server}: ${spread(ratios, 2)}; the goal is ${goal}: ${reached}`;
    }),
  ]);
}
