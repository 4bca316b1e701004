/** What a rule of the catalogue is. */

import type { Image } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import type { Releases } from "../releases.ts";

/** What a name says, by its distribution's rule. */
export interface Said
  extends Pick<Image, "distribution" | "version" | "series" | "type">,
    Partial<Pick<Image, "codename" | "edition" | "part" | "isPreview">> {
  /** As `Image.architecture`; absent: the one that the name, or else its folder, has as a token. */
  architecture?: string;
  /** Whose releases are meant, where the distribution has no own: Kubuntu's are Ubuntu's. Its support is not told then. */
  releasesOf?: string;
}

/** Says what a file is; undefined: it is none of this distribution. */
export type Rule = (name: ImageName, releases: Releases) => Said | undefined;
