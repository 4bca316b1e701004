/** Roots that clients accept move a repository on; one that they refuse leaves the held state whole. */
import type { PrivateKey } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import {
  armoured,
  bytesOf,
  clearSigned,
  makeKey,
  noon,
  signature,
} from "../../formats/openpgp/signing.ts";
import { Archive, indexName, indexPath, packages, releaseText, sha256 } from "./archive.ts";

const root = "dists/trixie/InRelease";
const hour = 3_600_000;
let key: PrivateKey;

beforeAll(async () => {
  key = await makeKey();
});

/** An archive with one good snapshot, and its clock an hour on. */
async function good(): Promise<Archive> {
  const archive = new Archive(key);
  await archive.publish({ indexes: { [indexName]: packages("old") }, put: ["InRelease"] });
  expect(await archive.follow()).toBe(true);
  archive.now += hour;
  return archive;
}

/** The next state, an hour after the first, changed and signed. */
async function putNext(archive: Archive, change: (text: string) => string): Promise<string> {
  const body = packages("new");
  const text = change(releaseText({ date: noon + hour, indexes: { [indexName]: body } }));
  archive.origin.put(root, await clearSigned(text, [key], { at: noon + hour }));
  archive.origin.put(indexPath, body);
  return sha256(body);
}

test.each<[what: string, change: (text: string) => string, date: number]>([
  ["a Date with a zone", (text) => text.replace("13:00:00 GMT", "15:00:00 +0200"), noon + hour],
  ["a field again", (text) => text.replace("Date", "Label: a\nLabel: b\nDate"), noon + hour],
  [
    "lines that are no field",
    (text) => text.replace("SHA256", "Description: a\nb\n.\nSHA256"),
    noon + hour,
  ],
  // The signature tells how old it is.
  ["no Date", (text) => text.replace(/Date: .*\n/, ""), noon + hour],
  ["a Date that is none", (text) => text.replace(/Date: .*/, "Date: today"), noon + hour],
  [
    "neither Suite nor Codename",
    (text) => text.replace(/Suite: .*\nCodename: .*\n/, ""),
    noon + hour,
  ],
])("apt, after a good state: %s", async (_what, change, date) => {
  const archive = await good();
  const hash = await putNext(archive, change);
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
  expect(archive.current.roots[0]?.date).toBe(date);
  expect(archive.manifest().files[indexPath]).toMatchObject({ sha256: hash });
});

test("a suite that isn't its folder's is taken where the list says so, and then no other is", async () => {
  const archive = new Archive(key, { listed: { suites: { [root]: "emqx" } } });
  await archive.publish({ suite: "emqx", codename: "emqx" });
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
  await archive.publish({ date: noon + 1000 });
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[root]).toBe(
    "It has the suite stable and the codename trixie, where emqx is expected.",
  );
  expect(await archive.keeper.follow({ ...archive.listed, suites: {} })).toBe(true);
});

test("without a Date, an older signature is a replay all the same", async () => {
  const archive = await good();
  const text = releaseText({}).replace(/Date: .*\n/, "");
  archive.origin.put(root, await clearSigned(text, [key], { at: noon - hour }));
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[root]).toMatch(/^It goes back/);
});

const repomdPath = "os/repodata/repomd.xml";
const hashes = { primary: sha256("primary"), other: sha256("other") };
const data = (type: keyof typeof hashes, size = "<size>7</size>", base = "") =>
  `<data type="${type}"><checksum type="sha256">${hashes[type]}</checksum><location ${base}href="repodata/${type}.xml"/>${size}</data>`;

async function putRepomd(archive: Archive, revision: number, inside: string): Promise<void> {
  const text = `<repomd xmlns="x"><revision>${revision}</revision>${inside}</repomd>`;
  archive.origin.put(repomdPath, text);
  archive.origin.put(`${repomdPath}.asc`, armoured(await signature(key, bytesOf(text))));
}

test("rpm, after a good state: an entry without size has the origin's", async () => {
  const archive = new Archive(key, { listed: { kind: "rpm", roots: [repomdPath] } });
  await putRepomd(archive, 1_700_000_000, data("primary"));
  expect(await archive.follow()).toBe(true);
  archive.origin.put("os/repodata/other.xml", "other");
  await putRepomd(archive, 1_700_000_001, data("primary") + data("other", ""));
  expect(await archive.follow()).toBe(true);
  expect(archive.alarms).toEqual({});
  expect(archive.manifest(repomdPath).files).toEqual({
    "os/repodata/primary.xml": { size: 7, sha256: hashes.primary },
    "os/repodata/other.xml": { size: 5, sha256: hashes.other },
  });
  expect(await archive.index("os/repodata/other.xml", "other")).toBe("stored");
});

test("rpm, after a good state: an entry at another base is left out, and said as long as it is", async () => {
  const archive = new Archive(key, { listed: { kind: "rpm", roots: [repomdPath] } });
  await putRepomd(archive, 1_700_000_000, data("primary"));
  expect(await archive.follow()).toBe(true);
  const elsewhere = data("other", undefined, 'xml:base="http://other.example/" ');
  await putRepomd(archive, 1_700_000_001, elsewhere + data("primary"));
  expect(await archive.follow()).toBe(true);
  const said = {
    [repomdPath]: expect.stringMatching(
      /^1 of its entries can't be used and is left out: line 1, column \d+: data of type "other" is at another base than the repository\.$/,
    ),
  };
  expect(archive.alarms).toEqual(said);
  expect(Object.keys(archive.manifest(repomdPath).files)).toEqual(["os/repodata/primary.xml"]);
  // The origin confirms it by 304.
  await archive.follow();
  expect(archive.alarms).toEqual(said);
  await putRepomd(archive, 1_700_000_002, data("primary"));
  await archive.follow();
  expect(archive.alarms).toEqual({});
});

test("when a newer root is first refused, what the held one names is pulled while it can be had", async () => {
  const archive = new Archive(key, { listed: { kind: "rpm", roots: [repomdPath] } });
  await putRepomd(archive, 1_700_000_000, data("primary"));
  archive.origin.put("os/repodata/primary.xml", "primary");
  expect(await archive.follow()).toBe(true);
  expect(archive.stored.has(hashes.primary)).toBe(false);
  archive.origin.put(repomdPath, "<repomd>");
  expect(await archive.follow()).toBe(false);
  expect(archive.stored.has(hashes.primary)).toBe(true);
  // Once: what it lacks isn't asked for again and again.
  const asked = archive.origin.asked.length;
  archive.origin.files.delete("os/repodata/primary.xml");
  await archive.follow();
  expect(archive.origin.paths().slice(asked)).not.toContain("os/repodata/primary.xml");
  expect(await archive.index("os/repodata/primary.xml", "primary")).toBe("stored");
});
