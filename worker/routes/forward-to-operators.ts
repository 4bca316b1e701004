/** Requests of operators go from the edge to the one object that keeps the list, accounts and the audit log. */
import { baseHeader, callerHeader } from "../http/caller-header.ts";
import { plain } from "../http/errors.ts";
import { baseOf } from "../http/path.ts";
import { backupPath, passphraseHeader } from "../operate/backup/wire.ts";
import { type PrintedBase, printedBase } from "../outbound/printed-base.ts";
import { inTime, Late } from "../runtime/deadline.ts";
import type { Ask } from "./ask.ts";

/** What an operator may wait, ms: a whole list is judged within a second, and given out within three. */
const deadlineMs = 30_000;
/** A backup may take this long to be sent and put in place, ms: a gigabyte at 10 Mbit/s. */
const backupMs = 900_000;

/** Headers that mean something there; everything else a client sends stays here. */
const passed = [
  "Accept",
  "Accept-Language",
  "Authorization",
  "Content-Length",
  "Content-Type",
  "Cookie",
  "Idempotency-Key",
  "If-Match",
  "If-None-Match",
  "Last-Event-ID",
  passphraseHeader,
  "Origin",
  "Sec-Fetch-Site",
] as const;

/** Asks the object; rejects where it can't be reached. */
export type AskOperators = (request: Request) => Promise<Response>;

/** The object's answer. */
export async function forwardToOperators(
  { request, method, incoming, target, services }: Ask,
  operators: AskOperators,
): Promise<Response> {
  const headers = new Headers();
  for (const name of passed) {
    const value = incoming.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set(baseHeader, printedFor({ incoming, services }).base);
  headers.set(callerHeader, services.clients.of(incoming).client.address ?? "");
  const query = target.query === "" ? "" : `?${target.query}`;
  const isBackup = method === "PUT" && target.path === backupPath;
  const hasBody = method !== "GET" && method !== "HEAD" && request.body !== null;
  const asked = new Request(`https://operators.invalid${target.path}${query}`, {
    method,
    headers,
    redirect: "manual",
    ...(hasBody && { body: request.body }),
  });
  try {
    const answer = await inTime(operators(asked), isBackup ? backupMs : deadlineMs);
    // Headers of what comes from another object can't be changed, and the edge sets one.
    return new Response(answer.body, answer);
  } catch (error) {
    // A text alone: what comes from there may hold what was sent, and that may be a secret.
    console.warn(
      error instanceof Late ? "operators: no answer in time" : "operators: could not be reached",
    );
    return plain(
      503,
      "What keeps the list and accounts can't be reached just now. Ask again shortly.",
      { "Retry-After": "5" },
    );
  }
}

/** The service's own URL as it is printed in an answer. */
export function printedFor({
  incoming,
  services: { ownNames, labels, clients },
}: Pick<Ask, "incoming" | "services">): PrintedBase {
  return printedBase(baseOf(incoming, clients.scheme(incoming)), {
    ...(ownNames ?? { publicUrl: "", hosts: [] }),
    ...(labels && { labelled: labels.host }),
  });
}

/** Whether a path that no page has may be one of the operators': the API, its page, the console, feeds of mirrors. */
export function isForOperators(path: string): boolean {
  return /^\/(?:api|operate)(?:\/|$)|^\/mirrors\/[^/]+\/feed\.xml$/.test(path);
}
