/** The real stores of a suite: packed rows of packages and of files, and what answers from them. */
import type { PackageReading } from "../../formats/package-reading.ts";
import type { Sql } from "../../runtime/sql.ts";
import { FileSets } from "../files/file-sets.ts";
import type { PackageSet } from "../sets/package-set.ts";
import { PackageSets } from "../sets/package-sets.ts";
import { SuiteSearch } from "../suite-search.ts";
import type { SuiteStores } from "./suite-context.ts";

/** Makes their tables where there are none. */
export function suiteStores(sql: Sql): SuiteStores<PackageSet> {
  // Of the set that is being built: an object builds one at a time.
  let building: PackageReading | undefined;
  const packages = new PackageSets(sql, (entry) => building?.namesIn(entry) ?? []);
  const files = new FileSets(sql);
  return {
    packages: {
      build: (number, reading) => {
        building = reading;
        return packages.build(number);
      },
      open: (number) => packages.open(number),
      dropping: (number) => packages.dropping(number),
      numbers: () => packages.numbers(),
    },
    files: {
      build: (number) => files.build(number),
      open: (number) => files.open(number),
      dropping: (number) => files.dropping(number),
      numbers: () => files.numbers(),
    },
    answer: (question, { packages: set, files: ofFiles, reading }) =>
      new SuiteSearch(set, ofFiles, reading.compareVersions).answer(question),
  };
}
