/** How rpm's repositories are read. */
import { lastSegment } from "../beside-root.ts";
import type { KindReading } from "../kind-reading.ts";
import { rpmPackages } from "./packages.ts";
import { namesInRepomd, readRpmRoot } from "./read-rpm-root.ts";
import { rpmBase } from "./rpm-index.ts";
import { PrimaryReader } from "./rpm-primary.ts";

const rootName = "repomd.xml";

export const rpmReading: KindReading = {
  rootReader: (path) => (lastSegment(path) === rootName ? readRpmRoot : undefined),
  namesIn: namesInRepomd,
  rootsAre: "repomd.xml",
  signedWith: "OpenPGP",
  contents: {
    named: {
      // createrepo puts a file's hash before its name: what is the same index in each state is told by the rest.
      nameOf: (plain) =>
        /(?:^|\/)(?:[0-9a-f]{32,128}-)?primary\.xml$/.test(plain)
          ? plain.replace(/(^|\/)[0-9a-f]{32,128}-/, "$1")
          : undefined,
      reader: (root) => (sink) => new PrimaryReader(rpmBase(root), sink),
      // The architecture is a step of the path. Of primary there is one, in whatever compression.
      isAhead: (name, architectures) =>
        name.split("/").some((step) => architectures.includes(step)),
    },
  },
  packages: rpmPackages,
};
