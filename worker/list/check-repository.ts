/** What can be wrong with one repository's file, beyond its schema. */

import { kindNames } from "../formats/kind-names.ts";
import { kinds } from "../formats/kinds.ts";
import { readings } from "../formats/readings.ts";
import { ownSegments } from "../http/own-segments.ts";
import { bytesOf } from "./byte-size.ts";
import { secondsOf } from "./duration.ts";
import { momentOf } from "./moment.ts";
import { nameFault } from "./name-fault.ts";
import type { Problem } from "./problem.ts";
import type { RepositoryFile } from "./site.ts";
import type { Source } from "./source.ts";
import { baseUrlFault, pathFault } from "./urls.ts";

/** `expectedName` is the file's; `keys` are the files there are under `keys/`. */
export function checkRepository(
  source: Source,
  repository: RepositoryFile,
  expectedName: string,
  keys: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  if (repository.name !== expectedName) {
    problems.push(
      source.problemAt(
        ["name"],
        `The name is ${repository.name} but the file is ${expectedName}.yaml. Give both the same name.`,
      ),
    );
  }
  const wrongName = nameFault(repository.name);
  if (wrongName !== undefined) problems.push(source.problemAt(["name"], wrongName));
  if (ownSegments.some((own) => own === repository.name)) {
    problems.push(
      source.problemAt(
        ["name"],
        `The service itself is at /${repository.name}/, which this repository would hide. Give it another name.`,
      ),
    );
  }
  const fault = baseUrlFault(repository.origin);
  if (fault) problems.push(source.problemAt(["origin"], `\`origin\` ${fault}`));
  repository.roots?.forEach((root, index) => {
    const wrong = rootFault(root);
    if (wrong) problems.push(source.problemAt(["roots", index], `The root ${wrong}`));
  });
  problems.push(...checkRoots(source, repository));
  problems.push(...checkFreshness(source, repository.freshness));
  problems.push(...checkFollowing(source, repository));
  if (repository.images !== undefined && readings[repository.kind].imagesIn === undefined) {
    const said = `Rules for images are of no use to a repository of the kind ${repository.kind}: remove \`images\`.`;
    problems.push(source.problemAt(["images"], said));
  }
  repository.keys?.forEach((key, index) => {
    if (!keys.has(key.file)) {
      problems.push(
        source.problemAt(
          ["keys", index, "file"],
          `There is no key file ${key.file}. Put it into mirror-list/keys/ or correct the name.`,
        ),
      );
    }
  });
  return problems;
}

/** Whether each root can be what the list says of it: a name tells what no state of the origin could mend. */
function checkRoots(source: Source, repository: RepositoryFile): Problem[] {
  const { kind, keys = [], roots = [], suites = {} } = repository;
  const { verify = keys.length > 0 ? "signed" : undefined } = repository;
  const { rootReader, rootsAre } = readings[kind];
  const problems: Problem[] = [];
  roots.forEach((root, index) => {
    if (verify === undefined || verify === "none" || rootReader(root) !== undefined) return;
    const said = `${root} is no root that can be verified. Of ${kind}, that is ${rootsAre}. Name such a file, or say \`verify: none\`.`;
    problems.push(source.problemAt(["roots", index], said));
  });
  for (const root of Object.keys(suites)) {
    if (roots.includes(root)) continue;
    const said = `${root} is none of the repository's \`roots\`. Correct it, or add it there.`;
    problems.push(source.problemAtKey(["suites", root], said));
  }
  return problems;
}

