/** apt's repositories: a suite's `InRelease` names the `Packages` and `Sources` that list its payload. */

import { nameBeside } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import { type KindFormat, packageDuplicates } from "../kind-format.ts";
import { any, image } from "../path-rules.ts";
import { aptList } from "./apt-list.ts";
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
    packages:
      /\.(?:deb|udeb|ddeb|dsc|diff\.gz)$|^pool\/.*\.tar\.(?:gz|xz|bz2|zst|lzma)(?:\.(?:asc|sig))?$/,
    packageEnd: ".deb",
    immutable: /\/by-hash\/[A-Za-z0-9]+\/[0-9a-f]{32,128}$/,
    architecture: /_([a-z0-9-]+)\.(?:u|d)?deb$|\/installer-([a-z0-9-]+)\//,
    beforeArchitecture: "_",
  },
  duplicates: packageDuplicates,
  roots: {
    dateInText: releaseDate,
    contentFault: (name, text) =>
      rootName.test(name) && !/^(?:MD5Sum|SHA\d+):/im.test(text)
        ? "It is no Release file: it lists no hashes."
        : undefined,
    scope: directoryOf,
    isBeside: (root, path) => besideRoot.test(nameBeside(root, path) ?? ""),
    isRootName: (name) => besideRoot.test(name),
  },
  lists: { ofPlaces: aptList },
  setup: aptSetup,
};
