import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import {
  explainedMirrorlist,
  negotiatedMetalink,
  plainList,
  refusedList,
} from "../../../../worker/delivery/lists/answers.ts";
import { askedList, readAccept, shownAs } from "../../../../worker/delivery/lists/asked-list.ts";
import { checksumLine, jsonList, urlList } from "../../../../worker/delivery/lists/file-lists.ts";
import { negotiate } from "../../../../worker/delivery/lists/negotiate.ts";
import { aptList, maxAptListBytes } from "../../../../worker/formats/apt/apt-list.ts";
import { pacmanList } from "../../../../worker/formats/pacman/pacman-list.ts";
import { findProgram, run } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import { clientOf } from "../../directory/rosters.ts";
import { all, base, file, own, parseXml, source } from "./documents.ts";

const scratch = makeScratch("lists");
afterAll(() => scratch.remove());

const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

describe("what follows a file's name", () => {
  it.each([
    ["iso/near.iso.meta4", "iso/near.iso", "meta4"],
    ["iso/near.iso.metalink", "iso/near.iso", "metalink"],
    ["iso/near.iso.sha256", "iso/near.iso", "sha256"],
    ["a.mirrorlist", "a", "mirrorlist"],
    ["a.meta4.sha256", "a.meta4", "sha256"],
    ["iso/.hidden.meta4", "iso/.hidden", "meta4"],
  ])("%s", (path, plain, form) => {
    expect(askedList(path)).toEqual({ path: plain, asked: plain, form });
  });

  it.each(["near.iso", "meta4", ".meta4", "iso/.meta4", "iso/", "near.META4", "near.sha512", ""])(
    "'%s' names no list",
    (path) => expect(askedList(path)).toBeUndefined(),
  );

  it("keeps the escapes as asked", () => {
    expect(askedList("x_1:2.deb.meta4", "x_1%3a2.deb.meta4")).toEqual({
      ...{ path: "x_1:2.deb", asked: "x_1%3a2.deb", form: "meta4" },
    });
    expect(askedList("x.meta4", "x%2emeta4")).toBeUndefined();
  });
});

describe("Accept", () => {
  it("is read with qualities", () => {
    expect(readAccept("text/HTML;level=1;q=0.5, */*;q=7,, a/b; Q=0")).toEqual([
      { type: "text/html", quality: 0.5 },
      { type: "*/*", quality: 1 },
      { type: "a/b", quality: 0 },
    ]);
  });

  it.each([
    [browser, "html"],
    ["application/json", "json"],
    ["application/json, */*", "json"],
    ["text/plain, application/json;q=0.9", "text"],
    ["text/html;q=0, */*", "text"],
    ["*/*", "text"],
    [null, "text"],
  ])("%s is shown as %s", (accept, shown) => expect(shownAs(accept)).toBe(shown));

  const zypper = "*/*, application/metalink+xml, application/metalink4+xml";
  const zypp = "ZYpp 17.25.7 (curl 7.88.1) openSUSE-Leap-15.4-x86_64";
  it.each([
    [zypper, zypp, "metalink4"],
    // Debian 13's, as it was seen to ask
    [
      "*/*, application/x-zsync, application/metalink+xml, application/metalink4+xml",
      "ZYpp 17.36.7 (curl 8.14.1)",
      "metalink4",
    ],
    ["*/*, application/metalink+xml", zypp, "metalink3"],
    ["*/*", zypp, "bytes"],
    [null, "ZYpp 17.36.7 (curl 8.14.1)", "bytes"],
    ["*/*", "ZYpp 17.37.1 (curl 8.14.1)", "redirect"],
    ["*/*", "ZYpp 18.0.0 (curl 8.14.1)", "redirect"],
    ["*/*", "curl/7.88.1 ZYpp 17.25.7", "redirect"],
    ["*/*,application/metalink4+xml,application/metalink+xml", "aria2/1.36.0", "redirect"],
    ["application/metalink4+xml", "aria2/1.36.0", "redirect"],
    // aria2 --user-agent='Mozilla/5.0'
    ["*/*,application/metalink4+xml,application/metalink+xml", "Mozilla/5.0", "redirect"],
    ["application/metalink4+xml", "curl/7.88.1", "metalink4"],
    ["application/metalink+xml", "curl/7.88.1", "metalink3"],
    ["application/metalink4+xml;q=0.5, application/metalink+xml", null, "metalink3"],
    ["application/metalink4+xml;q=0, application/metalink+xml;q=0", null, "redirect"],
    ["application/metalink4+xml;q=0, */*", zypp, "redirect"],
    [`${browser}, application/metalink4+xml`, "Mozilla/5.0", "redirect"],
    [`${browser}, application/metalink4+xml`, zypp, "redirect"],
    ["text/html", "curl/7.88.1", "redirect"],
    [null, null, "redirect"],
  ])("%s from %s gets %s", (accept, agent, expected) => {
    expect(negotiate(accept, agent)).toBe(expected);
  });
});

