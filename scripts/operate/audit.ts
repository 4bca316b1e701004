/** `audit`, `audit verify`, `audit export`. */
import { closeSync, openSync, writeSync } from "node:fs";
import { items, said } from "../client/answers.ts";
import { clientOf } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { misused, report, table } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { numberOption, queryOf } from "./options.ts";

const path = "/api/v1/audit";
/** Entries of a page, as many as the service gives. */
const pageSize = 500;

/** `audit list` */
export async function listAudit(call: Call): Promise<number> {
  const limit = numberOption(call, "limit") ?? 50;
  const client = clientOf(call);
  const found: unknown[] = [];
  const { account, ...filters } = queryOf(call, ["account", "verb", "resource", "from", "until"]);
  const query = new URLSearchParams({
    ...filters,
    ...(account !== undefined && { principal: account }),
    limit: String(Math.min(pageSize, limit)),
  });
  for (let next = `${path}?${query}`; next !== "" && found.length < limit; ) {
    const { body } = await client.ask("GET", next);
    found.push(...items(body, "entries"));
    next = said(body, "next");
  }
  const entries = found.slice(0, limit);
  const rows = entries.map((one) =>
    ["id", "at", "principal", "verb", "resource", "address", "why"].map((field) =>
      said(one, field),
    ),
  );
  const names = ["ID", "AT", "WHO", "VERB", "WHAT", "FROM", "WHY"];
  const head = names.map((name) => call.terminal.paint("bold", name));
  report(call, rows.length === 0 ? "No entry is so.\n" : table([head, ...rows]), { entries });
  return exitCodes.done;
}

/** `audit verify` */
export async function verifyAudit(call: Call): Promise<number> {
  const query = new URLSearchParams(queryOf(call, ["id", "hash"]));
  numberOption(call, "id");
  if (query.has("id") !== query.has("hash")) {
    throw misused("--id and --hash go together: what was noted is an entry's id and its hash.");
  }
  const { body } = await clientOf(call).ask("GET", `${path}/verify?${query}`);
  const isIntact = said(body, "intact") === "true";
  const head = `${said(body, "head", "id")} ${said(body, "head", "hash")}`;
  const text = isIntact
    ? `Intact: ${said(body, "checked")} entries. Note the newest, so that a log written anew is found out: ${head}\n`
    : `Broken at entry ${said(body, "broken", "id")}: ${said(body, "broken", "why")}\n`;
  report(call, text, body);
  return isIntact ? exitCodes.done : exitCodes.failed;
}

/** `audit export` */
export async function exportAudit(call: Call): Promise<number> {
  const after = numberOption(call, "after");
  const query = after === undefined ? "" : `?after=${after}`;
  const lines = await clientOf(call).stream(`${path}/export${query}`);
  const file = call.text("out");
  if (file === undefined) {
    const decoder = new TextDecoder();
    for await (const part of lines) call.terminal.out(decoder.decode(part, { stream: true }));
    return exitCodes.done;
  }
  const opened = openSync(file, "w", 0o600);
  try {
    for await (const part of lines) writeSync(opened, part);
  } finally {
    closeSync(opened);
  }
  call.terminal.err(`The audit log is in ${file}.\n`);
  return exitCodes.done;
}
