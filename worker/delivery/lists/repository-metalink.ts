/**
 * The metalink of a whole rpm repository, as dnf reads it: Fedora's form of Metalink 3.0, which names `repomd.xml`,
 * its hashes, the hashes of older states that will do as well, and the places that have it.
 *
 * **The first place is ours, pinned to the snapshot whose hash the document tells.** librepo takes places in
 * the document's order (`lrmirrorlist.c`; it doesn't sort by preference), and after `repomd.xml` asks the same base
 * for indexes and packages. So the order decides for packages too:
 *
 * - Ours first: metadata is the verified snapshot; packages are redirected to the nearest mirror that is proven to
 *   have them, by this moment's health. It costs a round trip for each package, on a connection that is kept.
 * - Mirrors first: saves that, but dnf would learn of a dead or lagging mirror by failing there, and its failures
 *   are counted for the whole transaction.
 *
 * The mirrors behind ours are what dnf goes on with when a package fails twice at us or we can't be reached
 * (observed), which one `baseurl` has nothing of. There the hash does the rest: librepo takes no `repomd.xml` that
 * is neither the current nor an alternate (`yum.c`), whoever sent it. It takes the first that is either, so that a
 * mirror which is behind, before one which isn't, would give people the older state: such mirrors come last.
 *
 * Pinned, because a publish may come between this document and `repomd.xml`: the current one would then have a
 * hash that the document doesn't know, and dnf would leave us for a mirror that is behind, or fail (observed).
 */
import { repomdIn, repomdName } from "../../formats/rpm/repodata.ts";
import { attributes, commentText, declaration, element } from "../../runtime/xml.ts";
import { bestPreference, mailDate, preferenceOf } from "./metalink3.ts";
import { generator, inOrder, type Source, schemeOf } from "./source.ts";

/** One state of a `repomd.xml`. MD5 and SHA-1 are left out: they prove nothing, and each known hash is checked. */
export interface RepomdState {
  /** When it was published, Unix seconds: the snapshot's date. */
  timestamp: number;
  /** Bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  sha512?: string;
}

export interface RepositorySource extends Source {
  /** Has an older state than the current one, as far as is known. */
  behind?: boolean;
}

export interface RepositoryMetalink {
  current: RepomdState;
  /** States of kept snapshots, in any order; the current one and doubles are left out. */
  kept: readonly RepomdState[];
  /** Our base URL of the repository, pinned to the current state's snapshot; ends in `/`. */
  own: string;
  /** Base URLs of the repository at mirrors that have the current or a kept state; each ends in `/`. */
  sources: readonly RepositorySource[];
  /** When the document is made, Unix ms; absent: not told. */
  publishedAt?: number;
}

function rootAttributes(publishedAt: number | undefined): string {
  return attributes({
    version: "3.0",
    xmlns: "http://www.metalinker.org/",
    type: "dynamic",
    pubdate: publishedAt === undefined ? undefined : mailDate(publishedAt),
    generator,
    // librepo looks for `mm0:` as it is written, without resolving namespaces.
    "xmlns:mm0": "http://fedorahosted.org/mirrormanager",
  });
}

/** What MirrorManager tells of a state, in its order. */
function stateLines({ timestamp, size, sha256, sha512 }: RepomdState, indent: string): string {
  const hashes = [
    element("hash", sha256, { type: "sha256" }),
    ...(sha512 === undefined ? [] : [element("hash", sha512, { type: "sha512" })]),
  ];
  return [
    element("mm0:timestamp", timestamp),
    element("size", size),
    "<verification>",
    ...hashes.map((hash) => `  ${hash}`),
    "</verification>",
  ]
    .map((line) => `${indent}${line}\n`)
    .join("");
}

/** Kept states but the current, newest first, each once. */
function alternatesOf(current: RepomdState, kept: readonly RepomdState[]): RepomdState[] {
  const seen = new Set([current.sha256]);
  return [...kept]
    .sort((a, b) => b.timestamp - a.timestamp)
    .filter(({ sha256 }) => {
      if (seen.has(sha256)) return false;
      seen.add(sha256);
      return true;
    });
}

/** By rank, but those that are behind after all that aren't. */
function currentFirst(sources: readonly RepositorySource[]): RepositorySource[] {
  const ranked = inOrder(sources);
  return [...ranked.filter(({ behind }) => !behind), ...ranked.filter(({ behind }) => behind)];
}

/** The document, of type `metalink3Type`. */
export function repositoryMetalink({
  current,
  kept,
  own,
  sources,
  publishedAt,
}: RepositoryMetalink): string {
  const alternates = alternatesOf(current, kept).map(
    (state) =>
      `        <mm0:alternate>\n${stateLines(state, "          ")}        </mm0:alternate>\n`,
  );
  const urls = [
    { url: own, country: undefined, preference: bestPreference },
    ...currentFirst(sources).map(({ url, country }, at) => ({
      url,
      country,
      preference: preferenceOf(at + 2),
    })),
  ].map(({ url, country, preference }) => {
    const scheme = schemeOf(url);
    // `protocol` is in no version of the format; yum and MirrorManager's documents have it beside `type`.
    const told = { protocol: scheme, type: scheme, location: country, preference };
    return `        ${element("url", repomdIn(url), told)}\n`;
  });
  return `${declaration}
<metalink${rootAttributes(publishedAt)}>
  <files>
    <file name="${repomdName}">
${stateLines(current, "      ")}${
  alternates.length === 0
    ? ""
    : `      <mm0:alternates>\n${alternates.join("")}      </mm0:alternates>\n`
}      <resources maxconnections="1">
${urls.join("")}      </resources>
    </file>
  </files>
</metalink>
`;
}

/** What MirrorManager answers where it has no metalink: an empty document with the reason in a comment. */
export function noMetalink(reason: string): string {
  return `${declaration}
<metalink${rootAttributes(undefined)}>
<!-- ${commentText(reason)}
-->
</metalink>
`;
}
