/** Files that Debian signed, with the keys of the mirror list. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRelease } from "../../../../worker/formats/apt/release.ts";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { verifyClearsigned } from "../../../../worker/formats/openpgp/verify.ts";
import { day, noon, textOf } from "./signing.ts";

const keysDirectory = new URL("../../../../mirror-list/keys/", import.meta.url);
/** As in the files of Debian's own keyring package, by `gpg --show-keys`. */
const debianKeys: Record<string, string> = {
  "debian-archive-bookworm-automatic.gpg": "B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8",
  "debian-archive-bookworm-security-automatic.gpg": "05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0",
  "debian-archive-bookworm-stable.gpg": "4D64FEC119C2029067D6E791F8D2585B8783D481",
  "debian-archive-trixie-automatic.gpg": "04B54C3CDCA79751B16BC6B5225629DF75B188BD",
  "debian-archive-trixie-security-automatic.gpg": "5E04A1E3223A19A20706E20F9904613D4CCE68C6",
  "debian-archive-trixie-stable.gpg": "41587F7DB8C774BCCF131416762F67A0B2C39DE4",
};

const keyring = (names: string[]) =>
  readKeys(
    names.map((file) => ({
      file,
      bytes: readFileSync(new URL(file, keysDirectory)),
      fingerprints: [debianKeys[file] ?? ""],
    })),
  );

const fixture = readFileSync(new URL("fixtures/bookworm-security-InRelease", import.meta.url));
const securityKey = "debian-archive-bookworm-security-automatic.gpg";

test("bookworm-security of 21 November 2026", async () => {
  const found = await verifyClearsigned(fixture, await keyring([securityKey]), noon);
  // By `gpg --list-packets`; the other signature is by a key of bullseye's.
  expect(found).toMatchObject({ signedBy: debianKeys[securityKey], signedAt: 1795222383000 });
  if ("refused" in found) return;
  const suites = { suites: ["oldstable-security"], codenames: ["bookworm-security"] };
  const release = readRelease(found.text, suites, noon);
  expect(release).toMatchObject({
    date: Date.UTC(2026, 10, 21, 0, 53, 2),
    validUntil: Date.UTC(2026, 10, 28, 0, 53, 2),
    acquireByHash: true,
    architectures: ["amd64", "arm64", "armhf", "i386", "ppc64el"],
  });
  if ("refused" in release) return;
  // As many as lines of hashes, counted without the reader.
  expect(release.entries).toHaveLength(textOf(fixture).match(/^ [0-9a-f]{64} /gm)?.length ?? 0);
  expect(readRelease(found.text, suites, noon + 7 * day)).toHaveProperty("expiredAt");
});

test("the same with the keys of another suite, and after its key's end", async () => {
  const others = await keyring(["debian-archive-bookworm-automatic.gpg"]);
  expect(await verifyClearsigned(fixture, others, noon)).toEqual({
    refused: "No good signature by a pinned key: signed by 54404762BBB6E853, BDE6D2B9216EC7A8.",
  });
  // gpg --list-keys: expires 2031-01-19.
  const found = await verifyClearsigned(
    fixture,
    await keyring([securityKey]),
    Date.UTC(2031, 0, 20),
  );
  expect(found).toMatchObject({ refused: expect.stringMatching(/by the expired key 05AB9034/) });
});

/** Alpine's, which sign as RSA without OpenPGP. */
const isRsa = (file: string) => file.endsWith(".rsa.pub");

test("every OpenPGP key file of the mirror list can be read", async () => {
  const listed = new Map<string, string[]>();
  const directory = new URL("../../../../mirror-list/repositories/", import.meta.url);
  for (const name of readdirSync(directory)) {
    const yaml = readFileSync(new URL(name, directory), "utf8");
    for (const [, file = "", fingerprints = ""] of yaml.matchAll(
      /- file: (\S+)\n(?: +#.*\n)* +fingerprints: \[([^\]]+)\]/g,
    )) {
      listed.set(file, [...(listed.get(file) ?? []), ...fingerprints.split(/, */)]);
    }
  }
  expect([...listed.keys()].sort()).toEqual(readdirSync(keysDirectory).sort());
  for (const [file, fingerprints] of [...listed].filter(([name]) => !isRsa(name))) {
    const bytes = readFileSync(new URL(file, keysDirectory));
    const once = [...new Set(fingerprints)];
    expect((await readKeys([{ file, bytes, fingerprints: once }])).keys).toHaveLength(once.length);
  }
});

/** What this machine's apt took, of the suites whose keys we ship. */
function installed(): string[] {
  const lists = "/var/lib/apt/lists";
  try {
    return readdirSync(lists)
      .filter((name) => /(?:^|_)dists_(?:bookworm|trixie)[a-z-]*_InRelease$/.test(name))
      .map((name) => join(lists, name))
      .filter((path) => /^Origin: Debian$/m.test(readFileSync(path, "utf8").slice(0, 500)));
  } catch {
    return [];
  }
}

const inReleases = installed();
test.skipIf(inReleases.length === 0)(
  `this machine's ${inReleases.length} InRelease of Debian (skipped where there are none)`,
  async () => {
    const all = await keyring(Object.keys(debianKeys));
    for (const path of inReleases) {
      // apt gives the file the time the server told.
      const now = statSync(path).mtimeMs + 3_600_000;
      const found = await verifyClearsigned(readFileSync(path), all, now);
      expect(found, path).toHaveProperty("signedBy");
      if ("refused" in found) continue;
      const [, codename = ""] = /dists_([a-z-]+)_InRelease$/.exec(path) ?? [];
      const release = readRelease(found.text, { codenames: [codename] }, now);
      expect(release, path).toHaveProperty("entries");
      if ("refused" in release) continue;
      const lines = textOf(found.text).match(/^ [0-9a-f]{64} +\d+ \S+$/gm) ?? [];
      expect(release.entries).toHaveLength(new Set(lines.map((line) => line.split(/ +/)[3])).size);
    }
  },
);
