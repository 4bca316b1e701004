/** The page of one package: what it says, what its lines do in a real shell, and that no index gets markup into it. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { installLines } from "../../../../worker/formats/install-lines.ts";
import { download } from "../../../../worker/pages/packages/get-package.ts";
import type { PlacedPackage } from "../../../../worker/search/package-service.ts";
import { shownText, visitIn } from "../visits.ts";
import { base, linksOf, served } from "./served.ts";
import { hostile, standIn, standInSources } from "./stand-in.ts";

const zlib = "/packages/debian/zlib1g-dev";

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

describe("what it tells", () => {
  it("has versions over suites and architectures, with our redirect of each file", async () => {
    const { text, status } = await served(zlib);
    expect(status).toBe(200);
    expect(text).toContain("<title>zlib1g-dev (Debian) · Nearmirror</title>");
    const rows = [...text.matchAll(/<tr><th scope="row">([\s\S]*?)<\/tr>/g)].map(([row]) =>
      shownText(row).trim(),
    );
    expect(rows.slice(0, 2)).toEqual([
      "bookworm (main) 1:1.2.13.dfsg-1 amd64 895 KiB arm64 889 KiB 21 Oct 2026",
      "trixie (main) 1:1.3.dfsg+really1.3.1-1 amd64 895 KiB 27 Nov 2026",
    ]);
    expect(linksOf(text)).toContain("/debian/pool/main/z/zlib/zlib1g-dev_1.2.13.dfsg-1_arm64.deb");
  });

  it("calls a guess a guess, and anything surer by what it is known", async () => {
    const { text } = await served(zlib);
    const shown = shownText(text);
    expect(shown).toContain("Fedora zlib-devel 1.3.1-2.fc42 the same pkg-config module: zlib");
    expect(shown).toContain("Arch Linux zlib 1:1.3.1-2 the same files: usr/include/zlib.h");
    expect(shown).toContain(
      "Alpine Linux zlib-dev 1.3.1-r1 a guess: only the name is alike ( zlib )",
    );
    expect(linksOf(text)).toContain("/packages/fedora/zlib-devel");
  });

  it("has relations whose names lead to what has or provides them, in this distribution", async () => {
    const { text } = await served(zlib);
    expect(shownText(text)).toContain("Needs zlib1g (= 1:1.2.13.dfsg-1) libc6-dev | libc-dev");
    expect(linksOf(text)).toContain(
      "/packages?q=libc-dev&repository=debian&repository=debian-security&exact=1",
    );
    expect(linksOf((await served(`${zlib}?at=2026-11-29`)).text)).toContain(
      "/packages?q=libc-dev&repository=debian&repository=debian-security&exact=1&at=2026-11-29",
    );
  });

  it("has the rest: advisories, needed by, source, feed, JSON, no address of a person", async () => {
    const { text } = await served(zlib);
    const shown = shownText(text);
    expect(shown).toContain("DSA-5570-1 security, Important · 14 Nov 2023 zlib <security> update");
    expect(shown).toContain(
      "312 packages need it by its name. libpng-dev g++ and 310 more: As JSON",
    );
    expect(shown).toContain("Mark Brown");
    expect(text).not.toContain("broonie");
    const links = linksOf(text);
    for (const link of [
      "http://zlib.net/",
      "/packages/debian/g%2B%2B",
      "/packages?q=zlib&repository=debian",
      "/packages/debian/zlib1g-dev/feed.xml",
      "/api/v1/packages/zlib1g-dev?repository=debian",
      "/repositories/debian",
    ]) {
      expect(links).toContain(link);
    }
    expect(text).toContain(
      '<link rel="alternate" type="application/rss+xml" href="/packages/debian/zlib1g-dev/feed.xml">',
    );
  });

  it("names some of a thousand entries, and says how many there are besides", async () => {
    const { text } = await served("/packages/debian/meta-all");
    const shown = shownText(text);
    expect(shown).toContain("110 more");
    expect(shown).toContain("and 250 more: As JSON");
    expect(shown).toContain("part-149 (>= 1.149) | other-part :any");
    expect(shown).not.toContain("part-150 ");
  });
});

describe("files", () => {
  it("come page by page, all and once, each with a link to who has it", async () => {
    const seen: string[] = [];
    let path: string | undefined = "/packages/debian/mc";
    for (let page = 0; path !== undefined && page < 9; page++) {
      const { text } = await served(path);
      seen.push(...linksOf(text).filter((one) => one.includes("q=%2Fusr%2Fshare")));
      const next = /rel="next" href="([^"]*)#files"/.exec(text)?.[1];
      path = next?.replaceAll("&amp;", "&");
    }
    expect(seen).toHaveLength(260);
    expect(new Set(seen).size).toBe(260);
    expect(seen[0]).toBe("/packages?q=%2Fusr%2Fshare%2Fmc%2Ffile-000&in=file&exact=1");
  });

  it("are said to be older where they are", async () => {
    const service = standIn();
    const filesOf: typeof service.filesOf = async (name, choice) => {
      const answer = await service.filesOf(name, choice);
      const states = answer.states.map((one) => ({ ...one, filesOf: "20261001T000000Z-00000000" }));
      return { ...answer, states };
    };
    const sources = { ...standInSources(), service: { ...service, filesOf } };
    expect(shownText((await served(zlib, sources)).text)).toContain("These are of an older state");
    expect(shownText((await served(zlib)).text)).not.toContain("These are of an older state");
  });
});

describe("what isn't there", () => {
  it("is a 404 with what was meant", async () => {
    const { status, text } = await served("/packages/debian/zlib1gg");
    expect(status).toBe(404);
    expect(linksOf(text)).toContain("/packages/debian/zlib1g");
    expect(linksOf(text)).toContain("/packages?q=zlib1gg");
  });

  it("is a 404 whoever else hasn't answered", async () => {
    const sources = standInSources([{ repository: "alpine", why: "It is being read." }]);
    expect((await served("/packages/debian/zlib1gg", sources)).status).toBe(404);
    expect((await served("/packages/debian/zlib1gg/feed.xml", sources)).status).toBe(404);
  });

  it("is a 404 where there is no such repository", async () => {
    const { status, text } = await served("/packages/nowhere/zlib1g-dev");
    expect(status).toBe(404);
    expect(linksOf(text)).toContain("/packages/debian/zlib1g-dev");
  });

  it("is a 503 where the suites haven't answered: nobody knows", async () => {
    const sources = standInSources([{ repository: "debian", why: "It is being read." }]);
    const { status, text, headers } = await served(zlib, sources);
    expect([status, headers.get("Retry-After")]).toEqual([503, "60"]);
    expect(shownText(text)).toContain("The suites of Debian have not answered.");
    expect(shownText(text)).toContain("It is being read.");
  });

  it("says what goes on while a past state is read, and when to come again", async () => {
    const why = "It is being read.";
    const sources = standInSources([{ repository: "debian", suite: "trixie", why }]);
    const { status, text, headers } = await served(`${zlib}?at=20261101T0000Z`, sources);
    expect([status, headers.get("Retry-After")]).toEqual([503, "60"]);
    expect(shownText(text)).toContain("That of 20261101T0000Z of Debian isn't read yet");
    expect(shownText(text)).toContain("load this page again in a minute");
    expect(shownText(text)).toContain(why);
  });

  it("is a 404 where no state of the time is kept", async () => {
    const sources = standInSources([{ repository: "debian", why: "None is kept." }]);
    const { status, text } = await served(`${zlib}?at=20201101T0000Z`, sources);
    expect(status).toBe(404);
    expect(shownText(text)).toContain("No state of Debian of 20201101T0000Z is kept here.");
  });

  it("is a 400 where the time is none", async () => {
    const sources = standInSources();
    const refused = "at=1 is neither a snapshot's id nor a time.";
    const detail: typeof sources.service.detail = async (name, choice) => ({
      ...(await sources.service.detail(name, choice)),
      places: [],
      states: [],
      refused,
    });
    const service = { ...sources.service, detail };
    const { status, text } = await served(`${zlib}?at=1`, { ...sources, service });
    expect(status).toBe(400);
    expect(shownText(text)).toContain(refused);
  });

  it("says where other distributions are told as of now", async () => {
    const sources = standInSources();
    const detail: typeof sources.service.detail = async (name, choice) => ({
      ...(await sources.service.detail(name, choice)),
      isElsewhereOfNow: true,
    });
    const service = { ...sources.service, detail };
    const { text } = await served(zlib, { ...sources, service });
    const note = "As it is there now, not at the time of this page.";
    expect(shownText(text)).toContain(note);
    expect(shownText((await served(zlib)).text)).not.toContain(note);
  });

  it.each(["/packages/", "/packages/a/b/c", "/packages/a/%ff", "/packages/a/b/feed.xml/c"])(
    "%s is no page",
    async (path) => {
      await expect(served(path)).rejects.toThrow("is no page");
    },
  );
});

test("an index gets neither markup nor directions into the page", async () => {
  const { text, status } = await served(`/packages/debian/${encodeURIComponent(hostile.name)}`);
  expect(status).toBe(200);
  expect(text.match(/<script/g)).toHaveLength(1);
  expect(text).not.toMatch(/<img|<b>|<\/dd><h1>/);
  for (const one of "\u202E\u2067\0\u0007") expect(text).not.toContain(one);
  expect(linksOf(text).filter((one) => /^(?!\/|https?:|#)/.test(one))).toEqual([]);
  // What would be copied isn't what is seen: nothing is offered to copy.
  expect(text).not.toContain("apt install");
});

/** The words that a POSIX shell makes of a line. */
function wordsOf(line: string): string[] {
  const out = execFileSync("sh", ["-c", `set -f; printf '%s\\0' ${line}`]);
  return String(out).split("\0").slice(0, -1);
}