describe("checksums", () => {
  const sha256sum = findProgram("sha256sum") ?? "";
  it
    .skipIf(sha256sum === "")
    .each(["plain.deb", "with space ü+%2b.iso", "back\\slash", "line\nend", "both\\n\nend"])(
    "%j is checked by sha256sum where it lies (skipped where that is missing)",
    async (name) => {
      const directory = join(scratch.directory, "sums");
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, name), "bytes");
      // printf bytes | sha256sum
      const hash = "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9";
      writeFileSync(join(directory, "sum"), checksumLine(name, hash));
      const outcome = await run(sha256sum, ["--strict", "-c", "sum"], { cwd: directory });
      expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
    },
  );
});

describe("lists of bases", () => {
  const ours = "https://near.example/debian/";

  it("apt's has a place of its own for each, and indexes from nobody else", () => {
    expect(aptList(ours, [base(1), base(2)])).toBe(
      [
        "https://m1.example/alma/\tpriority:1 type:deb",
        "https://m2.example/alma/\tpriority:2 type:deb",
        `${ours}\tpriority:3`,
        "",
      ].join("\n"),
    );
  });

  it("apt's is a megabyte at most, and ours is always in it", () => {
    const many = Array.from({ length: 30_000 }, (_, at) => base(at + 1));
    const text = aptList(ours, many);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxAptListBytes);
    expect(text).toContain(`\n${ours}\t`);
    expect(text.startsWith("https://m1.example/")).toBe(true);
  });

  it("pacman's has the variables pacman fills in", () => {
    const lines = pacmanList("https://near.example/arch/", [base(1, "SE"), base(2, "SE"), base(3)])
      .split("\n")
      .slice(1);
    expect(lines).toEqual([
      "Server = https://near.example/arch/$repo/os/$arch",
      "",
      "## SE",
      "Server = https://m1.example/alma/$repo/os/$arch",
      "Server = https://m2.example/alma/$repo/os/$arch",
      "",
      "## Worldwide",
      "Server = https://m3.example/alma/$repo/os/$arch",
      "",
    ]);
  });
});

