import { describe, expect, it } from "vitest";
import {
  inCountries,
  isListRefusal,
  mirrorListText,
  ofSchemes,
  readListQuestion,
  unknownChannel,
  zyppList,
} from "../../../../worker/delivery/lists/mirror-manager.ts";
import { base } from "./documents.ts";

const asked = { repo: "baseos-9", arch: "x86_64", countries: [] };
const sources = [base(1, "SE"), base(2, "DE"), base(3, "JP"), base(4, "FI"), base(5)];

function names(countries: string[]): string[] {
  return inCountries(sources, countries).sources.map(({ mirror }) => mirror);
}

describe("the question", () => {
  it("is MirrorManager's", () => {
    expect(readListQuestion("repo=fedora-40&arch=x86_64")).toEqual({
      repo: "fedora-40",
      arch: "x86_64",
      countries: [],
    });
    expect(
      readListQuestion("repo=a&arch=b&release=9&country=se,de&protocol=https,http&ip=192.0.2.1"),
    ).toEqual({
      ...{ repo: "a", arch: "b", release: "9", countries: ["SE", "DE"] },
      ...{ schemes: ["https", "http"], ip: "192.0.2.1" },
    });
  });

  it.each([
    ["protocol=both", ["https", "http"]],
    ["protocol=http", ["http"]],
    ["protocol=https,rsync", ["https"]],
  ])("%s", (query, schemes) => {
    expect(readListQuestion(`repo=a&arch=b&${query}`)).toMatchObject({ schemes });
  });

  it.each(["", "repo=a", "arch=b", "repo=a&arch=b&ip=here", "repo=a&arch=b&protocol=ftp"])(
    "'%s' is refused in a comment",
    (query) => {
      const refusal = readListQuestion(query);
      expect(isListRefusal(refusal) && refusal.status).toBe(400);
      expect(isListRefusal(refusal) && refusal.text).toMatch(/^# /);
    },
  );
});

describe("countries", () => {
  it("are the only ones when some mirror is there", () => {
    expect(names(["JP", "DE"])).toEqual(["m2", "m3"]);
  });

  it("without a mirror give their continent", () => {
    expect(names(["KR"])).toEqual(["m3"]);
    expect(names(["NO"])).toEqual(["m1", "m2", "m4"]);
  });

  it("on a continent without any give all, as do global and words that are no country", () => {
    const everyone = ["m1", "m2", "m3", "m4", "m5"];
    for (const country of ["BR", "GLOBAL", "XX", "NOWHERE"])
      expect(names([country])).toEqual(everyone);
    expect(names([])).toEqual(everyone);
    expect(names(["GLOBAL", "SE"])).toEqual(everyone);
  });
});

it("schemes choose among the URLs; without any all do", () => {
  const both = [base(1, "SE", "http"), base(2)];
  expect(ofSchemes(both, ["https"]).map(({ mirror }) => mirror)).toEqual(["m2"]);
  expect(ofSchemes(both, ["https", "http"])).toHaveLength(2);
  expect(ofSchemes(both, undefined)).toHaveLength(2);
});

describe("the list", () => {
  const own = "https://near.example/almalinux/9/BaseOS/x86_64/os/";

  it("is a comment, then bases, ours first, with no empty line", () => {
    const text = mirrorListText(
      { ...asked, schemes: ["https"] },
      own,
      inCountries(sources, ["DE", "SE"]),
    );
    expect(text).toBe(
      [
        "# repo = baseos-9 arch = x86_64 country = SE country = DE protocol = https",
        own,
        "https://m1.example/alma/",
        "https://m2.example/alma/",
        "",
      ].join("\n"),
    );
  });

  it("as JSON has what libzypp looks for", () => {
    expect(JSON.parse(zyppList(own, inCountries(sources, ["SE"])))).toEqual([
      { url: own },
      { url: "https://m1.example/alma/" },
    ]);
  });

  it("repeats nothing of the request that could be a line of its own", () => {
    const nasty = { ...asked, repo: "x\nhttps://evil.example/", arch: "\u2028" };
    const lines = mirrorListText(nasty, own, { sources: [], how: "" }).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^#/);
    expect(unknownChannel(nasty, []).text).toMatch(
      /^# repo = x\?https:\/\/evil.example\/ arch = \? error/,
    );
    expect(
      unknownChannel(nasty, [])
        .text.split("\n")
        .every((line) => line.startsWith("#")),
    ).toBe(true);
  });
});

it("an unknown channel is answered in MirrorManager's words", () => {
  const { status, text } = unknownChannel(asked, [
    {
      ...{ name: "tools", kind: "rpm", title: "", origin: "https://x.example/", keys: [] },
      ...{ architectures: ["x86_64"], setup: { channels: { nightly: "n/$basearch/" } } },
    },
  ]);
  expect(status).toBe(404);
  expect(text.split("\n")).toEqual([
    "# repo = baseos-9 arch = x86_64 error: invalid repo or arch",
    "# following repositories are available:",
    "# repo=tools-nightly&arch=x86_64",
  ]);
});
