/** Requests of operators go from the edge to the one object that keeps the list, accounts and the audit log. */
import { isDiskFull } from "../api/machine.ts";
import { baseHeader, callerHeader, readOnlyHeader } from "../http/caller-header.ts";
import { plain } from "../http/errors.ts";
import { baseOf } from "../http/path.ts";
import { problem } from "../http/problem.ts";
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
export async function forwardToOperators(ask: Ask, operators: AskOperators): Promise<Response> {
  const { request, method, incoming, target, services } = ask;
  const headers = new Headers();
  for (const name of passed) {
    const value = incoming.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set(baseHeader, printedFor({ incoming, services }).base);
  headers.set(callerHeader, services.clients.of(incoming).client.address ?? "");
  const query = target.query === "" ? "" : `?${target.query}`;
  const isReading = method === "GET" || method === "HEAD";
  const isBackup = method === "PUT" && target.path === backupPath;
  const hasBody = !isReading && request.body !== null;
  const asked = async () => {
    const forwarded = new Request(`https://operators.invalid${target.path}${query}`, {
      method,
      headers,
      redirect: "manual",
      ...(hasBody && { body: request.body }),
    });
    const answer = await inTime(operators(forwarded), isBackup ? backupMs : deadlineMs);
    // Headers of what comes from another object can't be changed, and the edge sets one.
    return new Response(answer.body, answer);
  };
  try {
    return await asked().catch(async (error: unknown) => {
      if (!isReading || !(await isDiskFullNow(ask, error))) throw error;
      // Reading goes on, without the note of when the token was used last.
      headers.set(readOnlyHeader, "1");
      return await asked();
    });
  } catch (error) {
    // A text alone: what comes from there may hold what was sent, and that may be a secret.
    console.warn(
      error instanceof Late ? "operators: no answer in time" : "operators: could not be reached",
    );
    return await notAnswered(ask, error);
  }
}

/** Whether an object that gave no answer could write nothing; the platform doesn't always hand its error on. */
async function isDiskFullNow({ services }: Ask, error: unknown): Promise<boolean> {
  if (error instanceof Late) return false;
  if (error instanceof Error && error.message.includes("SQLITE_FULL")) return true;
  const machine = await services.machine?.();
  return machine !== undefined && isDiskFull(machine);
}

/**
 * Why the object gave no answer. What it was asked to change is kept as a whole or not at all; where the disk is full
 * the transaction can't be written, and the platform ends the object without its answer.
 */
async function notAnswered(ask: Ask, error: unknown): Promise<Response> {
  const { target } = ask;
  const isFull = await isDiskFullNow(ask, error);
  const status = isFull ? 507 : 503;
  const detail = isFull
    ? "The disk of this service's store is full: nothing of this was kept. What is there can be read. Make room on that disk (`nearmirror doctor` tells how much), and send it again."
    : "What keeps the list and accounts can't be reached just now. Ask again shortly.";
  const headers = isFull ? {} : { "Retry-After": "5" };
  return target.path.startsWith("/api/")
    ? problem(status, { detail, headers })
    : plain(status, detail, headers);
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
