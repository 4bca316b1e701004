/** `watch`: changes of mirrors' states as they come, a line each. */
import { items, said } from "../client/answers.ts";
import { clientOf, type ServiceClient } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { Failure } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { readMirrors } from "./mirrors.ts";
import { numberOption } from "./options.ts";

/** The service's own page of mirrors is up to two seconds old, s. */
const usualSeconds = 5;

/** A target's state that is another than before; `undefined`: it wasn't there, or isn't any more. */
export interface StateChange {
  /** Unix ms, by this machine's clock. */
  at: number;
  mirror: string;
  repository: string;
  scheme: string;
  before: string | undefined;
  after: string | undefined;
}

export async function watch(call: Call): Promise<number> {
  const { terminal } = call;
  const client = clientOf(call);
  const ended = terminal.interruption();
  const filters = Object.fromEntries(
    ["repository", "country"].flatMap((option) => {
      const value = call.text(option);
      return value === undefined ? [] : [[option, value]];
    }),
  );
  const seconds = numberOption(call, "seconds") ?? usualSeconds;
  const begin = call.has("states") ? new Map<string, string>() : undefined;
  const changes = polledChanges({ client, filters, call, ms: seconds * 1000, ended, begin });
  for await (const change of changes) {
    terminal.out(call.has("json") ? `${JSON.stringify(change)}\n` : changeText(call, change));
  }
  return exitCodes.done;
}

function changeText({ terminal }: Call, change: StateChange): string {
  const { at, mirror, repository, scheme, before = "not listed", after = "not listed" } = change;
  const time = new Date(at).toISOString().slice(0, 19);
  const colour = after === "up" ? "green" : after === "down" ? "red" : "yellow";
  const states = `${before} -> ${terminal.paint(colour, after)}`;
  return `${time}Z  ${mirror}  ${repository} by ${scheme}: ${states}\n`;
}

interface Polling {
  client: ServiceClient;
  filters: Readonly<Record<string, string>>;
  call: Call;
  ms: number;
  ended: AbortSignal;
  /** What the first states are compared with; undefined: they are where it begins. */
  begin: Map<string, string> | undefined;
}

/** The one source of changes until services tell them as events. A service that doesn't answer for a while is waited for. */
async function* polledChanges({
  client,
  filters,
  call,
  ms,
  ended,
  begin,
}: Polling): AsyncGenerator<StateChange> {
  const { terminal } = call;
  let before = begin;
  while (!ended.aborted) {
    try {
      const now = statesOf(await readMirrors(client, filters));
      if (before !== undefined) yield* stateChanges(before, now, terminal.now());
      before = now;
    } catch (error) {
      if (before === undefined || !(error instanceof Failure)) throw error;
      terminal.err(`${error.message}\n`);
    }
    await Promise.race([terminal.pause(ms), aborted(ended)]);
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}

/** States by `mirror repository scheme family`. */
export function statesOf(mirrors: readonly unknown[]): Map<string, string> {
  const states = new Map<string, string>();
  for (const mirror of mirrors) {
    for (const target of items(mirror, "targets")) {
      const words = ["repository", "scheme", "family"].map((field) => said(target, field));
      states.set([said(mirror, "name"), ...words].join(" "), said(target, "state"));
    }
  }
  return states;
}

/** What differs, in the order of names. Pure. */
export function* stateChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  at: number,
): Generator<StateChange> {
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [was, is] = [before.get(key), after.get(key)];
    if (was === is) continue;
    const [mirror = "", repository = "", scheme = ""] = key.split(" ");
    yield { at, mirror, repository, scheme, before: was, after: is };
  }
}
