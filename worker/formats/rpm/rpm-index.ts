/** rpm: where the paths of its indexes begin. Pure. */
import { directoryOf } from "../index-reader.ts";

/** The directory that `repodata/` is in: what the hrefs are relative to (createrepo_c, without `xml:base`). */
export function rpmBase(root: string): string {
  return directoryOf(root).replace(/(^|\/)[^/]*\/$/, "$1");
}
