/**
 * What can be wrong with a mirror, as one table. A fault is switched on and off while the lab runs
 * (`mirror.setFault`), and changes either how connections are met or the answer a healthy server would give.
 */

import { inShare } from "./bytes.ts";
import { type Answer, type Asked, textAnswer } from "./static-answer.ts";

/** The knobs; each row of the table says which it reads. All have a default. */
export interface FaultOptions {
  /** `5xx`: the status. Default 503. */
  status?: number;
  /** `slow`: default 20,000. `endless`: default 4,000,000. */
  bytesPerSecond?: number;
  /** `truncate`: bytes of body sent before the connection breaks. Default: half of the body. */
  afterBytes?: number;
  /** `stale`: the version of the trees that goes on being served. Default 1. */
  version?: number;
  /** `redirect-loop`: where to redirect to. Default: the URL asked for. */
  to?: string;
  /** Only requests whose decoded path (below the mirror's base) matches. Not for refuse, down, https-only, stale. */
  paths?: RegExp;
  /** Only requests whose User-Agent matches: the fault is in their way, not the server's. Not for refuse, down, https-only, stale. */
  agents?: RegExp;
  /** Only this share of paths, 0 to 1, chosen by `seed`. Not for refuse, down, https-only, stale. */
  share?: number;
  /** Default 1. */
  seed?: number;
}

export type Fault = { kind: FaultKind } & FaultOptions;

interface FaultRow {
  /** One line for people. */
  says: string;
  /** How a new connection is met; open ones are broken when the fault begins. */
  connection?: "refused" | "reset";
  /** The fault's `connection` is for http only. */
  httpOnly?: boolean;
  /** Which version of the trees is served, where the fault decides that. */
  version?(fault: FaultOptions): number;
  /** Turns the healthy answer into the faulty one. */
  change?(answer: Answer, fault: FaultOptions, asked: Asked): Answer;
}

const rows = {
  refuse: {
    says: "the port is closed: connections are refused",
    connection: "refused",
  },
  down: {
    says: "connections are accepted and reset at once",
    connection: "reset",
  },
  "https-only": {
    says: "the http port is closed, https works (for a mirror with https)",
    connection: "refused",
    httpOnly: true,
  },
  "404": {
    says: "files are missing (share, seed, paths)",
    change: () => textAnswer(404, "Not found.\n"),
  },
  "5xx": {
    says: "the server is in trouble (status)",
    change: (_answer, { status = 503 }) => textAnswer(status, "In trouble.\n"),
  },
  slow: {
    says: "bodies trickle (bytesPerSecond)",
    change: (answer, { bytesPerSecond = 20_000 }) => ({ ...answer, bytesPerSecond }),
  },
  hang: {
    says: "requests are read and never answered",
    change: (answer) => ({ ...answer, silent: true }),
  },
  truncate: {
    says: "bodies end before their Content-Length (afterBytes)",
    change: (answer, { afterBytes }) => ({
      ...answer,
      cutAfterBytes: afterBytes ?? Math.floor(bodyBytes(answer) / 2),
    }),
  },
  corrupt: {
    says: "bodies have flipped bits, sizes are right",
    change: (answer) => ({ ...answer, flipEveryBytes: 1024 }),
  },
  stale: {
    says: "an older version goes on being served (version)",
    version: ({ version = 1 }) => version,
  },
  "redirect-loop": {
    says: "everything redirects, to itself or to the URL given (to)",
    change: (_answer, { to }, asked) =>
      textAnswer(302, "Elsewhere.\n", { location: to ?? selfUrl(asked) }),
  },
  endless: {
    says: "bodies begin rightly and never end (bytesPerSecond); HEAD tells the right size",
    change: (answer, { bytesPerSecond = 4_000_000 }, { method }) => {
      if (method === "HEAD" || !answer.body) return answer;
      const { "content-length": _, ...headers } = answer.headers;
      return { ...answer, headers, bytesPerSecond, endless: true };
    },
  },
} satisfies Record<string, FaultRow>;

export type FaultKind = keyof typeof rows;

/** The table itself, by kind. */
export const faults: Readonly<Record<FaultKind, FaultRow>> = rows;

/** Narrows a word that someone typed. */
export function isFaultKind(word: string): word is FaultKind {
  return Object.hasOwn(faults, word);
}

/** How a new connection is met under a fault: `open` unless the fault closes or resets it. */
export function connectionUnder(
  fault: Fault | undefined,
  scheme: "http" | "https",
): "open" | "refused" | "reset" {
  if (!fault) return "open";
  const row = faults[fault.kind];
  return row.httpOnly && scheme === "https" ? "open" : (row.connection ?? "open");
}

/** The version of the trees to serve under a fault, given the one that is published. */
export function versionUnder(fault: Fault | undefined, published: number): number {
  return (fault && faults[fault.kind].version?.(fault)) ?? published;
}

/** The answer under a fault, given the healthy one; unchanged where the fault isn't aimed at this path or client. */
export function answerUnder(fault: Fault | undefined, healthy: Answer, asked: Asked): Answer {
  if (!fault || (fault.paths && !fault.paths.test(asked.path))) return healthy;
  if (fault.agents && !fault.agents.test(asked.headers["user-agent"] ?? "")) return healthy;
  if (fault.share !== undefined && !inShare(asked.path, fault.share, fault.seed ?? 1)) {
    return healthy;
  }
  return faults[fault.kind].change?.(healthy, fault, asked) ?? healthy;
}

function bodyBytes(answer: Answer): number {
  if (!answer.body) return 0;
  return "text" in answer.body
    ? Buffer.byteLength(answer.body.text)
    : answer.body.end - answer.body.start;
}

function selfUrl(asked: Asked): string {
  return `${asked.scheme}://${asked.headers.host ?? "localhost"}${asked.target}`;
}
