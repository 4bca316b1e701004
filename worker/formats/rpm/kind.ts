/** rpm's repositories: `repomd.xml` names the `primary.xml` that lists the payload. */

import { isRootOrSigns } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import { type KindFormat, packageDuplicates } from "../kind-format.ts";
import { any, image } from "../path-rules.ts";
import { repomdName } from "./repodata.ts";
import { repomdDate } from "./repomd-date.ts";
import { rpmSetup } from "./setup.ts";

export const rpm: KindFormat = {
  paths: {
    metadata: /(?:^|\/)repodata\//,
    payload: any(/\.d?rpm$/, image, /\/images\/.*\/(?:vmlinuz|initrd\.img)$/),
    // createrepo names indexes by their checksum unless told not to.
    packages: /\.d?rpm$/,
    packageEnd: ".rpm",
    immutable: /(?:^|\/)repodata\/[0-9a-f]{32,128}-[^/]+$/,
    // A mirror that carries some architectures carries their trees, with the noarch and i686 packages in them.
    architecture:
      /(?:^|[/-])(x86_64(?:_v2)?|aarch64|ppc64le|s390x|i686|armhfp)[/.-]|\.([a-z0-9_]+)\.d?rpm$/,
  },
  duplicates: packageDuplicates,
  comesBack: true,
  roots: {
    dateInText: repomdDate,
    contentFault: (name, text) =>
      name === repomdName && !/<repomd[\s>]/.test(text)
        ? "It is no repomd.xml: it has no <repomd>."
        : undefined,
    scope: (root) => directoryOf(root).replace(/(^|\/)repodata\/$/, "$1"),
    isBeside: isRootOrSigns,
    isRootName: (name) => /^repomd\.xml(?:\.asc)?$/.test(name),
  },
  lists: { byChannel: true, atFile: "negotiated" },
  setup: rpmSetup,
};
