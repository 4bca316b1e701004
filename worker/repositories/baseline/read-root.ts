/** Asks a repository's origin for one of its roots, conditionally. */
import { kinds } from "../../formats/kinds.ts";
import { rootDate } from "../../formats/root-date.ts";
import { looksLikePage, maxRootBytes } from "../../formats/roots.ts";
import { askOrigin, type OriginAccess } from "../../outbound/origin-access.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { Repository } from "../catalogue.ts";
import type { RootBaseline } from "./baseline.ts";
import { type SeenRoot, withSeen } from "./generations.ts";

/** A root after it was asked for; `failed` in it where that gave nothing. */
export interface ReadRoot {
  root: RootBaseline;
  /** The newest generation is another than before. */
  changed: boolean;
  /** Its text, where the body is the newest generation's. */
  text?: string;
}

/** How long a validator may be to be kept and sent, characters. */
const maxValidator = 200;

/**
 * Reads one root. What was known is kept when it can't be read. Never rejects.
 *
 * @param whole the body is wanted even if it is the one we know
 */
export async function readRoot(
  repository: Repository,
  before: RootBaseline,
  access: OriginAccess,
  now: number,
  whole: boolean,
): Promise<ReadRoot> {
  const known = before.generations.length > 0 && !whole;
  const answer = await askOrigin(access, repository, before.path, {
    headers: known ? conditions(before) : {},
    // One more than a root may have tells one that is too large from one that fits.
    maxBodyBytes: maxRootBytes + 1,
  });
  const failed = (why: string): ReadRoot => ({ root: { ...before, failed: why }, changed: false });
  if ("failed" in answer) return failed(answer.failed);
  if (answer.status === 304 && known) {
    const { failed: _, olderSince: __, ...root } = before;
    return { root, changed: false };
  }
  if (answer.status !== 200) return failed(`The origin answers ${answer.status}.`);
  const { body, headers } = answer;
  if (!answer.whole) return failed("The origin's answer ended early.");
  if (body.byteLength > maxRootBytes) return failed(`It is larger than ${maxRootBytes} bytes.`);
  if (isPage(headers) || looksLikePage(body)) return failed("The origin answers with a web page.");
  const text = new TextDecoder().decode(body);
  const { contentFault } = kinds[repository.kind].roots;
  const said = contentFault?.(nameOf(before.path), text);
  const fault = said ?? (text === "" ? "It is empty." : undefined);
  if (fault !== undefined) return failed(fault);

  const date = rootDate(repository.kind, body, headers);
  const seen: SeenRoot = {
    hash: sha256Of(body),
    ...(date !== undefined && { date }),
  };
  const after = withSeen(before, seen, now);
  const newest = after.generations[0]?.hash;
  const changed = newest !== before.generations[0]?.hash;
  // Validators of an older copy would have it confirmed in place of the newest.
  if (newest !== seen.hash) return { root: { ...validatorsOf(before), ...after }, changed };
  return { root: { ...after, ...newValidators(headers) }, changed, text };
}

/** The file at the end of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function isPage(headers: Headers): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(headers.get("Content-Type") ?? "");
}

function conditions({ etag, lastModified }: RootBaseline): Record<string, string> {
  if (etag !== undefined) return { "If-None-Match": etag };
  return lastModified === undefined ? {} : { "If-Modified-Since": lastModified };
}

function validatorsOf({ etag, lastModified }: RootBaseline): Partial<RootBaseline> {
  return {
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
}

function newValidators(headers: Headers): Partial<RootBaseline> {
  const short = (name: string) => {
    const value = headers.get(name) ?? undefined;
    return value !== undefined && value.length <= maxValidator ? value : undefined;
  };
  const [etag, lastModified] = [short("ETag"), short("Last-Modified")];
  return {
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  };
}
