/** Which sets a state of a suite wants, named by what they are read from. Pure. */
import type { PackageIndex, PackageReading } from "../../formats/package-reading.ts";
import type { Manifest } from "../../repositories/chain/snapshot.ts";
import { canonicalJson } from "../../runtime/canonical-json.ts";
import { sha256Of } from "../../runtime/sha256.ts";
import type { SuiteState } from "../suite.ts";
import { fileRole, type SetRole } from "./suite-store.ts";

/**
 * Each grows with every change of what is read of an index, or of how it is stored: sets of a version before are then
 * other ones, and are built anew. What those have is read until then.
 */
const setFormats: Readonly<Record<SetRole, number>> = { packages: 2, files: 2 };

/** What to read into one set. */
export interface WantedSet {
  /** The same for the same indexes, whatever else the root names. */
  of: string;
  indexes: PackageIndex[];
}

export interface WantedSets {
  /** Without indexes there is nothing to read. */
  packages: WantedSet;
  /** Absent: no index of files is named, or none is wanted. */
  files?: WantedSet;
}

/** Names of the sets alone, as they are remembered of a state. */
export interface SetNames {
  /** Empty: the state names no index of packages. */
  packages: string;
  /** Empty: none. */
  files: string;
}

/** What says of a state which sets it wants: the same for each snapshot that has the root as it is. */
export function stateKey({ root, architectures }: SuiteState, files: boolean): string {
  const { path, manifest } = root;
  const hashes = root.files.map(({ sha256 }) => sha256);
  // A text as it is: hashing it would take half a millisecond of each question.
  const { packages: ofPackages, files: ofFiles } = setFormats;
  return JSON.stringify([ofPackages, ofFiles, path, manifest, hashes, architectures, files]);
}

/** @param files whether indexes of files are read */
export function wantedSets(
  { root, architectures }: SuiteState,
  manifest: Manifest,
  { reading, files }: { reading: PackageReading; files: boolean },
): WantedSets {
  const all = reading.indexes(root, manifest.files, { architectures, files });
  const of = (isFiles: boolean) => {
    const indexes = all.filter(({ role }) => (role === fileRole) === isFiles);
    const format = setFormats[isFiles ? fileRole : "packages"];
    return { of: indexes.length === 0 ? "" : nameOf(format, root.path, indexes), indexes };
  };
  const [packages, ofFiles] = [of(false), of(true)];
  return { packages, ...(files && ofFiles.indexes.length > 0 && { files: ofFiles }) };
}

export function namesOf({ packages, files }: WantedSets): SetNames {
  return { packages: packages.of, files: files?.of ?? "" };
}

/** Paths count too: names of packages' files are relative to the root. */
function nameOf(format: number, root: string, indexes: readonly PackageIndex[]): string {
  const read = indexes.map(({ role, name, component = "", architecture = "", variants }) => {
    const hashes = variants.map(({ sha256 }) => sha256).sort();
    return [role, name, component, architecture, hashes];
  });
  return sha256Of(canonicalJson([format, root, read]));
}
