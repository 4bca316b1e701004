/** Asks a service how it is, within a time. */

import { reasonOfFetch } from "./reason-of-fetch.ts";

/** `/api/v1/health` with a thousand alarms has less, bytes. */
const mostBytes = 4 * 1024 * 1024;

/** What came of it. */
export type HealthAnswer =
  | { health: Record<string, unknown>; ms: number }
  | {
      /** A few words. */
      fault: string;
      ms: number;
    };

/**
 * Asks `api/v1/health` below a base URL. Never rejects.
 *
 * @param url ends in a slash
 * @param withinMs for all of the answer
 */
export async function askHealth(url: string, withinMs: number): Promise<HealthAnswer> {
  const begun = performance.now();
  const ms = () => Math.round(performance.now() - begun);
  try {
    const response = await fetch(`${url}api/v1/health`, {
      redirect: "manual",
      signal: AbortSignal.timeout(withinMs),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { fault: `it answers ${response.status}`, ms: ms() };
    }
    const text = await boundedText(response);
    const health: unknown = JSON.parse(text);
    if (typeof health !== "object" || health === null || !("roster" in health)) {
      return { fault: "what answers there is no Nearmirror", ms: ms() };
    }
    return { health: { ...health }, ms: ms() };
  } catch (error) {
    return { fault: faultOf(error, withinMs), ms: ms() };
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`its answer has more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function faultOf(error: unknown, withinMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `no answer within ${withinMs / 1000} s`;
  }
  if (error instanceof SyntaxError) return "what answers there is no Nearmirror";
  return reasonOfFetch(error);
}
