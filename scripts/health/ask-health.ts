/** Asks a service how it is, within a time. */
import { askText } from "../service/ask-text.ts";
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
    const { status, text } = await askText({ url: `${url}api/v1/health`, withinMs, mostBytes });
    if (status !== 200) return { fault: `it answers ${status}`, ms: ms() };
    const health: unknown = JSON.parse(text);
    if (typeof health !== "object" || health === null || !("roster" in health)) {
      return { fault: "what answers there is no Nearmirror", ms: ms() };
    }
    return { health: { ...health }, ms: ms() };
  } catch (error) {
    return { fault: faultOf(error, withinMs), ms: ms() };
  }
}

function faultOf(error: unknown, withinMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError") {
    return `no answer within ${withinMs / 1000} s`;
  }
  if (error instanceof SyntaxError) return "what answers there is no Nearmirror";
  return reasonOfFetch(error);
}
