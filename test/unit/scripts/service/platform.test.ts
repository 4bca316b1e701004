/** What the Worker is given of this machine. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { databasePaths } from "../../../../scripts/service/platform.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

test("an IP database counts when its file is there", () => {
  const folder = temporaryFolder("nearmirror-empty-");
  expect(databasePaths(folder)).toEqual({});
  writeFileSync(join(folder, "asn.mmdb"), "");
  expect(databasePaths(folder)).toEqual({ ASN_DATABASE: join(folder, "asn.mmdb") });
});
