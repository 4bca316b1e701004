/**
 * The text that a folder's README is: small, plain, and of the state that the folder's listing is of. It is kept in the
 * location's cache under the time and size that the listing tells, so that the origin is asked once for each of its states.
 */
import type { Asker } from "../../outbound/asker.ts";
import type { BytesContext } from "../../outbound/bytes-context.ts";
import { fetchFile } from "../../outbound/fetch-file.ts";
import type { Background } from "../../runtime/background.ts";
import { inTime } from "../../runtime/deadline.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { KnownEntry } from "../reader/known-entries.ts";
import { hrefOf } from "./entry.ts";
import { limitedTo } from "./limits.ts";

/** Names that are shown, the first that there is. Markup isn't: it would be a stranger's on a page of ours. */
const names = ["readme", "readme.txt", "readme.md", "header.txt", "header"];
/** Debian's has 1.4 kB, kernel.org's 2 kB; a page is to stay below 60 kB with it, bytes. */
export const maxReadmeBytes = 32 * 1024;
/** The page waits so long for it, ms: people come for the list. */
const readmeMs = 1500;
/** A text is kept so long, s; another state has another key. */
const keptSeconds = 86_400;
/**
 * That there is none to be shown is kept so long, s: the origin may have been in trouble. So is a text of which the
 * listing tells no state.
 */
const noneKeptSeconds = 300;
/** Control characters that no text has; a terminal's escapes are among them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const notInText = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/;

export interface Readme {
  name: string;
  text: string;
  /** A verified list has its SHA-256, and these are its bytes. */
  isVerified: boolean;
}

/** What reading it takes besides the world. */
export interface ReadmeFolder {
  /** At the origin, ends in `/`. */
  url: string;
  asker: Asker;
  entries: readonly KnownEntry[];
}

/** The entry that is shown below the list; undefined: there is none, or it is too large. */
export function readmeOf(entries: readonly KnownEntry[]): KnownEntry | undefined {
  for (const name of names) {
    const found = entries.find((one) => one.type === "file" && one.name.toLowerCase() === name);
    if (found !== undefined) return (found.size ?? 0) > maxReadmeBytes ? undefined : found;
  }
  return undefined;
}

/** Undefined: there is none that can be shown. Never rejects. */
export async function readReadme(
  { url, asker, entries }: ReadmeFolder,
  context: BytesContext,
  background: Background,
): Promise<Readme | undefined> {
  const entry = readmeOf(entries);
  if (entry === undefined) return undefined;
  const { name, size, modified, sha256 } = entry;
  const state = `${modified ?? ""} ${size ?? ""} ${sha256 ?? ""}`;
  const key = `https://readmes.nearmirror.invalid/1/${encodeURIComponent(url + name)}/${encodeURIComponent(state)}`;
  // A platform without a cache throws.
  const kept = await context.cache
    .match(key)
    .then((found) => found?.text())
    .catch(() => undefined);
  const text = kept ?? (await ask());
  return text === undefined || text === ""
    ? undefined
    : { name, text, isVerified: sha256 !== undefined };

  async function ask(): Promise<string | undefined> {
    const asked = fetchText({ url: url + hrefOf({ name, type: "file" }), asker }, context);
    const bytes = await inTime(asked, readmeMs).catch(() => undefined);
    const read = bytes === undefined ? undefined : textOf(bytes, entry ?? {});
    const isTold = size !== undefined || modified !== undefined || sha256 !== undefined;
    const seconds = read === undefined || !isTold ? noneKeptSeconds : keptSeconds;
    const headers = { "Cache-Control": `max-age=${seconds}` };
    const put = context.cache.put(key, new Response(read ?? "", { headers }));
    background.waitUntil(put.catch(() => undefined));
    return read;
  }
}

async function fetchText(
  { url, asker }: { url: string; asker: Asker },
  context: BytesContext,
): Promise<Uint8Array | undefined> {
  const question = { method: "GET", asker, deadlineMs: readmeMs } as const;
  const answer = await fetchFile(context, url, question);
  if ("failed" in answer) return undefined;
  const { response } = answer;
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    return undefined;
  }
  const limited = limitedTo(response.body, maxReadmeBytes);
  const bytes = new Uint8Array(await new Response(limited.body).arrayBuffer());
  return limited.end() === "whole" ? bytes : undefined;
}

/** Undefined: these aren't the bytes that the list tells of, or no text. */
function textOf(
  bytes: Uint8Array,
  { size, approximate, sha256 }: Pick<KnownEntry, "size" | "approximate" | "sha256">,
): string | undefined {
  if (approximate !== true && size !== undefined && bytes.byteLength !== size) return undefined;
  if (sha256 !== undefined && sha256Of(bytes) !== sha256) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return notInText.test(text) ? undefined : text.replace(/\r\n?/g, "\n").trimEnd();
  } catch {
    return undefined;
  }
}
