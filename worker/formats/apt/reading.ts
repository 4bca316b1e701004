/** How apt's repositories are read. */
import { lastSegment } from "../beside-root.ts";
import type { FileSink } from "../indexed-file.ts";
import type { KindReading } from "../kind-reading.ts";
import { aptBase, chooseAptIndex, inFlatFolder, isFlat } from "./apt-index.ts";
import { packagesReader, sourcesReader } from "./apt-packages.ts";
import { aptPackages } from "./packages.ts";
import { namesInRelease, readAptRoot } from "./read-apt-root.ts";

const rootName = /^(?:InRelease|Release)$/;

export const aptReading: KindReading = {
  rootReader: (path) => (rootName.test(lastSegment(path)) ? readAptRoot : undefined),
  namesIn: namesInRelease,
  rootsAre: "InRelease or Release",
  signedWith: "OpenPGP",
  contents: {
    named: {
      nameOf: (plain) => (/(?:^|\/)(?:Packages|Sources)$/.test(plain) ? plain : undefined),
      reader: (root, name) => {
        const read = name.endsWith("Sources") ? sourcesReader : packagesReader;
        return (sink) => read(aptBase(root), placed(root, sink));
      },
      isAhead,
      aheadEndings: [".xz", ".gz"],
      chooseSampled: chooseAptIndex,
    },
  },
  packages: aptPackages,
};

/** Takes files where clients of the root look for them. */
function placed(root: string, sink: FileSink): FileSink {
  return isFlat(root) ? inFlatFolder(aptBase(root), sink) : sink;
}

function isAhead(name: string, architectures: readonly string[]): boolean {
  const steps = name.split("/");
  // The installer's own packages are asked for by installers, a few times in a machine's life.
  if (steps.includes("debian-installer")) return false;
  if (steps.at(-1) !== "Packages") return false;
  const [, architecture] = /^binary-(.+)$/.exec(steps.at(-2) ?? "") ?? [];
  // A flat repository's has all architectures.
  return architecture === undefined || ["all", ...architectures].includes(architecture);
}
