/**
 * All packages of some indexes as numbers: names, versions and relations are rows of columns. Nothing of it is changed
 * once it is made, so that all requests share it. Row 0 of a column is nobody's; lists are half open.
 */
import type { IndexFacts } from "./index-facts.ts";
import type { StringTable } from "./string-table.ts";

export interface Universe {
  /** dpkg's names, the native one first. */
  readonly architectures: readonly string[];
  /** In the order of the client's sources. */
  readonly facts: readonly IndexFacts[];
  /** Names of packages, architectures and sections. */
  readonly names: StringTable;
  /** Of versions. */
  readonly versions: StringTable;
  /** Of a version's string: what is newer has more, what is equal has the same. */
  readonly versionRank: Int32Array;
  /** The version strings in that order. */
  readonly versionsByRank: Int32Array;

  readonly groupCount: number;
  readonly groupOfName: Int32Array;
  readonly groupName: Int32Array;
  readonly groupFirst: Int32Array;
  /** First of the versions that were made from the source package of this name. */
  readonly groupSourced: Int32Array;

  /** One more than the highest package; what comes behind is empty. */
  readonly packageCount: number;
  readonly packageGroup: Int32Array;
  /** Number of the name. */
  readonly packageArchitecture: Int32Array;
  /** The next one of the group. */
  readonly packageNext: Int32Array;
  /** `PackageFlag`. */
  readonly packageFlags: Uint8Array;
  /** Its newest version. */
  readonly packageVersions: Int32Array;
  readonly packageProvides: Int32Array;
  /** First of the relations that mean it. */
  readonly packageReverse: Int32Array;
  /** All packages in the order in which apt goes through its cache. */
  readonly packageOrder: Int32Array;
  /** Where a package stands in it. */
  readonly packagePlace: Int32Array;
  /** Packages with any flag. */
  readonly flagged: Int32Array;

  /** One more than the highest version; what comes behind is empty. */
  readonly versionCount: number;
  readonly versionPackage: Int32Array;
  /** The next older one of its package. */
  readonly versionNext: Int32Array;
  readonly versionText: Int32Array;
  /** Bits of `MultiArch`. */
  readonly versionMultiArch: Uint8Array;
  readonly versionPriority: Uint8Array;
  readonly versionSection: Int32Array;
  /** Group of its source package. */
  readonly versionSource: Int32Array;
  readonly versionSourceText: Int32Array;
  readonly versionNextSourced: Int32Array;
  readonly versionSize: Int32Array;
  /** Kilobytes. */
  readonly versionInstalledSize: Int32Array;
  readonly versionPhased: Uint8Array;
  /** One bit for each index that has it. */
  readonly versionIndexes: Int32Array;
  /** Its relations are those from here to where the next version's begin. */
  readonly versionRelations: Int32Array;
  readonly versionProvides: Int32Array;

  readonly relationVersion: Int32Array;
  readonly relationSaid: Int32Array;
  readonly relationNextReverse: Int32Array;
  readonly saidPackage: Int32Array;
  readonly saidVersion: Int32Array;
  readonly saidOperator: Uint8Array;
  readonly saidType: Uint8Array;

  readonly provideVersion: Int32Array;
  readonly providePackage: Int32Array;
  readonly provideText: Int32Array;
  readonly provideFlags: Uint8Array;
  readonly provideNext: Int32Array;
  readonly provideNextOfVersion: Int32Array;
}

/** How many installed packages a request may have; as many empty rows are behind those of the universe. */
export const maxInstalled = 20_000;
