/** `versions` and `rollback`: what the running list was, and going back to it. */
import { describeChanges } from "../../worker/list/diff.ts";
import type { EntryValue, ListEntries } from "../../worker/list/entries.ts";
import { items, readChange, readEntry, said } from "../client/answers.ts";
import { clientOf, type ServiceClient } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { confirmed, Failure, misused, report, table } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { numberOption } from "./options.ts";
import { saidWhy } from "./said-why.ts";
import { changesText, countsText, warningsText } from "./told-changes.ts";

const path = "/api/v1/list/versions";

/** `versions [VERSION]` */
export async function listVersions(call: Call): Promise<number> {
  const client = clientOf(call);
  const [version] = call.operands;
  if (version !== undefined) return await showVersion(call, client, readVersion(version));
  const limit = numberOption(call, "limit") ?? 20;
  const versions: unknown[] = [];
  let next = `${path}?limit=${Math.min(100, limit)}`;
  while (next !== "" && versions.length < limit) {
    const { body } = await client.ask("GET", next);
    versions.push(...items(body, "versions"));
    next = said(body, "next");
  }
  const shown = versions.slice(0, limit);
  const rows = shown.map((one) =>
    ["version", "at", "by", "changes", "why"].map((field) => said(one, field)),
  );
  const head = ["VERSION", "AT", "BY", "CHANGES", "WHY"].map((one) =>
    call.terminal.paint("bold", one),
  );
  const text =
    rows.length === 0
      ? "The list of the files is in force: nobody changed it here yet.\n"
      : table([head, ...rows]);
  report(call, text, { versions: shown });
  return exitCodes.done;
}

async function showVersion(call: Call, client: ServiceClient, version: number): Promise<number> {
  const { body } = await client.ask("GET", `${path}/${version}`);
  const before = new Map<string, EntryValue>();
  const after = new Map<string, EntryValue | null>();
  for (const one of items(body, "changes")) {
    const place = said(one, "place");
    const [old, now]: unknown[] = [
      Reflect.get(Object(one), "before"),
      Reflect.get(Object(one), "after"),
    ];
    if (old !== null && old !== undefined) before.set(place, readEntry(old, place));
    after.set(place, now === null || now === undefined ? null : readEntry(now, place));
  }
  const list: ListEntries = before;
  const changes = describeChanges(list, after);
  const text = `Version ${version}: ${countsText(changes)}.\n${changesText(changes, call.terminal)}`;
  report(call, text, { version, changes });
  return exitCodes.done;
}

/** `rollback VERSION` */
export async function rollBack(call: Call): Promise<number> {
  const version = readVersion(call.operands[0] ?? "");
  const client = clientOf(call);
  const newest = await client.ask("GET", `${path}?limit=1`);
  const [first] = items(newest.body, "versions");
  if (first === undefined) {
    throw new Failure(
      "Nobody changed the list in the service yet: there is nothing to go back to.",
    );
  }
  const base = Number(said(first, "version"));
  await confirmed(call, `Go back from version ${base} to ${version} of the list of ${client.url}?`);
  const body = { base, why: await saidWhy(call) };
  const changed = readChange(
    (await client.ask("POST", `${path}/${version}/restore`, { body })).body,
  );
  const text = `The list is as in version ${version}, which is version ${changed.version} now: ${countsText(changed.changes)}.\n`;
  report(
    call,
    text +
      changesText(changed.changes, call.terminal) +
      warningsText(changed.warnings, call.terminal),
    changed,
  );
  return exitCodes.done;
}

function readVersion(text: string): number {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  throw misused(`VERSION is "${text}"; \`versions\` tells the numbers.`);
}
