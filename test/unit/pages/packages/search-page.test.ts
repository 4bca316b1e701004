/** The page at /packages: what stands first, what was chosen, what is hidden, and what nobody answered. */
import { describe, expect, it, test } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { shownText } from "../visits.ts";
import { linksOf, served } from "./served.ts";
import { standIn, standInSources } from "./stand-in.ts";

const namesOf = (text: string) =>
  [...text.matchAll(/<h3><a [^>]*><bdi>([^<]*)<\/bdi>/g)].map(([, name]) => name);

describe("nothing is asked", () => {
  it("has one field, with the focus, in a form that needs no script", async () => {
    const { text, status } = await served("/packages");
    expect(status).toBe(200);
    expect(text.match(/<input type="search"[^>]* autofocus/g)).toHaveLength(1);
    expect(text).toContain('<form class="find" action="/packages" role="search">');
    expect(text).not.toMatch(/<form[^>]*method/);
    expect(text.match(/name="in" value="\w+" checked/g)).toHaveLength(5);
    expect(text).toContain("<title>Packages · Nearmirror</title>");
    expect(text).toContain('<a href="/packages" aria-current="page">Packages</a>');
  });

  it("asks nobody", async () => {
    const service = standIn();
    const sources = {
      ...standInSources(),
      service: { ...service, search: () => Promise.reject(new Error("asked")) },
    };
    expect((await served("/packages", sources)).status).toBe(200);
  });
});

describe("what was found", () => {
  it("has what is called exactly so first and large, with the line that installs it", async () => {
    const { text } = await served("/packages?q=zlib");
    expect(namesOf(text)).toEqual(["zlib", "zlib1g-dev", "zlib1g", "zlib-devel", "zlib-dev"]);
    const exact = /<section class="exact">[\s\S]*?<\/section>/.exec(text)?.[0] ?? "";
    expect(namesOf(exact)).toEqual(["zlib"]);
    expect(exact).toContain("<pre>pacman -S zlib</pre>");
    expect(text).toContain("<title>zlib – packages · Nearmirror</title>");
  });

  it("says why", async () => {
    const why = async (path: string) => shownText((await served(path)).text);
    expect(await why("/packages?q=libz-dev")).toContain("Found by what it provides, libz-dev");
    expect(await why("/packages?q=mcedit")).toContain("Found by its command mcedit");
    expect(await why("/packages?q=/usr/include/zlib.h")).toContain(
      "Found by its file /usr/include/zlib.h",
    );
    expect(await why("/packages?q=Commander")).toContain(
      "Found by Commander in its name or description",
    );
    expect(await why("/packages?q=python3")).toContain("Found by the beginning of its name");
  });

  it("has repository, suites and the version of the first place", async () => {
    const shown = shownText((await served("/packages?q=zlib1g-dev")).text);
    expect(shown).toContain("zlib1g-dev 1:1.2.13.dfsg-1 Debian · bookworm, trixie · amd64, arm64");
  });

  it("offers the name that was meant, and says that there is none such", async () => {
    const { text } = await served("/packages?q=zlib1gg");
    expect(shownText(text)).toContain("Nothing has this name or these words: zlib1gg .");
    expect(linksOf(text)).toContain("/packages?q=zlib1g");
  });

  it("goes from page to page: all that there is, once", async () => {
    const seen: (string | undefined)[] = [];
    let path: string | undefined = "/packages?q=python3";
    for (let page = 0; path !== undefined && page < 9; page++) {
      const { text } = await served(path);
      seen.push(...namesOf(text));
      const next = /<a class="button" rel="next" href="([^"]*)"/.exec(text)?.[1];
      path = next?.replaceAll("&amp;", "&");
      expect(text.includes(" autofocus")).toBe(page === 0);
    }
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });
});

