/** How pacman's repositories are read. */
import { directoryOf } from "../index-reader.ts";
import type { KindReading } from "../kind-reading.ts";
import { pacmanPackages } from "./packages.ts";
import { pacmanReader } from "./pacman-db.ts";
import { readPacmanRoot } from "./read-pacman-root.ts";

export const pacmanReading: KindReading = {
  rootReader: (path) => (path.endsWith(".db") ? readPacmanRoot : undefined),
  rootsAre: "a database, NAME.db",
  signedWith: "OpenPGP",
  contents: { rootReader: (root) => (sink) => pacmanReader(directoryOf(root), sink) },
  packages: pacmanPackages,
};
