/** rpm's repositories: `repomd.xml` names the `primary.xml` that lists the payload. */

import { isRootOrSigns, lastSegment } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import { type KindFormat, packageDuplicates } from "../kind-format.ts";
import { any, image } from "../path-rules.ts";
import { readRpmRoot } from "./read-rpm-root.ts";
import { repomdDate } from "./repomd-date.ts";
import { findPrimary, rpmBase } from "./rpm-index.ts";
import { PrimaryReader } from "./rpm-primary.ts";
import { rpmSetup } from "./setup.ts";

const rootName = "repomd.xml";

export const rpm: KindFormat = {
  paths: {
    metadata: /(?:^|\/)repodata\//,
    payload: any(/\.d?rpm$/, image, /\/images\/.*\/(?:vmlinuz|initrd\.img)$/),
    // createrepo names indexes by their checksum unless told not to.
    immutable: /(?:^|\/)repodata\/[0-9a-f]{32,128}-[^/]+$/,
    // A mirror that carries some architectures carries their trees, with the noarch and i686 packages in them.
    architecture:
      /(?:^|[/-])(x86_64(?:_v2)?|aarch64|ppc64le|s390x|i686|armhfp)[/.-]|\.([a-z0-9_]+)\.d?rpm$/,
  },
  duplicates: packageDuplicates,
  roots: {
    reader: (path) => (lastSegment(path) === rootName ? readRpmRoot : undefined),
    dateInText: repomdDate,
    contentFault: (name, text) =>
      name === rootName && !/<repomd[\s>]/.test(text)
        ? "It is no repomd.xml: it has no <repomd>."
        : undefined,
    scope: (root) => directoryOf(root).replace(/(^|\/)repodata\/$/, "$1"),
    isBeside: isRootOrSigns,
    isRootName: (name) => /^repomd\.xml(?:\.asc)?$/.test(name),
  },
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
    samples: (root, text) => {
      if (lastSegment(root) !== rootName) return `${root} names no index we read`;
      const index = findPrimary(root, text);
      if (typeof index === "string") return index;
      const base = rpmBase(root);
      // Its name has its hash in it, so what is remembered goes by the root's.
      return {
        index: { ...index, path: root },
        base,
        read: (sink) => new PrimaryReader(base, sink),
      };
    },
  },
  lists: { byChannel: true, atFile: "negotiated" },
  setup: rpmSetup,
};
