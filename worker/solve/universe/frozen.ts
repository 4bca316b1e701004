/** Makes a universe of a finished graph: relations of a version come to stand together, and versions get their ranks. */
import { compareDpkgVersions } from "../../formats/apt/dpkg-version.ts";
import { at, type Column } from "./columns.ts";
import type { Graph } from "./graph.ts";
import type { IndexFacts } from "./index-facts.ts";
import { packagesInOrder } from "./package-order.ts";
import type { StringTable } from "./string-table.ts";
import { maxInstalled, type Universe } from "./universe.ts";

/** What the builder knows of versions besides the graph. */
export interface Described {
  priority: Column;
  section: Column;
  source: Column;
  sourceVersion: Column;
  nextSourced: Column;
  size: Column;
  installedSize: Column;
  phased: Column;
  indexes: Column;
  facts: readonly IndexFacts[];
  architectures: readonly string[];
}

export function frozen(graph: Graph, described: Described): Universe {
  const { names, versions } = graph;
  const groupName = graph.groupName.fixed();
  const groupFirst = graph.groupFirst.fixed();
  const packageNext = graph.packageNext.fixed(maxInstalled);
  const packageCount = graph.packageGroup.length;
  const order = packagesInOrder(
    {
      first: groupFirst,
      count: groupName.length,
      nameOf: (group) => names.bytes(at(groupName, group)),
    },
    packageNext,
  );
  const place = new Int32Array(packageCount + maxInstalled);
  for (const [where, one] of order.entries()) place[one] = where;
  const packageFlags = graph.packageFlags.bytes(maxInstalled);
  return {
    architectures: described.architectures,
    facts: described.facts,
    names,
    versions,
    ...ranked(versions),
    groupCount: groupName.length,
    groupOfName: graph.groupOfName.fixed(),
    groupName,
    groupFirst,
    groupSourced: graph.groupSourced.fixed(),
    packageCount,
    packageGroup: graph.packageGroup.fixed(maxInstalled),
    packageArchitecture: graph.packageArchitecture.fixed(maxInstalled),
    packageNext,
    packageFlags,
    packageVersions: graph.packageVersions.fixed(maxInstalled),
    packageProvides: graph.packageProvides.fixed(maxInstalled),
    packageOrder: order,
    packagePlace: place,
    flagged: order.filter((one) => at(packageFlags, one) !== 0),
    versionCount: graph.versionPackage.length,
    versionPackage: graph.versionPackage.fixed(maxInstalled),
    versionNext: graph.versionNext.fixed(maxInstalled),
    versionText: graph.versionText.fixed(maxInstalled),
    versionMultiArch: graph.versionMultiArch.bytes(maxInstalled),
    versionPriority: described.priority.bytes(maxInstalled),
    versionSection: described.section.fixed(maxInstalled),
    versionSource: described.source.fixed(maxInstalled),
    versionSourceText: described.sourceVersion.fixed(maxInstalled),
    versionNextSourced: described.nextSourced.fixed(),
    versionSize: described.size.fixed(maxInstalled),
    versionInstalledSize: described.installedSize.fixed(maxInstalled),
    versionPhased: described.phased.bytes(maxInstalled).fill(100, graph.versionPackage.length),
    versionIndexes: described.indexes.fixed(maxInstalled),
    versionProvides: graph.versionProvides.fixed(maxInstalled),
    ...together(graph),
    saidPackage: graph.saidPackage.fixed(),
    saidVersion: graph.saidVersion.fixed(),
    saidOperator: graph.saidOperator.bytes(),
    saidType: graph.saidType.bytes(),
    provideVersion: graph.provideVersion.fixed(),
    providePackage: graph.providePackage.fixed(),
    provideText: graph.provideText.fixed(),
    provideFlags: graph.provideFlags.bytes(),
    provideNext: graph.provideNext.fixed(),
    provideNextOfVersion: graph.provideNextOfVersion.fixed(),
  };
}

function ranked(versions: StringTable): Pick<Universe, "versionRank" | "versionsByRank"> {
  const texts: string[] = [];
  for (let number = 0; number < versions.count; number++) texts.push(versions.text(number));
  const order = Int32Array.from(texts.keys())
    .subarray(1)
    .sort((one, other) => compareDpkgVersions(texts[one] ?? "", texts[other] ?? ""));
  const versionRank = new Int32Array(versions.count);
  let rank = 0;
  let before = "";
  for (const number of order) {
    const text = texts[number] ?? "";
    if (rank === 0 || compareDpkgVersions(before, text) !== 0) rank++;
    versionRank[number] = rank;
    before = text;
  }
  return { versionRank, versionsByRank: order };
}

type Relations = Pick<
  Universe,
  "versionRelations" | "relationVersion" | "relationSaid" | "relationNextReverse" | "packageReverse"
>;

/** Relations get new numbers, by version. */
function together(graph: Graph): Relations {
  const count = graph.relationVersion.length;
  const versionCount = graph.versionPackage.length;
  const versionRelations = new Int32Array(versionCount + maxInstalled + 1).fill(count);
  const numbers = new Int32Array(count);
  let number = 1;
  for (let version = 0; version < versionCount; version++) {
    versionRelations[version] = number;
    for (let one = graph.versionFirst.get(version); one !== 0; one = graph.relationNext.get(one)) {
      numbers[one] = number++;
    }
  }
  const relationVersion = new Int32Array(count);
  const relationSaid = new Int32Array(count);
  const relationNextReverse = new Int32Array(count);
  for (let one = 1; one < count; one++) {
    const to = at(numbers, one);
    relationVersion[to] = graph.relationVersion.get(one);
    relationSaid[to] = graph.relationSaid.get(one);
    relationNextReverse[to] = at(numbers, graph.relationNextReverse.get(one));
  }
  const packageReverse = graph.packageReverse.fixed(maxInstalled);
  for (let one = 0; one < packageReverse.length; one++) {
    packageReverse[one] = at(numbers, at(packageReverse, one));
  }
  return { versionRelations, relationVersion, relationSaid, relationNextReverse, packageReverse };
}
