import { afterAll, describe, expect, it, test } from "vitest";
import {
  noMetalink,
  type RepomdState,
  repositoryMetalink,
} from "../../../../worker/delivery/lists/repository-metalink.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import {
  all,
  base,
  type Element,
  expectValid,
  needsXmllint,
  parseXml,
  xmllint,
} from "./documents.ts";

const scratch = makeScratch("lists");
afterAll(() => scratch.remove());

function state(timestamp: number, letter: string): RepomdState {
  return { timestamp, size: timestamp % 1000, sha256: letter.repeat(64) };
}

const current = { ...state(1_800_000_300, "c"), sha512: "d".repeat(128) };
const kept = [state(1_800_000_100, "a"), current, state(1_800_000_200, "b"), state(1, "a")];
const own = "https://near.example/almalinux@20261123T0255Z/9/BaseOS/x86_64/os/";
const document = repositoryMetalink({
  current,
  kept,
  own,
  sources: [base(2, "DE"), base(1, "SE", "http")],
  publishedAt: Date.UTC(2026, 10, 23, 2, 55),
});
const root = parseXml(document);
const mm0 = "{http://fedorahosted.org/mirrormanager}";

function texts(element: Element | undefined, local: string): string[] {
  return element === undefined ? [] : all(element, local).map(({ text }) => text);
}

describe("the metalink of a repository", () => {
  const [file] = all(root, "file");

  it("is in Fedora's form, with the prefix that librepo looks for", () => {
    expect(root.name).toBe("{http://www.metalinker.org/}metalink");
    expect(file?.attributes).toEqual({ name: "repomd.xml" });
    expect(document).toContain('xmlns:mm0="http://fedorahosted.org/mirrormanager"');
    expect(document).toContain("<mm0:timestamp>1800000300</mm0:timestamp>");
  });

  it("tells the current state, with no hash that proves nothing", () => {
    const direct = file?.children.map(({ name }) => name.replace(/^\{.*\}/, ""));
    expect(direct).toEqual(["timestamp", "size", "verification", "alternates", "resources"]);
    const [verification] = all(root, "verification");
    expect(verification?.children.map(({ attributes, text }) => [attributes.type, text])).toEqual([
      ["sha256", current.sha256],
      ["sha512", current.sha512],
    ]);
  });

  it("tells each older state once, newest first", () => {
    const alternates = all(root, "alternate");
    expect(alternates.every(({ name }) => name === `${mm0}alternate`)).toBe(true);
    expect(alternates.map((one) => texts(one, "hash"))).toEqual([
      ["b".repeat(64)],
      ["a".repeat(64)],
    ]);
    expect(alternates.map((one) => texts(one, "timestamp"))).toEqual([
      ["1800000200"],
      ["1800000100"],
    ]);
  });

  it("begins with ours, pinned, and goes on by rank", () => {
    expect(all(root, "url").map(({ attributes, text }) => [text, attributes])).toEqual([
      [`${own}repodata/repomd.xml`, { protocol: "https", type: "https", preference: "100" }],
      [
        "http://m1.example/alma/repodata/repomd.xml",
        { protocol: "http", type: "http", location: "SE", preference: "99" },
      ],
      [
        "https://m2.example/alma/repodata/repomd.xml",
        { protocol: "https", type: "https", location: "DE", preference: "98" },
      ],
    ]);
  });

  it("has those that are behind after all others: librepo takes the first that it may", () => {
    const sources = [{ ...base(1), behind: true }, base(2), base(3)];
    const urls = all(parseXml(repositoryMetalink({ current, kept, own, sources })), "url");
    expect(urls.map(({ text, attributes }) => [new URL(text).host, attributes.preference])).toEqual(
      [
        ["near.example", "100"],
        ["m2.example", "99"],
        ["m3.example", "98"],
        ["m1.example", "97"],
      ],
    );
  });

  it("has no alternates where nothing else is kept", () => {
    const alone = repositoryMetalink({ current, kept: [current], own, sources: [] });
    expect(alone).not.toContain("alternate");
    expect(texts(parseXml(alone), "url")).toEqual([`${own}repodata/repomd.xml`]);
  });
});

it("without a metalink the reason is in a comment that nothing breaks out of", () => {
  const text = noMetalink("# repo = --><x/> - arch = - --");
  const empty = parseXml(text);
  expect(empty.children).toEqual([]);
  expect(text).toContain("# repo =");
});

test.skipIf(xmllint === "")(`by the schema ${needsXmllint}`, async () => {
  const alone = repositoryMetalink({ current, kept: [], own, sources: [] });
  await expectValid("metalink3", [document, alone, noMetalink("x--y-")], scratch.directory);
});