test("each client gets exactly the name, whatever is in it", () => {
  for (const name of [
    "zlib1g-dev",
    "g++",
    "libstdc++6",
    "perl(Foo::Bar)",
    "a b;rm -rf $HOME",
    "it's",
    "`id`",
    "*",
  ]) {
    expect(installLines("apt", name).map(wordsOf)).toEqual([["apt", "install", name]]);
    expect(installLines("rpm", name).map(wordsOf)).toEqual([
      ["dnf", "install", name],
      ["zypper", "install", name],
    ]);
    expect(installLines("pacman", name).map(wordsOf)).toEqual([["pacman", "-S", name]]);
    expect(installLines("apk", name).map(wordsOf)).toEqual([["apk", "add", name]]);
  }
  expect(installLines("apt", "--allow-remove-essential").map(wordsOf)).toEqual([
    ["apt", "install", "--", "--allow-remove-essential"],
  ]);
  expect(installLines("images", "a")).toEqual([]);
});

describe("the lines that compare the checksum", () => {
  const bytes = "a package";
  const sha256 = createHash("sha256").update(bytes).digest("hex");

  /** Runs the page's lines by sh and sha256sum; curl is a function that writes what it is given. */
  function run(file: string, content: string): string {
    const place: PlacedPackage = {
      repository: "debian",
      kind: "apt",
      suite: "bookworm",
      snapshot: "s",
      record: { name: "a", version: "1", architecture: "all", path: `pool/${file}`, sha256 },
      purl: "pkg:deb/debian/a@1",
      href: `/debian/pool/${encodeURIComponent(file)}`,
    };
    const text = unescaped(
      /<pre>([\s\S]*?)<\/pre>/.exec(download(place, base, visitIn()).text)?.[1] ?? "exit 9",
    );
    expect(text).toContain(`${base}debian/pool/`);
    const folder = mkdtempSync(join(tmpdir(), "check-"));
    try {
      writeFileSync(join(folder, "given"), content);
      const script = `curl() { cp given "$3"; }\n${text}`;
      return String(execFileSync("sh", ["-c", script], { cwd: folder, stdio: "pipe" })).trim();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it.each(["a_1_all.deb", "g++_4%3a12.2.0-3_amd64.deb", "a b's (1).rpm"])(
    "say OK of %s",
    (file) => {
      expect(run(file, bytes)).toContain("OK");
    },
  );

  it("fail for other bytes", () => {
    expect(() => run("a_1_all.deb", "another")).toThrow();
  });
});

test("a link to a file stays at this service", async () => {
  const service = standIn();
  const detail: typeof service.detail = async (name, choice) => {
    const answer = await service.detail(name, choice);
    return {
      ...answer,
      places: answer.places.map((one) => ({ ...one, href: "//evil.example/a" })),
    };
  };
  const { text } = await served(zlib, { ...standInSources(), service: { ...service, detail } });
  expect(linksOf(text).some((one) => one.startsWith("//"))).toBe(false);
  expect(linksOf(text)).toContain("/evil.example/a");
});
