/** `watch`: what happens, as it happens, a line each. */
import { items, said } from "../client/answers.ts";
import { clientOf, type ServiceClient } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import type { Call } from "../program/syntax.ts";
import { followedEvents } from "./follow-events.ts";
import { readMirrors } from "./mirrors.ts";

/** The page of states may be two seconds old, ms: with `--states` the events of this long are told again behind it. */
const overlapMs = 10_000;

export async function watch(call: Call): Promise<number> {
  const { terminal } = call;
  const client = clientOf(call);
  const ended = terminal.interruption();
  const hasStates = call.has("states");
  const types = call.texts("type");
  const query = new URLSearchParams([
    ...(types.length === 0 ? ["mirror.state"] : types).map((type) => ["type", type]),
    ...call.texts("mirror").map((mirror) => ["mirror", mirror]),
  ]);
  const last = hasStates ? await eventBefore(client, terminal.now() - overlapMs) : undefined;
  let among: ReadonlySet<string> | undefined;
  for await (const event of followedEvents({ client, terminal, query, last, ended })) {
    if (event === "open") {
      const country = call.text("country");
      const repository = call.text("repository");
      if (country === undefined && !hasStates) continue;
      const mirrors = await readMirrors(client, {
        ...(country !== undefined && { country }),
        ...(repository !== undefined && { repository }),
      });
      if (country !== undefined) among = new Set(mirrors.map((one) => said(one, "name")));
      if (!hasStates) continue;
      for (const state of statesOf(mirrors, terminal.now())) {
        if (isWanted(state, call, among)) terminal.out(lineOf(call, state));
      }
    } else if (isWanted(event, call, among)) terminal.out(lineOf(call, event));
  }
  return exitCodes.done;
}

/** What the service doesn't filter by. */
function isWanted(event: unknown, call: Call, among: ReadonlySet<string> | undefined): boolean {
  const mirror = said(event, "mirror");
  const mirrors = call.texts("mirror");
  if (mirrors.length > 0 && !mirrors.includes(mirror)) return false;
  if (among !== undefined && !among.has(mirror)) return false;
  const [wanted, repository] = [call.text("repository"), said(event, "repository")];
  // A mirror that is drained as a whole is in each of its repositories.
  return wanted === undefined || repository === wanted || repository === "";
}

function lineOf(call: Call, event: unknown): string {
  if (call.has("json")) return `${JSON.stringify(event)}\n`;
  const { paint } = call.terminal;
  const time = said(event, "at").slice(0, 19);
  const [says, to] = [said(event, "says"), said(event, "data", "to")];
  const colour = to === "up" ? "green" : to === "down" ? "red" : "yellow";
  const shown = to === "" ? says : says.replace(`-> ${to}.`, `-> ${paint(colour, to)}.`);
  return `${time}Z  ${shown}\n`;
}

/** States as they are, in the form of events. @param at Unix ms */
function statesOf(mirrors: readonly unknown[], at: number): object[] {
  return mirrors.flatMap((one) =>
    items(one, "targets").map((target) => {
      const mirror = said(one, "name");
      const [repository, scheme, to] = ["repository", "scheme", "state"].map((field) =>
        said(target, field),
      );
      return {
        type: "mirror.state",
        at: new Date(at).toISOString(),
        mirror,
        repository,
        says: `${mirror}, ${repository} over ${scheme}: ${to}`,
        data: { mirror, repository, scheme, axis: "state", from: "", to, why: "" },
      };
    }),
  );
}

/** The newest event that was before a moment; `0`: of the page none was. */
async function eventBefore(client: ServiceClient, at: number): Promise<string> {
  const { body } = await client.ask("GET", "/api/v1/events");
  const older = items(body, "events").find((one) => Date.parse(said(one, "at")) < at);
  if (older !== undefined) return said(older, "id");
  const oldest = Number(said(items(body, "events").at(-1), "id"));
  return String(Math.max(0, oldest - 1));
}
