/** What lists of packages show of each. Pure. */
import type { PackageRecord } from "../../formats/package-record.ts";

/** A record without what only a page of its own shows: of Debian's main half a kilobyte in place of a whole one. */
export function briefOf(record: PackageRecord): PackageRecord {
  const { description: _, relations: __, commands: ___, tags: ____, ...rest } = record;
  const { maintainer: _maintainer, priority: _priority, sourceVersion: _version, ...more } = rest;
  const { descriptionDigest: _digest, ...brief } = more;
  return brief;
}
