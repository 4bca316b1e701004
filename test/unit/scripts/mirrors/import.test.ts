import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { parseAlmalinuxMirror } from "../../../../scripts/mirrors/import/almalinux.ts";
import { parseDebianList } from "../../../../scripts/mirrors/import/debian.ts";
import type { ListKind } from "../../../../scripts/mirrors/import/lists.ts";
import { runImport } from "../../../../scripts/mirrors/import/run-import.ts";
import { ownersDomain } from "../../../../scripts/mirrors/import/siblings.ts";
import type { ImportSummary } from "../../../../scripts/mirrors/import/summary.ts";
import { parseUbuntuList } from "../../../../scripts/mirrors/import/ubuntu.ts";
import { listFolder, now, repositoryTexts, siteText } from "./list.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const almalinuxFiles = readdirSync(fixture(""))
  .filter((name) => name.endsWith(".yml"))
  .map(fixture);

async function summaryOf(dir: string, kind: ListKind, ...files: string[]): Promise<ImportSummary> {
  const result = await runImport({ kind }, files, dir, now);
  if (Array.isArray(result)) throw new Error(JSON.stringify(result));
  return result;
}

async function importAll(dir: string): Promise<ImportSummary[]> {
  return [
    await summaryOf(dir, "debian", fixture("debian.masterlist")),
    await summaryOf(dir, "almalinux", ...almalinuxFiles),
    await summaryOf(dir, "ubuntu", fixture("ubuntu.mirrors")),
  ];
}