describe("what is chosen", () => {
  const path =
    "/packages?q=zlib&repository=debian&suite=bookworm&architecture=amd64&in=name&exact=1&at=2026-11-29";

  it("stands in the form, and each can be taken back by itself", async () => {
    const { text } = await served(path);
    const links = linksOf(text);
    expect(text).toContain('<option value="debian" selected>Debian</option>');
    expect(text.match(/name="in" value="(\w+)" checked/g)).toHaveLength(1);
    expect(text).toContain('<input type="hidden" name="at" value="2026-11-29">');
    const whole =
      "/packages?q=zlib&in=name&repository=debian&suite=bookworm&architecture=amd64&exact=1&at=2026-11-29";
    for (const part of [
      "&in=name",
      "&repository=debian",
      "&suite=bookworm",
      "&architecture=amd64",
      "&exact=1",
      "&at=2026-11-29",
    ]) {
      expect(links).toContain(whole.replace(part, ""));
    }
    expect(links).toContain("/packages?q=zlib");
  });

  it("stays with the language, and the language with it", async () => {
    const { text } = await served(`${path}&lang=zh`);
    expect(text).toContain('<html lang="zh-CN">');
    expect(text).toContain('<input type="hidden" name="lang" value="zh">');
    for (const link of linksOf(text).filter((one) => one.startsWith("/packages"))) {
      expect(link).toMatch(/[?&]lang=(?:zh|en)/);
    }
  });

  it("stays chosen where it isn't offered, or where there are several", async () => {
    const { text } = await served("/packages?q=zlib&repository=debian,fedora&suite=nowhere");
    expect(text).toContain('<option value="debian,fedora" selected>debian, fedora</option>');
    expect(text).toContain('<option value="nowhere" selected>nowhere</option>');
  });
});

describe("nothing is found", () => {
  it("tells what each choice hides, and how much", async () => {
    const { text } = await served("/packages?q=python3&repository=alpine&in=name");
    const shown = shownText(text);
    expect(shown).toContain("Nothing was found for python3 .");
    expect(shown).toContain("60 packages without Alpine Linux");
    expect(shown).not.toContain("without in names");
    expect(linksOf(text)).toContain("/packages?q=python3&in=name");
  });

  it("says that not all have answered", async () => {
    const sources = standInSources([{ repository: "alpine", why: "It is being read." }]);
    const shown = shownText((await served("/packages?q=nothinglikeit", sources)).text);
    expect(shown).toContain("Not all suites have answered, so that there may be more.");
    expect(shown).toContain("1 has not answered");
    expect(shown).toContain("alpine : It is being read.");
  });
});

test("which indexes were read is told, and which weren't", async () => {
  const shown = shownText((await served("/packages?q=mc")).text);
  expect(shown).toContain("6 suites have answered");
  expect(shown).toContain("main/binary-amd64/Packages : 63,440 entries");
  expect(shown).toContain("main/Contents-amd64 : not read ( It has 0 bytes. )");
  expect(shown).toContain("an older state: the newest is being read");
  expect(shown).toContain("Alternatives (`vim`, `awk`) are in no index.");
});

test("what can't be asked is a 400 with the reason", async () => {
  for (const [path, reason] of [
    ["/packages?q=z", "One letter is too few: two at least."],
    ["/packages?q=zlib&in=nme", "in=nme is none of name,"],
    [`/packages?q=${"a".repeat(9000)}`, "q= takes 300 characters."],
  ] as const) {
    const { status, text } = await served(path);
    expect(status).toBe(400);
    expect(shownText(text)).toContain(reason);
  }
});

test("a held page is asked about by its tag", async () => {
  const sources = standInSources();
  const { headers } = await served("/packages?q=mc", sources);
  const tag = headers.get("ETag") ?? "";
  const again = await served("/packages?q=mc", sources, { "If-None-Match": tag });
  expect(again.status).toBe(304);
});

const seed = 20_261_201;
const pieces = [
  "<script>",
  '"',
  "'",
  "&",
  "\0",
  "\u202E",
  "%",
  "é",
  "zlib",
  " ",
  "*",
  "NEAR(",
  "--",
  ";",
  "\uD800",
  "{q}",
  "{names}",
  "$&",
];