/** Whether what is said of snapshots can be done. */
function checkFollowing(source: Source, repository: RepositoryFile): Problem[] {
  const { keys = [], roots = [], verify = keys.length > 0 ? "signed" : undefined } = repository;
  const problems: Problem[] = [];
  if (verify === "signed" && keys.length === 0) {
    problems.push(
      source.problemAt(
        ["verify"],
        "`verify: signed` needs keys. List them under `keys`, or say `verify: checksums` if nothing is signed.",
      ),
    );
  }
  if (repository.follow === "always" && (verify === undefined || roots.length === 0)) {
    problems.push(
      source.problemAt(
        ["follow"],
        "`follow: always` needs `roots`, and `keys` or `verify`: without them there is nothing to follow.",
      ),
    );
  }
  if (repository.olderUntil !== undefined && Number.isNaN(momentOf(repository.olderUntil))) {
    const said = `\`olderUntil\` is ${repository.olderUntil}, which is no date: no calendar or clock has it. Write 2026-12-01T06:00Z.`;
    problems.push(source.problemAt(["olderUntil"], said));
  }
  problems.push(...checkAhead(source, repository), ...checkTorrents(source, repository));
  const minSize = repository.redirect?.minSize;
  if (minSize !== undefined && bytesOf(minSize) > maxMinSize) {
    problems.push(
      source.problemAt(
        ["redirect", "minSize"],
        `\`minSize\` is ${minSize}, more than ${maxMinSize / 1024 ** 2}MiB: smaller files are read whole into the edge's memory. Lower it.`,
      ),
    );
  }
  if (typeof repository.publish === "object" && (verify === undefined || roots.length === 0)) {
    problems.push(
      source.problemAt(
        ["publish"],
        "`publish` needs `roots`, and `keys` or `verify`: without them there are no states to publish.",
      ),
    );
  }
  return problems;
}

/** Of files that the edge serves itself, bytes: it holds them whole, and has 128 MB for all that it does. */
const maxMinSize = 4 * 1024 ** 2;

function checkTorrents(
  source: Source,
  { torrents, kind, keys, verify }: RepositoryFile,
): Problem[] {
  if (torrents === undefined) return [];
  if (kinds[kind].lists.torrents === undefined) {
    const fitting = kindNames().filter((one) => kinds[one].lists.torrents !== undefined);
    const said = `\`torrents\` is for ${fitting.join(" and ")}: of ${kind} no torrents are made. Remove it.`;
    return [source.problemAt(["torrents"], said)];
  }
  if ((keys ?? []).length > 0 || verify !== undefined) return [];
  const said =
    "`torrents` needs `keys` or `verify`: without them no list tells the SHA-256 that a torrent is held against.";
  return [source.problemAt(["torrents"], said)];
}

function checkAhead(source: Source, repository: RepositoryFile): Problem[] {
  const { ahead = [], kind, architectures = [] } = repository;
  if (ahead.length > 0 && readings[kind].contents.named === undefined) {
    const fitting = kindNames().filter((one) => readings[one].contents.named !== undefined);
    const said = `\`ahead\` is for ${fitting.join(" and ")}: what ${kind} lists is in its roots. Remove it.`;
    return [source.problemAt(["ahead"], said)];
  }
  return ahead.flatMap((name, index) =>
    architectures.includes(name)
      ? []
      : [
          source.problemAt(
            ["ahead", index],
            `${name} is none of the repository's \`architectures\`. Correct it, or add it there.`,
          ),
        ],
  );
}

/** What is wrong with a root's path, continuing a sentence that names it. Roots are written decoded, as samples are. */
function rootFault(root: string): string | undefined {
  if (root === "") return "is empty. Name a file under the origin.";
  if (root.endsWith("/")) return "ends in a slash, but a root is a file. Name the file.";
  if (root.includes("%")) return "has a %. Write the path without escapes.";
  return pathFault(`${root}/`);
}

/** The default of `staleAfter`, as `FreshnessLimits` tells it. */
const defaultStaleAfter = "2d";

function checkFreshness(source: Source, limits: RepositoryFile["freshness"]): Problem[] {
  if (limits?.laggingAfter === undefined) return [];
  const { laggingAfter, staleAfter = defaultStaleAfter } = limits;
  if (secondsOf(laggingAfter) < secondsOf(staleAfter)) return [];
  return [
    source.problemAt(
      ["freshness", "laggingAfter"],
      `\`laggingAfter\` is ${laggingAfter}, not less than \`staleAfter\` (${staleAfter}${limits.staleAfter === undefined ? " when left out" : ""}): nothing would ever count as lagging. Lower it, or raise \`staleAfter\`.`,
    ),
  ];
}