/** All files of a list's `mirrors`, by name. */
function mirrorTexts(dir: string): Record<string, string> {
  const folder = join(dir, "mirrors");
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

const site = (dir: string, name: string) =>
  parse(readFileSync(join(dir, "mirrors", `${name}.yaml`), "utf8"));

describe("the three lists, one after the other", () => {
  test("every entry is accounted for", async () => {
    const dir = listFolder();
    const summaries = await importAll(dir);
    expect(summaries.map((summary) => summary.read)).toEqual([6, almalinuxFiles.length, 7]);
    for (const { read, written, merged, unchanged, notUsed } of summaries) {
      expect(written + merged + unchanged + notUsed.length).toBe(read);
    }
    // Debian makes three files; AlmaLinux adds to one of them, Ubuntu's two URLs to the same one.
    expect(summaries.map(({ written, merged }) => [written, merged])).toEqual([
      [3, 0],
      [3, 1],
      [2, 2],
    ]);
    const written = summaries.reduce((sum, summary) => sum + summary.written, 0);
    expect(Object.keys(mirrorTexts(dir))).toHaveLength(written);
  });

  test("what isn't used is named with its reason", async () => {
    const [debian, almalinux, ubuntu] = await importAll(listFolder());
    const reasons = (remarks: ImportSummary["notUsed"] = []) =>
      Object.fromEntries(remarks.map(({ label, why }) => [label.split(" ")[0], why]));
    expect(reasons(debian?.notUsed)).toEqual({
      "origin.example.org": expect.stringContaining("origin"),
      "old.example.us": expect.stringContaining("no repository"),
      "rsync.example.de": expect.stringContaining("no repository"),
    });
    expect(debian?.partsNotUsed.map(({ why }) => why).join("\n")).toMatch(/debian-ports/);
    expect(reasons(almalinux?.notUsed)).toEqual({
      "nobody.example.com.yml": expect.stringContaining("private"),
    });
    expect(almalinux?.partsNotUsed.map(({ why }) => why).join("\n")).toMatch(/kitten[\s\S]*|ftp/);
    expect(almalinux?.partsNotUsed).toHaveLength(2);
    expect(Object.keys(reasons(ubuntu?.notUsed)).sort()).toEqual([
      "ftp://ftp.example.de/ubuntu/",
      "http://archive.ubuntu.com/ubuntu/",
      "https://ports.example.de/ubuntu-ports/",
    ]);
  });

  test("one host in three lists is one site", async () => {
    const dir = listFolder();
    await importAll(dir);
    expect(site(dir, "both.example.de")).toEqual({
      name: "both.example.de",
      sponsor: { name: "Both Ltd", url: "https://both.example/" },
      country: "DE",
      city: "Frankfurt am Main",
      latitude: expect.closeTo(50.1, 0),
      longitude: expect.closeTo(8.7, 0),
      asn: 64500,
      base: {
        http: "http://both.example.de/",
        https: "https://both.example.de/",
        rsync: "rsync://both.example.de/",
      },
      repositories: {
        // Debian's list speaks of http only; that AlmaLinux has https there makes it likely, no more.
        debian: { path: "pub/debian/", assumed: ["https"] },
        almalinux: { path: "almalinux/", rsync: "almalinux/" },
        // Listed by both schemes: nothing assumed, nothing restricted.
        ubuntu: { path: "ubuntu/" },
      },
    });
  });

  test("https that is only assumed is reported as doubted", async () => {
    const summaries = await importAll(listFolder());
    const doubted = summaries.flatMap((summary) => summary.doubted.map(({ why }) => why));
    expect(doubted.filter((why) => /debian by https: assumed/.test(why))).toHaveLength(1);
  });

  test("a place taken from the host name is doubted in the report and noted in the file", async () => {
    const dir = listFolder();
    const [, almalinux] = await importAll(dir);
    expect(almalinux?.doubted.map(({ why }) => why)).toContainEqual(
      expect.stringContaining("took Dallas from the host name"),
    );
    expect(site(dir, "dal.mirrors.example.net")).toMatchObject({
      country: "US",
      city: "Dallas",
      note: expect.stringContaining("host name"),
    });
  });

  test("a second run changes nothing", async () => {
    const dir = listFolder();
    await importAll(dir);
    const first = mirrorTexts(dir);
    const again = await importAll(dir);
    expect(mirrorTexts(dir)).toEqual(first);
    expect(again.map(({ written, merged }) => written + merged)).toEqual([0, 0, 0]);
  });

  test("what an operator wrote survives, comments included, while gaps are filled", async () => {
    const own = `# yaml-language-server: $schema=../schema/mirror.schema.json
# Ours, ring before touching.
name: both.example.de
country: DE
city: Mainz # the second hall
latitude: 50.0
longitude: 8.27
capacity: 25000
base:
  http: http://both.example.de/
families: [ipv4]
state: {is: drained, by: ops, why: moving}
repositories:
  debian: # their own tree
    path: my/debian/
    exclude: [dists/sid/]
`;
    const dir = listFolder({ "both.example.de": own });
    const summaries = await importAll(dir);
    const after = mirrorTexts(dir)["both.example.de.yaml"] ?? "";
    for (const comment of own.match(/#.*/g) ?? []) expect(after).toContain(comment);
    const said = parse(own);
    expect(parse(after)).toMatchObject({
      ...said,
      base: said.base,
      repositories: said.repositories,
    });
    expect(parse(after)).toMatchObject({
      base: { https: "https://both.example.de/" },
      repositories: { almalinux: { path: "almalinux/" }, ubuntu: { path: "ubuntu/" } },
    });
    const kept = summaries.flatMap((summary) => summary.kept.map(({ why }) => why)).join("\n");
    expect(kept).toContain('debian at "my/debian/"');
  });

  test("an approximate place gives way to a known one, and not the other way round", async () => {
    const dir = listFolder();
    await summaryOf(dir, "ubuntu", fixture("ubuntu.mirrors"));
    expect(site(dir, "ubuntu.example.pl")).toMatchObject({ approximate: true });
    // ftp.example.pl, in Gdańsk, has the same owner; the guess is noted in the file.
    const debian = await summaryOf(dir, "debian", fixture("debian.masterlist"));
    expect(site(dir, "ubuntu.example.pl")).toMatchObject({
      city: "Gdańsk",
      note: expect.stringContaining("ftp.example.pl"),
    });
    expect(site(dir, "ubuntu.example.pl")).not.toHaveProperty("approximate");
    expect(debian.doubted.map(({ why }) => why).join("\n")).toContain("took Gdańsk");
    const before = site(dir, "both.example.de");
    await summaryOf(dir, "ubuntu", fixture("ubuntu.mirrors"));
    expect(site(dir, "both.example.de")).toEqual(before);
  });

  test("an entry that the check would refuse is left out and told, and costs the others nothing", async () => {
    // The operator's own name for a mirror, whose host the upstream list has as another entry.
    const ours =
      "name: ours\nbase: {http: 'http://ftp.example.org/'}\nrepositories: {ubuntu: {path: ubuntu/}}\n";
    const dir = listFolder({ ours });
    const file = join(dir, "mirrors.txt");
    const urls = [
      "http://[::1]/ubuntu/",
      "http://ftp.example.org/ubuntu/",
      "http://-.example/ubuntu/",
      "http://a_b.example/ubuntu/",
      "http://good.example/ubuntu/",
      "http://good.example/ubuntu%zz/",
    ];
    writeFileSync(file, urls.join("\n"));
    const summary = await summaryOf(dir, "ubuntu", file);
    expect(summary).toMatchObject({ read: 6, written: 1 });
    expect(summary.notUsed.map(({ label }) => label.split(" ")[0])).toEqual(urls.slice(0, 4));
    expect(summary.notUsed[1]?.why).toContain("`ubuntu` of ours");
    expect(Object.keys(mirrorTexts(dir)).sort()).toEqual(["good.example.yaml", "ours.yaml"]);
    expect((await compileMirrorList(dir, now)).errors).toEqual([]);
  });

  test("a repository that the list hasn't is left out", async () => {
    const { "debian-cd": _, ...repositories } = repositoryTexts;
    const dir = listFolder({}, repositories);
    const summary = await summaryOf(dir, "debian", fixture("debian.masterlist"));
    expect(summary.written).toBeGreaterThan(0);
    expect(summary.partsNotUsed.map(({ why }) => why).join("\n")).toContain(
      "debian-cd: not imported",
    );
    expect((await compileMirrorList(dir, now)).errors).toEqual([]);
    const none = listFolder({}, { ubuntu: repositoryTexts.ubuntu });
    expect(await summaryOf(none, "debian", fixture("debian.masterlist"))).toMatchObject({
      written: 0,
    });
    expect(mirrorTexts(none)).toEqual({});
  });

  test("a site whose file ends in .yml is written there", async () => {
    const dir = listFolder();
    const file = join(dir, "mirrors", "both.example.de.yml");
    writeFileSync(file, siteText("both.example.de"));
    await importAll(dir);
    expect(readFileSync(file, "utf8")).toContain("ubuntu");
    expect(Object.keys(mirrorTexts(dir))).not.toContain("both.example.de.yaml");
  });

  test("a list with an error takes no import", async () => {
    const dir = listFolder({ "a.example": "name: b.example\n" });
    const result = await runImport({ kind: "debian" }, [fixture("debian.masterlist")], dir, now);
    expect(Array.isArray(result)).toBe(true);
    expect(Object.keys(mirrorTexts(dir))).toEqual(["a.example.yaml"]);
  });

  test("a file that was made can be read back by the check that guards it", async () => {
    const dir = listFolder();
    await importAll(dir);
    writeFileSync(join(dir, "mirrors", "zz.example.yaml"), "name: other.example\n");
    const result = await runImport({ kind: "debian" }, [fixture("debian.masterlist")], dir, now);
    if (!Array.isArray(result)) throw new Error("no errors found");
    expect(result.every((problem) => problem.file.endsWith("zz.example.yaml"))).toBe(true);
  });
});

describe("Debian's list", () => {
  const parsed = parseDebianList(readFileSync(fixture("debian.masterlist"), "utf8"), {
    debian: ["amd64", "arm64", "i386"],
  });
  const entry = (name: string) => parsed.entries.find((found) => found.name === name);

  test("architectures are those of the repository; all of them are left unsaid", () => {
    expect(entry("ftp.example.pl")?.repositories.debian?.architectures).toEqual(["amd64", "i386"]);
    expect(entry("both.example.de")?.repositories.debian?.architectures).toBeUndefined();
  });

  test("paths by rsync are their own, and sponsors are all named", () => {
    expect(entry("ftp.example.pl")).toMatchObject({
      sponsor: { name: "First Sponsor, Second Sponsor", url: "http://first.example/" },
      repositories: {
        debian: {
          urls: { http: "http://ftp.example.pl/debian/" },
          rsync: "rsync://ftp.example.pl/ftp/site/debian/",
        },
        "debian-cd": { rsync: "rsync://ftp.example.pl/debian-iso/" },
      },
    });
  });
});

describe("the list of one of Debian's relatives", () => {
  /** In the form of Parrot's and grml's. */
  const parrot = `Site: leaf.example.fr
Country: FR France
Location: Paris
Type: leaf
Archive-http: /parrot/
Archive-https: /parrot/
Archive-rsync: parrot/

Site: push.example.it
Country: IT Italy
Type: Push-Secondary
Archive-https: /mirrors/parrot

Site: second.example.de
Country: DE Germany
Type: Secondary
Archive-http: /parrot/

Site: origin.example.org
Type: Origin
Archive-http: /parrot/

Site: geo.example.org
Type: GeoDNS
Archive-http: /parrot/
`;
  const parrotText =
    "name: parrot\nkind: apt\ntitle: Parrot\norigin: https://deb.parrot.example/parrot/\n";
  const list = (repositories: Record<string, string>) => {
    const dir = listFolder({}, repositories);
    const file = join(dir, "Mirrors.masterlist");
    writeFileSync(file, parrot);
    return { dir, file };
  };

  test("is imported for the repository that is named", async () => {
    const { dir, file } = list({ ...repositoryTexts, parrot: parrotText });
    const result = await runImport({ kind: "debian", repository: "parrot" }, [file], dir, now);
    expect(result).toMatchObject({
      read: 5,
      written: 3,
      notUsed: [{ why: "it is an origin, not a mirror" }, { why: "Type: GeoDNS, not one site" }],
    });
    expect(site(dir, "leaf.example.fr")).toMatchObject({
      base: { https: "https://leaf.example.fr/", http: "http://leaf.example.fr/" },
      repositories: { parrot: { path: "parrot/" } },
    });
    expect(site(dir, "leaf.example.fr").repositories.parrot).not.toHaveProperty("assumed");
    expect(site(dir, "push.example.it")).toMatchObject({
      base: { https: "https://push.example.it/" },
      repositories: { parrot: { path: "mirrors/parrot/" } },
    });
    expect((await compileMirrorList(dir, now)).errors).toEqual([]);
  });

  test("isn't taken for Debian's own", async () => {
    const { dir, file } = list(repositoryTexts);
    await expect(runImport({ kind: "debian" }, [file], dir, now)).rejects.toThrow(
      "The archive of this list is at /parrot/, which isn't Debian's by its name. Say whose it is: --repository NAME",
    );
    await expect(
      runImport({ kind: "debian", repository: "parrot" }, [file], dir, now),
    ).rejects.toThrow(
      "There is no repository parrot. Write mirror-list/repositories/parrot.yaml first.",
    );
    expect(readdirSync(join(dir, "mirrors"))).toEqual([]);
  });
});

describe("AlmaLinux's files", () => {
  const parsed = (text: string) => parseAlmalinuxMirror(text, "x.yml");
  const minimal = "name: x\naddress:\n  https: https://x.example/almalinux\n";

  test("private with networks: private to them", () => {
    const text = readFileSync(fixture("private.example.com.yml"), "utf8");
    expect(parsed(text).entries[0]).toMatchObject({ private: true, asns: [64501, 64502] });
  });
  test("a mirror inside a cloud is private to the cloud's networks, and doubted", () => {
    const found = parsed(readFileSync(fixture("cloud.example.net.yml"), "utf8"));
    expect(found.entries[0]).toMatchObject({
      private: true,
      asns: expect.arrayContaining([16509]),
    });
    expect(found.doubted).toHaveLength(1);
    expect(parsed(`${minimal}cloud_type: somebody\n`).notUsed).toHaveLength(1);
  });
  test("subnets of a public mirror are its own networks; what is no network is reported", () => {
    const found = parsed(`${minimal}subnets: [192.0.2.0/24, nonsense]\n`);
    expect(found.entries[0]).toMatchObject({ prefixes: ["192.0.2.0/24"] });
    expect(found.entries[0]?.private).toBeUndefined();
    expect(found.partsNotUsed).toHaveLength(1);
  });
  test("the URL's scheme counts, not the key it stands under", () => {
    const found = parsed("name: x\naddress:\n  http: https://x.example/a/\n");
    expect(found.entries[0]?.repositories.almalinux?.urls).toEqual({
      https: "https://x.example/a/",
    });
    expect(found.doubted).toHaveLength(1);
  });
  test("a repeated key and broken YAML are reported", () => {
    expect(parsed(`${minimal}sponsor: a\nsponsor: b\n`)).toMatchObject({
      entries: [{ sponsor: { name: "b" } }],
      doubted: [{ label: "x.yml" }],
    });
    expect(parsed("name: [").notUsed).toHaveLength(1);
  });
  test("credentials, queries and other schemes never become a base URL", () => {
    for (const url of [
      "https://me:pw@x.example/",
      "https://x.example/?a",
      "javascript:alert(1)",
      "ftp://x.example/",
    ]) {
      expect(parsed(`name: x\naddress:\n  https: "${url}"\n`).entries).toEqual([]);
    }
  });
});

test("Ubuntu's list: each URL is an entry, with the country above it", () => {
  const found = parseUbuntuList(
    "#LOC:AM\nhttp://a.example/u/\n\n#LOC:AR\nhttps://b.example/\nnonsense\n",
  );
  expect(found.read).toBe(3);
  expect(found.entries.map(({ name, place }) => [name, place.country])).toEqual([
    ["a.example", "AM"],
    ["b.example", "AR"],
  ]);
  expect(found.notUsed).toHaveLength(1);
});

test.each([
  ["ubuntu.mirror.example.ac.at", "example.ac.at"],
  ["ubuntu.mirror.example.com", "example.com"],
  ["ftp.example.de", "example.de"],
  ["example.de", "example.de"],
])("the owner of %s is %s", (host, domain) => {
  expect(ownersDomain(host)).toBe(domain);
});