test("whatever is typed is text", async () => {
  const random = seeded(seed);
  for (let time = 0; time < 400; time++) {
    const q = Array.from(
      { length: 1 + Math.floor(random() * 6) },
      () => pieces[Math.floor(random() * pieces.length)],
    ).join("");
    const { status, text } = await served(`/packages?q=${encodeURIComponent(q.toWellFormed())}`);
    const name = `seed ${seed}, ${JSON.stringify(q)}`;
    expect([200, 400], name).toContain(status);
    // The two scripts and styles are the frame's own.
    expect(text.match(/<script>/g), name).toHaveLength(1);
    expect(text, name).not.toContain("\0");
  }
});

test("the address for programs looks where the page looks", async () => {
  const apiOf = (text: string) => linksOf(text).find((one) => one.startsWith("/api/"));
  const all = apiOf((await served("/packages?q=libz.so.1")).text) ?? "";
  expect(new URLSearchParams(all.split("?")[1]).getAll("in")).toContain("file");
  const chosen = apiOf((await served("/packages?q=libz.so.1&in=provides")).text);
  expect(chosen).toBe("/api/v1/packages?q=libz.so.1&in=provides");
});

test("what nobody counted to its end is told as at least so many", async () => {
  const sources = standInSources();
  const search: typeof sources.service.search = async (query) => ({
    ...(await sources.service.search(query)),
    total: 268,
    isAtLeast: true,
  });
  const { text } = await served("/packages?q=zlib", {
    ...sources,
    service: { ...sources.service, search },
  });
  expect(shownText(text)).toContain("At least 268 packages");
});

test("suites are offered once it is known which there are", async () => {
  expect((await served("/packages")).text).not.toContain('<select name="suite">');
  expect((await served("/packages?suite=trixie")).text).toContain('<select name="suite">');
  expect((await served("/packages?q=zlib")).text).toContain('<select name="suite">');
});

test("nothing is said not to be there where no suite has answered", async () => {
  const whys = ["debian", "debian-security", "fedora", "archlinux", "alpine"].map((repository) => ({
    repository,
    suite: "any",
    why: "It is being read.",
  }));
  const sources = standInSources(whys);
  for (const [query, told, status] of [
    ["", "nobody knows what there is of zlib", 503],
    ["&at=20261101T0000Z", "That of 20261101T0000Z isn't read yet", 503],
  ] as const) {
    const answer = await served(`/packages?q=zlib${query}`, sources);
    expect([answer.status, answer.headers.get("Retry-After")]).toEqual([status, "60"]);
    const text = shownText(answer.text);
    expect(text).toContain(told);
    expect(text).toContain("It is being read.");
    expect(text).not.toContain("Nothing was found");
  }
  const forgotten = whys.map(({ suite: _, ...one }) => one);
  const past = await served("/packages?q=zlib&at=20201101T0000Z", standInSources(forgotten));
  expect([past.status, past.headers.get("Retry-After")]).toEqual([404, null]);
  expect(shownText(past.text)).toContain("No state of 20201101T0000Z is kept here.");
});

test.each([
  ["/packages/debian", "/packages?repository=debian"],
  ["/packages/debian/", "/packages?repository=debian"],
  ["/packages/debian?q=mc&lang=zh", "/packages?repository=debian&q=mc&lang=zh"],
  ["/packages/a%26b", "/packages?repository=a%26b"],
])("%s leads to the search of that repository", async (path, location) => {
  const { status, headers } = await served(path);
  expect([status, headers.get("Location")]).toEqual([302, location]);
});

test.each([
  ["/packages/debian/g%2B%2B/?at=20261123T0255Z", "/packages/debian/g%2B%2B?at=20261123T0255Z"],
  ["/packages/debian/a:b/", "/packages/debian/a:b"],
  ["/packages/debian/mc/feed.xml/", "/packages/debian/mc/feed.xml"],
])("%s leads to the page without the slash", async (path, page) => {
  const { status, headers } = await served(path);
  expect(status).toBe(308);
  const location = new URL(headers.get("Location") ?? "", `https://near.example${path}`);
  expect(location.href).toBe(`https://near.example${page}`);
});
