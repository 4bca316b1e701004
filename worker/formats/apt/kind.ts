/** apt's repositories: a suite's `InRelease` names the `Packages` and `Sources` that list its payload. */

import { lastSegment, nameBeside } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import { type KindFormat, packageDuplicates } from "../kind-format.ts";
import { any, image } from "../path-rules.ts";
import { aptBase, chooseAptIndex } from "./apt-index.ts";
import { aptList } from "./apt-list.ts";
import { packagesReader, sourcesReader } from "./apt-packages.ts";
import { readAptRoot } from "./read-apt-root.ts";
import { releaseDate } from "./release-date.ts";
import { aptSetup } from "./setup.ts";

const rootName = /^(?:InRelease|Release)$/;
const besideRoot = /^(?:InRelease|Release(?:\.gpg)?)$/;

export const apt: KindFormat = {
  paths: {
    // Images of the installer live under dists/; those of `current/` change in place.
    metadata: /^dists\/(?!.*\/installer-[^/]+\/(?!current\/)[^/]+\/images\/)/,
    payload: any(
      /\.(?:deb|udeb|ddeb|dsc|diff\.gz)$/,
      /\.tar\.(?:gz|xz|bz2|zst|lzma)(?:\.(?:asc|sig))?$/,
      image,
      /^dists\/.*\/images\/.*\/(?:linux|vmlinuz|initrd\.gz)$/,
    ),
    immutable: /\/by-hash\/[A-Za-z0-9]+\/[0-9a-f]{32,128}$/,
    architecture: /_([a-z0-9-]+)\.(?:u|d)?deb$|\/installer-([a-z0-9-]+)\//,
  },
  duplicates: packageDuplicates,
  roots: {
    reader: (path) => (rootName.test(lastSegment(path)) ? readAptRoot : undefined),
    dateInText: releaseDate,
    contentFault: (name, text) =>
      rootName.test(name) && !/^SHA256:/m.test(text)
        ? "It is no Release file: it has no SHA256 section."
        : undefined,
    scope: directoryOf,
    isBeside: (root, path) => besideRoot.test(nameBeside(root, path) ?? ""),
    isRootName: (name) => besideRoot.test(name),
  },
  contents: {
    named: {
      nameOf: (plain) => (/(?:^|\/)(?:Packages|Sources)$/.test(plain) ? plain : undefined),
      reader: (root, name) => {
        const read = name.endsWith("Sources") ? sourcesReader : packagesReader;
        return (sink) => read(aptBase(root), sink);
      },
      isAhead,
      aheadEndings: [".xz", ".gz"],
      chooseSampled: (root, text, wanted) => chooseAptIndex(root, text, wanted, wanted.random),
    },
    samples: (root, text, wanted) => {
      if (!rootName.test(lastSegment(root))) return `${root} names no index we read`;
      const index = chooseAptIndex(root, text, wanted, wanted.random);
      if (typeof index === "string") return index;
      const base = aptBase(root);
      return { index, base, read: (sink) => packagesReader(base, sink) };
    },
  },
  lists: { ofPlaces: aptList },
  setup: aptSetup,
};

function isAhead(name: string, architectures: readonly string[]): boolean {
  const steps = name.split("/");
  // The installer's own packages are asked for by installers, a few times in a machine's life.
  if (steps.includes("debian-installer")) return false;
  const architecture = steps.at(-2)?.replace(/^binary-/, "") ?? "";
  return steps.at(-1) === "Packages" && ["all", ...architectures].includes(architecture);
}
