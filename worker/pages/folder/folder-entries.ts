/** What a folder's page lists, and by whose word. */

import type { BytesRequest } from "../../delivery/origin-bytes.ts";
import { askerOf } from "../../outbound/asker.ts";
import type { BytesContext } from "../../outbound/bytes-context.ts";
import type { PageEntry } from "../../repositories/directory-page/entry.ts";
import { maxMergedEntries } from "../../repositories/directory-page/limits.ts";
import {
  type OriginsPage,
  readDirectoryPage,
} from "../../repositories/directory-page/read-directory-page.ts";
import { type IndexedFolder, indexedFolder } from "../../repositories/reader/indexed-folder.ts";
import {
  type Indexes,
  type KnownEntry,
  knownEntries,
} from "../../repositories/reader/known-entries.ts";
import type { Background } from "../../runtime/background.ts";

/** What people have to know of a list. */
export type Remark =
  /** The origin is gone, why; what it listed is so old, ms, and whether what indexes list now is among it. */
  | { kind: "older"; why: string; age: number; isIndexed: boolean }
  /** Why there is no page of the origin: what is shown is from the repository's verified files alone. */
  | { kind: "alone"; why: string }
  /** The same, as it is too long to read the origin's as well. */
  | { kind: "long" }
  /** It is as the snapshot that was asked for lists it. */
  | { kind: "pinned" }
  /** The snapshot that was asked for doesn't tell: it is as the origin has it today. */
  | { kind: "today" };

export interface FolderEntries {
  /** In no order. */
  entries: KnownEntry[];
  /** Where the names are from; sizes and hashes are the indexes' in any case. */
  from: readonly ("index" | "origin")[];
  remark?: Remark;
}

/** The origin's answer is all there is, and it is no directory page. */
export interface OriginsOwn {
  answer: Exclude<OriginsPage, { entries: PageEntry[] }>;
}

/**
 * The entries of a folder. In the current state: what indexes list, with dates and all other names from the origin's
 * directory page; without the origin, or where they are very many, what indexes list and roots name. In a pinned
 * folder: what that snapshot lists and names. Where neither is known, the origin's directory page.
 *
 * @param now Unix ms
 */
export async function folderEntries(
  folder: BytesRequest,
  edge: Indexes & { bytes: BytesContext },
  now: number,
  background: Background,
): Promise<FolderEntries | OriginsOwn> {
  const { repository, path } = folder;
  const known = await indexedFolder(folder, edge, now, background);
  const isIndexed = known.listed.size > 0;
  const isKnown = isIndexed || known.named.size > 0;
  const isPinned = edge.snapshot !== undefined;
  if (isPinned && isKnown && known.hasFolders) {
    return { entries: withoutOrigin(known), from: ["index"], remark: { kind: "pinned" } };
  }
  if (known.listed.size > maxMergedEntries) {
    return { entries: withoutOrigin(known), from: ["index"], remark: { kind: "long" } };
  }
  const origins = { url: repository.origin + path, asker: askerOf(folder.request) };
  const answer = await readDirectoryPage(origins, edge.bytes, {
    now,
    background,
    elsewhere: isKnown,
  });
  if ("entries" in answer) {
    const others = answer.entries.filter((entry) => !addOrigins(known, entry));
    const told = await knownEntries(others, folder, edge, { now, background });
    const remark = remarkOf(answer, isIndexed, isPinned, now);
    return {
      entries: [...known.listed.values(), ...told],
      from: isIndexed ? ["index", "origin"] : ["origin"],
      ...(remark && { remark }),
    };
  }
  const why = isKnown ? whyAlone(answer, isIndexed) : undefined;
  if (why === undefined) return { answer };
  await unread(answer)?.body?.cancel();
  return { entries: withoutOrigin(known), from: ["index"], remark: { kind: "alone", why } };
}

function withoutOrigin({ listed, named }: IndexedFolder): KnownEntry[] {
  const others = [...named.values()].filter(({ name }) => !listed.has(name));
  return [...listed.values(), ...others];
}

/** Takes over what only the origin tells of an entry; false: no index lists it. A list of sums has no sizes. */
function addOrigins(
  { listed }: IndexedFolder,
  { name, modified, size, approximate }: PageEntry,
): boolean {
  const entry = listed.get(name);
  if (entry === undefined) return false;
  if (modified !== undefined) entry.modified = modified;
  if (entry.size === undefined && size !== undefined) {
    entry.size = size;
    if (approximate) entry.approximate = approximate;
  }
  return true;
}

function remarkOf(
  { at, gone }: { at: number; gone?: string },
  isIndexed: boolean,
  isPinned: boolean,
  now: number,
): Remark | undefined {
  if (gone !== undefined) return { kind: "older", why: gone, age: now - at, isIndexed };
  return isPinned ? { kind: "today" } : undefined;
}

/** Why the repository's files have to do, in a few words; undefined: the origin says that there is nothing. */
function whyAlone(answer: OriginsOwn["answer"], isIndexed: boolean): string | undefined {
  if ("failed" in answer) return answer.failed;
  if ("refused" in answer && answer.refused.status >= 500) {
    return `it answers ${answer.refused.status}`;
  }
  // Roots name folders that archives don't have; what indexes list is there.
  if (!isIndexed) return undefined;
  return "refused" in answer
    ? `it answers ${answer.refused.status}`
    : "what it has there can't be read as one, or is too long";
}

function unread(answer: OriginsOwn["answer"]): Response | undefined {
  if ("refused" in answer) return answer.refused;
  return "unreadable" in answer ? answer.answer : undefined;
}
