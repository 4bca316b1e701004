/** Both views together, as they are compiled and published. */

import type { CatalogueView } from "../repositories/catalogue.ts";
import type { RosterView } from "./roster.ts";

/** Both views as they are shipped inside the bundle and stored by the edge's last-known-good store. */
export interface Views {
  roster: RosterView;
  catalogue: CatalogueView;
  /** The key files that repositories name, Base64, by their name. */
  keys?: Record<string, string>;
}
