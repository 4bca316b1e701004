/** What stands beside a repomd.xml of a repository without keys. */
import { expect, test } from "vitest";
import { readSnapshotRoot } from "../../../../worker/formats/read-snapshot-root.ts";
import { repository, StandInOrigin, sha256 } from "../../repositories/origin.ts";

const root = "os/repodata/repomd.xml";
const repomd = `<?xml version="1.0"?><repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>1700000000</revision><data type="primary"><checksum type="sha256">${sha256("")}</checksum><location href="repodata/primary.xml.gz"/><size>20</size></data></repomd>`;

test.each([
  ["a signature goes with it", "-----BEGIN PGP SIGNATURE-----\n", [root, `${root}.asc`]],
  ["a web page is no signature", "<!doctype html><title>Not found</title>", [root]],
])("%s", async (_, beside, files) => {
  const origin = new StandInOrigin();
  origin.put(root, repomd);
  origin.put(`${root}.asc`, beside);
  const answer = await readSnapshotRoot(
    {
      listed: repository({ kind: "rpm", roots: [root] }),
      access: origin.access,
      readAs: "checksums",
      now: Date.UTC(2026, 10, 1),
    },
    root,
  );
  expect("root" in answer ? answer.root.files.map(({ path }) => path) : answer).toEqual(files);
});
