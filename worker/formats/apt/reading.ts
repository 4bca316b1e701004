/** How apt's repositories are read. */
import { lastSegment } from "../beside-root.ts";
import type { KindReading } from "../kind-reading.ts";
import { aptBase, chooseAptIndex } from "./apt-index.ts";
import { packagesReader, sourcesReader } from "./apt-packages.ts";
import { namesInRelease, readAptRoot } from "./read-apt-root.ts";

const rootName = /^(?:InRelease|Release)$/;

export const aptReading: KindReading = {
  rootReader: (path) => (rootName.test(lastSegment(path)) ? readAptRoot : undefined),
  namesIn: namesInRelease,
  contents: {
    named: {
      nameOf: (plain) => (/(?:^|\/)(?:Packages|Sources)$/.test(plain) ? plain : undefined),
      reader: (root, name) => {
        const read = name.endsWith("Sources") ? sourcesReader : packagesReader;
        return (sink) => read(aptBase(root), sink);
      },
      isAhead,
      aheadEndings: [".xz", ".gz"],
      chooseSampled: chooseAptIndex,
    },
  },
};

function isAhead(name: string, architectures: readonly string[]): boolean {
  const steps = name.split("/");
  // The installer's own packages are asked for by installers, a few times in a machine's life.
  if (steps.includes("debian-installer")) return false;
  const architecture = steps.at(-2)?.replace(/^binary-/, "") ?? "";
  return steps.at(-1) === "Packages" && ["all", ...architectures].includes(architecture);
}
