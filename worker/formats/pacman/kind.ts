/** pacman's repositories: a database (`core.db`) is root and list of payload in one. */

import { isRootOrSigns, lastSegment, nameBeside } from "../beside-root.ts";
import { directoryOf } from "../index-reader.ts";
import { type KindFormat, packageDuplicates } from "../kind-format.ts";
import { any, image, never } from "../path-rules.ts";
import { pacmanList } from "./pacman-list.ts";
import { pacmanSetup } from "./setup.ts";

/** A database, what lists its packages' files, both under the names that say how they are packed, and what signs them. */
const besideRoot = /^([^/]+)\.(?:db|files)(?:\.tar(?:\.[a-z0-9]+)?)?(?:\.sig)?$/;

export const pacman: KindFormat = {
  paths: {
    metadata: /\.(?:db|files)(?:\.tar\.[a-z0-9]+)?(?:\.sig)?$/,
    // A package and its signature go to one mirror: pacman asks for .sig beside the redirected URL (observed).
    payload: any(/\.pkg\.tar(?:\.[a-z0-9]+)?(?:\.sig)?$/, image),
    packages: /\.pkg\.tar(?:\.[a-z0-9]+)?(?:\.sig)?$/,
    packageEnd: ".pkg.tar.zst",
    immutable: never,
    architecture: /-([a-z0-9_]+)\.pkg\.tar/,
  },
  duplicates: packageDuplicates,
  comesBack: true,
  signatureEnd: ".sig",
  roots: {
    scope: directoryOf,
    isBeside: (root, path) => {
      if (!root.endsWith(".db")) return isRootOrSigns(root, path);
      const database = besideRoot.exec(nameBeside(root, path) ?? "")?.[1];
      return database !== undefined && `${database}.db` === lastSegment(root);
    },
    isRootName: (name) => besideRoot.test(name),
  },
  lists: { ofPlaces: pacmanList },
  setup: pacmanSetup,
};
