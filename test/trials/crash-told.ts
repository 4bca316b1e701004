/** What the service tells of mirrors, and whether states and history say the same. */
import type { KillableService } from "../../scripts/service/killable.ts";

/** As `/api/v1/mirrors/{name}` tells it. */
export interface Entry {
  id: number;
  repository: string;
  scheme: string;
  axis: string;
  from: string;
  to: string;
}
export interface Shown {
  targets: { repository: string; scheme: string; state: string; freshness?: string }[];
  history: Entry[];
  older: number | null;
}
export interface Health {
  roster: { version: number };
  published?: number | null;
  stored?: boolean;
}

/** An answer of the API. Throws with what it says when it isn't one. */
export async function ask<Answer>(url: string): Promise<Answer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  const told: Answer = await response.json();
  return told;
}

/** All pages of a mirror's history, newest first, with the states that were told with its first page. */
export async function readMirror({ url }: KillableService, name: string): Promise<Shown> {
  const at = `${url}api/v1/mirrors/${name}`;
  const shown = await ask<Shown>(at);
  const history = [...shown.history];
  for (let older = shown.older; older !== null; ) {
    const page = await ask<Shown>(`${at}?before=${older}`);
    history.push(...page.history);
    older = page.older;
  }
  return { ...shown, history };
}

/** What is wrong with one mirror's states and history; empty: nothing. */
export function inconsistent(name: string, { targets: told, history }: Shown): string[] {
  const last = new Map<string, string>();
  const wrong: string[] = [];
  for (const { id, repository, scheme, axis, from, to } of history.toReversed()) {
    if (axis === "quarantine") continue;
    const key = `${name} ${repository} ${scheme} ${axis}`;
    const before = last.get(key) ?? "unknown";
    if (from !== before) wrong.push(`${key}: entry ${id} is from ${from}, was ${before}`);
    last.set(key, to);
  }
  for (const { repository, scheme, state, freshness } of told) {
    const key = `${name} ${repository} ${scheme}`;
    const known = last.get(`${key} state`) ?? "unknown";
    if (state !== known) wrong.push(`${key} is ${state}, its history ends with ${known}`);
    const freshnessKnown = last.get(`${key} freshness`);
    if (freshness !== freshnessKnown) {
      wrong.push(`${key} is ${freshness}, its history ends with ${freshnessKnown}`);
    }
  }
  return wrong;
}