describe("places of a file", () => {
  const sources = [
    { ...source(2, "DE"), costMs: 31.4, state: "up" as const },
    { ...source(1, "SE"), costMs: 4, state: "degraded" as const },
  ];

  it("as text are URLs alone, or a sentence", () => {
    expect(urlList(sources)).toBe(`${source(1).url}\n${source(2).url}\n`);
    expect(urlList([])).toMatch(/^# /);
  });

  it("as JSON are what is known of each", () => {
    expect(JSON.parse(jsonList(sources))[0]).toEqual({
      ...{ url: source(1).url, priority: 1, mirror: "m1", country: "SE", costMs: 4 },
    });
  });
});

describe("answers", () => {
  const lists = {
    file,
    sources: [{ ...source(1, "SE"), state: "up" as const }],
    own,
    origin: `${own}.meta4`,
    client: clientOf("81.2.3.4", { country: "DE" }),
  };
  const page = () => new Response("the page", { headers: { "Content-Type": "text/html" } });

  it.each([
    ["meta4", "application/metalink4+xml", plainList("meta4", lists)],
    ["metalink", "application/metalink+xml", plainList("metalink", lists)],
    ["sha256", "text/plain; charset=utf-8", plainList("sha256", lists)],
    ["mirrorlist", "application/json", explainedMirrorlist(lists, "json", page)],
    ["mirrorlist", "text/plain; charset=utf-8", plainList("mirrorlist", lists)],
  ] as const)("%s is %s, and no cache keeps it", async (form, type, answer) => {
    expect(answer.status).toBe(200);
    expect(answer.headers.get("Content-Type")).toBe(type);
    expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
    expect(answer.headers.get("Vary")).toBe(form === "mirrorlist" ? "Accept" : null);
  });

  it("a mirrorlist is a page for browsers, made of what the others are made of", async () => {
    const answer = explainedMirrorlist(lists, "html", (given) => {
      expect(given).toBe(lists);
      return page();
    });
    expect(await answer.text()).toBe("the page");
  });

  it("a checksum that nobody told is a 404 with words", async () => {
    const answer = plainList("sha256", { ...lists, file: { path: "a", name: "a" } });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("SHA-256 of a");
  });

  describe("at the file's own URL", () => {
    const zypp = "ZYpp 17.25.7 (curl 7.88.1)";
    const { pieces: _, ...whole } = file;

    it("a metalink varies, and doesn't send a client to where it is", async () => {
      const answer = negotiatedMetalink("metalink4", lists, zypp);
      expect(answer.headers.get("Vary")).toBe("Accept");
      const root = parseXml(await answer.text());
      expect(all(root, "url").map(({ text }) => text)).toEqual([source(1).url]);
      expect(all(root, "origin").map(({ text }) => text)).toEqual([lists.origin]);
      const alone = negotiatedMetalink("metalink3", { ...lists, sources: [] }, zypp);
      expect(all(parseXml(await alone.text()), "url").map(({ text }) => text)).toEqual([own]);
    });

    it.each([
      ["shares it out", zypp, 2],
      ["would fetch it from each", "ZYpp 17.36.7 (curl 8.14.1)", 1],
      ["is another client", "curl/7.88.1", 2],
    ])("all mirrors or the first are named to who %s", async (_case, agent, count) => {
      const sources = [source(1), source(2)];
      const answer = negotiatedMetalink("metalink4", { ...lists, sources }, agent);
      const urls = all(parseXml(await answer.text()), "url").map(({ text }) => text);
      expect(urls).toEqual(sources.slice(0, count).map(({ url }) => url));
    });

    it.each([
      ["with its pieces", file, zypp, file.pieces?.sha256],
      ["as one piece where no others are known", whole, zypp, [file.sha256]],
      [
        "without pieces, which that libzypp doesn't share out",
        file,
        "ZYpp 17.36.7 (curl 8.14.1)",
        undefined,
      ],
      ["with its pieces for others", file, "curl/7.88.1", file.pieces?.sha256],
      ["without where there is nothing to make one of", { path: "a", name: "a" }, zypp, undefined],
      ["without where there are no bytes", { ...whole, size: 0 }, zypp, undefined],
    ])("the file is told %s", async (_case, one, agent, expected) => {
      const answer = negotiatedMetalink("metalink4", { ...lists, file: one }, agent);
      const [pieces] = all(parseXml(await answer.text()), "pieces");
      expect(pieces?.children.map(({ text }) => text)).toEqual(expected);
      if (one === whole && pieces !== undefined) {
        expect(pieces.attributes.length).toBe(String(file.size));
      }
    });
  });

  it("a refusal is text, or a metalink without files", async () => {
    const refusal = { status: 404, text: "# repo = x" } as const;
    expect(refusedList(refusal, false).headers.get("Content-Type")).toContain("text/plain");
    const asXml = refusedList(refusal, true);
    expect([asXml.status, asXml.headers.get("Content-Type")]).toEqual([
      404,
      "application/metalink+xml",
    ]);
    expect(await asXml.text()).toContain("# repo = x");
  });
});
