/** One load from this process: so many requests, each at its moment or as fast as answers come. */
import { setTimeout as after } from "node:timers/promises";
import { Connection } from "./connection.ts";
import { dueMs, percentile } from "./schedule.ts";

export interface LoadPlan {
  /** On loopback. */
  port: number;
  connections: number;
  /** Requests. */
  count: number;
  /** Requests a second; absent: each connection asks as soon as it is answered. */
  perSecond?: number;
  /** What a right answer has. */
  status: number;
}

export interface OpenLoopResult {
  /** Requests a second that were answered. */
  rps: number;
  /** From the moment a request was due to its answer's last byte, ms. What was never answered counts until the end. */
  p50Ms: number;
  p99Ms: number;
  mostMs: number;
  /**
   * 99th percentile of how late this process itself sent, ms: from the later of when a request was due and when a
   * connection was free.
   */
  ownLateP99Ms: number;
  /** Answers with another status, and requests without one. */
  unexpected: number;
  /** Processor time of this process, s. */
  cpuSeconds: number;
}

/** Answers have this long after the last request was due, ms. */
const answersWithinMs = 10_000;
/** A load without a rate has this long for a request, ms. */
const mostMsEach = 20;

/** @param requestOf the text of the request with that number */
export async function runLoad(
  plan: LoadPlan,
  requestOf: (index: number) => string,
): Promise<OpenLoopResult> {
  const { count, perSecond, status: expected } = plan;
  const latencies = new Float64Array(count);
  const lateness = new Float64Array(count);
  const due = new Float64Array(count);
  const free: Connection[] = [];
  let freeSince = 0;
  let next = 0;
  let answers = 0;
  let unexpected = 0;
  let failure: string | undefined;
  let begun = 0;
  const send = () => {
    while (next < count && free.length > 0) {
      const now = performance.now() - begun;
      const at = perSecond === undefined ? now : dueMs(next, perSecond);
      if (at > now) return;
      due[next] = at;
      lateness[next] = now - Math.max(at, freeSince);
      free.shift()?.ask(next, requestOf(next));
      next++;
    }
  };
  const finish = Promise.withResolvers<void>();
  const all = new Set<Connection>();
  const events = {
    answered(connection: Connection, status: number) {
      const now = performance.now() - begun;
      latencies[connection.asked] = now - (due[connection.asked] ?? now);
      if (status !== expected) unexpected++;
      answers++;
      if (free.length === 0) freeSince = now;
      free.push(connection);
      if (answers === count) finish.resolve();
      else send();
    },
    failed(connection: Connection, reason: string) {
      all.delete(connection);
      failure = reason;
      finish.resolve();
    },
  };
  for (let at = 0; at < plan.connections; at++) all.add(new Connection(plan.port, events));
  const controller = new AbortController();
  try {
    await Promise.all([...all].map((one) => one.opened()));
    free.push(...all);
    const before = process.cpuUsage();
    begun = performance.now();
    // A timer wakes by the millisecond: at 15,000 a second that would be 15 requests at once. So the clock is asked on.
    const turn = () => {
      if (controller.signal.aborted) return;
      send();
      if (next < count && perSecond !== undefined) setImmediate(turn);
    };
    turn();
    const planned = perSecond === undefined ? count * mostMsEach : dueMs(count, perSecond);
    const late = after(planned + answersWithinMs, undefined, { signal: controller.signal });
    await Promise.race([finish.promise, late]);
    const seconds = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(before);
    if (failure !== undefined) throw new Error(`the load of port ${plan.port} failed: ${failure}`);
    // Of what was never answered it is known that it took until now.
    for (const { asked } of all) {
      if (asked >= 0 && latencies[asked] === 0)
        latencies[asked] = seconds * 1000 - (due[asked] ?? 0);
    }
    for (let at = next; at < count; at++) {
      latencies[at] = perSecond === undefined ? 0 : seconds * 1000 - dueMs(at, perSecond);
    }
    latencies.sort();
    const sent = lateness.subarray(0, next).sort();
    return {
      rps: answers / seconds,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      mostMs: percentile(latencies, 1),
      ownLateP99Ms: percentile(sent, 0.99),
      unexpected: unexpected + count - answers,
      cpuSeconds: (user + system) / 1e6,
    };
  } finally {
    controller.abort();
    for (const connection of all) connection.end();
  }
}
