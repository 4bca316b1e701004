/** Which repository a base URL is a copy of. */

import type { Kind } from "../../worker/formats/kinds.ts";
import { looksLikePage, maxRootBytes } from "../../worker/formats/roots.ts";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { Carried } from "../../worker/mirrors/roster.ts";
import type { Ask } from "../../worker/outbound/ask.ts";
import { askFollowing } from "../../worker/outbound/ask-following.ts";
import { fileUrl } from "../../worker/outbound/file-url.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";

export interface FoundRepository {
  repository: Repository;
  /** The mirror that lists this very URL. */
  mirror?: string;
  /** What it is listed as carrying there. */
  carried?: Carried;
  /** How it was found, for people. */
  by: string;
}

/** A sentence on why none was found, and what to do. */
export interface NotFound {
  fault: string;
}

/** The repository by its name, or that a mirror lists with this URL; undefined where neither tells. */
export function findInList(
  views: Views,
  base: string,
  name: string | undefined,
  kind: Kind | undefined,
): FoundRepository | NotFound | undefined {
  const { repositories } = views.catalogue;
  const listed = listedWith(views, base);
  const wanted = name ?? listed?.repository;
  if (wanted === undefined) return undefined;
  const repository = repositories.find((known) => known.name === wanted);
  if (repository === undefined) {
    const names = repositories.map((known) => known.name).join(", ");
    return { fault: `There is no repository ${wanted}. There are: ${names || "none"}.` };
  }
  if (kind !== undefined && repository.kind !== kind) {
    return { fault: `${wanted} is of kind ${repository.kind}, not ${kind}.` };
  }
  return {
    repository,
    ...(listed?.repository === wanted && { mirror: listed.mirror, carried: listed.carried }),
    by: name === undefined ? `listed by ${listed?.mirror}` : "as asked",
  };
}

function listedWith(
  { roster }: Views,
  base: string,
): { mirror: string; repository: string; carried: Carried } | undefined {
  for (const { name, carries } of roster.mirrors) {
    for (const [repository, carried] of Object.entries(carries)) {
      if (sameUrl(carried.https, base) || sameUrl(carried.http, base)) {
        return { mirror: name, repository, carried };
      }
    }
  }
  return undefined;
}

function sameUrl(listed: string | undefined, base: string): boolean {
  return listed !== undefined && URL.canParse(listed) && new URL(listed).href === base;
}

/** One question's share of the search for a repository. */
export interface Search {
  ask: Ask;
  userAgent: string;
  deadlineMs: number;
  /** Told before each question. */
  progress(text: string): void;
}

/**
 * Finds the repository whose roots a URL has: the one with most of them there. Asks for each repository's first
 * root, and for the others only where that one answers.
 */
export async function findByRoots(
  repositories: readonly Repository[],
  base: string,
  kind: Kind | undefined,
  search: Search,
): Promise<FoundRepository | NotFound> {
  const fitting = repositories.filter((known) => kind === undefined || known.kind === kind);
  let best: { repository: Repository; count: number } | undefined;
  let tied: string[] = [];
  let silent: string | undefined;
  for (const repository of fitting) {
    let count = 0;
    for (const root of repository.roots ?? []) {
      search.progress(`Looking for ${repository.name}: ${root}`);
      const there = await hasRoot(fileUrl(base, root), search);
      if (typeof there === "string") silent = there;
      else if (there) count++;
      // A second one tells nothing where the first is missing, and a silent server stays silent.
      if (there !== true) break;
    }
    if (silent !== undefined) break;
    if (count === 0) continue;
    if (best !== undefined && count === best.count) tied.push(repository.name);
    if (best === undefined || count > best.count) {
      best = { repository, count };
      tied = [];
    }
  }
  const advice = "Say which one with --repository NAME.";
  if (best === undefined) {
    const why = silent === undefined ? "" : ` (${silent.replace(/\.$/, "")})`;
    const of = kind === undefined ? "" : ` of kind ${kind}`;
    return { fault: `No repository${of} of the list has its root at ${base}${why}. ${advice}` };
  }
  if (tied.length > 0) {
    const names = [best.repository.name, ...tied].join(" and ");
    return { fault: `${base} has the roots of ${names} alike. ${advice}` };
  }
  return { repository: best.repository, by: "by its roots" };
}

/** Whether a root is there; a sentence where nobody answers. */
async function hasRoot(url: string, search: Search): Promise<boolean | string> {
  const { end } = await askFollowing(
    search.ask,
    {
      method: "GET",
      url,
      headers: { "User-Agent": search.userAgent, "Accept-Encoding": "identity" },
      deadlineMs: search.deadlineMs,
      maxBodyBytes: maxRootBytes,
    },
    [],
  );
  if ("failure" in end) {
    const { kind, detail } = end.failure;
    return ["unreachable", "timeout", "tls"].includes(kind) ? detail : false;
  }
  return end.reply.status === 200 && end.reply.body.length > 0 && !looksLikePage(end.reply.body);
}
