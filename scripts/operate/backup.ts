/** `operators backup`, `operators restore`: everything that operators made, over the API. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { readLine } from "../../worker/operate/backup/format.ts";
import { backupPath, passphraseHeader } from "../../worker/operate/backup/wire.ts";
import { items, said } from "../client/answers.ts";
import { clientOf } from "../client/service-client.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { confirmed, Failure, misused, progress, report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";

/** A backup is asked for so often: each time that somebody changes something meanwhile, it ends early. */
const maxTries = 3;
/** Bytes from the end in which the last line is: it has 120. */
const endBytes = 400;

/** `operators backup FILE` */
export async function backUp(call: Call): Promise<number> {
  const [file = ""] = call.operands;
  const headers = await passphraseOf(call);
  const client = clientOf(call);
  // Beside it, so that no half of a backup ever has the file's name.
  const part = `${file}.part`;
  try {
    for (let tries = 1; ; tries += 1) {
      const fault = await written(part, await client.stream(backupPath, headers));
      if (fault === undefined) break;
      if (tries === maxTries) throw new Failure(`No whole backup came: ${fault}`);
      progress(call.terminal, `${fault} Asked again.`);
    }
    progress(call.terminal, "");
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  const isSealed = Object.keys(headers).length > 0;
  const secrets = isSealed
    ? "Webhooks' secrets are sealed by the passphrase."
    : "Webhooks' secrets are left out (--passphrase-file).";
  report(call, `The backup is in ${file}, for you alone to read. ${secrets}\n`, { file, isSealed });
  return exitCodes.done;
}

/** Writes a backup. @returns why it isn't whole; undefined: it is */
async function written(part: string, body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const handle = await open(part, "w+", 0o600);
  try {
    let size = 0;
    try {
      for await (const chunk of body) {
        await handle.writeFile(chunk);
        size += chunk.byteLength;
      }
    } catch (error) {
      return `The service ended it early (${error instanceof Error ? error.message : error}).`;
    }
    await handle.sync();
    const tail = Buffer.alloc(Math.min(size, endBytes));
    await handle.read(tail, 0, tail.length, size - tail.length);
    const last = tail.toString("utf8").trimEnd().split("\n").at(-1) ?? "";
    const end = endOf(last);
    if (end === undefined) return "It has no end.";
    const hash = createHash("sha256");
    const until = size - Buffer.byteLength(`${last}\n`) - 1;
    for await (const chunk of createReadStream(part, { end: Math.max(0, until) })) {
      hash.update(chunk);
    }
    return hash.digest("hex") === end ? undefined : "Its digest is another.";
  } finally {
    await handle.close();
  }
}

/** The digest in the last line; undefined where it is none. */
function endOf(line: string): string | undefined {
  try {
    const read = readLine(line, 0);
    return "end" in read ? read.end.sha256 : undefined;
  } catch {
    return undefined;
  }
}

/** `operators restore FILE` */
export async function restore(call: Call): Promise<number> {
  const [file = ""] = call.operands;
  const headers = await passphraseOf(call);
  const client = clientOf(call);
  const isReplacing = call.has("replace");
  if (isReplacing) {
    await confirmed(
      call,
      `Put ${file} in the place of the list, accounts, tokens, webhooks and audit log of ${client.url}? What is there now is gone.`,
    );
  }
  const query = new URLSearchParams({
    ...(isReplacing && { replace: "true" }),
    ...(call.has("drop-secrets") && { secrets: "drop" }),
  });
  const opened = await open(file).catch((error) => {
    throw new Failure(`${file} can't be read: ${error instanceof Error ? error.message : error}`);
  });
  const { body } = await client.send("PUT", `${backupPath}?${query}`, {
    headers: { ...headers, "Content-Type": "application/jsonl" },
    body: Readable.toWeb(opened.createReadStream()) as ReadableStream<Uint8Array>,
  });
  const admins = items(body, "admins").map(String);
  const lines = [
    `${file} is in place: ${said(body, "rows", "listEntry") || "no"} entries of the list, ${said(body, "rows", "principal")} accounts, ${said(body, "rows", "audit")} entries of the audit log.`,
    admins.length > 0
      ? `Tokens of the backup work now, and none of before. Admins: ${admins.join(", ")}.`
      : "No admin of the backup has a token that works: set another BOOTSTRAP_SECRET, and sign in by it.",
  ];
  const missing = Number(said(body, "webhooksWithoutSecret"));
  if (missing > 0)
    lines.push(`${missing} webhooks are off, as their secrets aren't in the backup.`);
  report(call, `${lines.join("\n")}\n`, body);
  return exitCodes.done;
}

/** The header with the passphrase of `--passphrase-file`; none without. */
async function passphraseOf(call: Call): Promise<Record<string, string>> {
  const file = call.text("passphrase-file");
  if (file === undefined) return {};
  const text = await readFile(file, "utf8").catch((error) => {
    throw misused(`--passphrase-file: ${error instanceof Error ? error.message : error}`);
  });
  return { [passphraseHeader]: text.trim() };
}
