import { afterAll, describe, expect, it } from "vitest";
import { seeded } from "../../../../scripts/random.ts";
import { metalink3 } from "../../../../worker/delivery/lists/metalink3.ts";
import { metalink4 } from "../../../../worker/delivery/lists/metalink4.ts";
import type { DescribedFile } from "../../../../worker/delivery/lists/source.ts";
import { escapeXml, fitsXml } from "../../../../worker/runtime/xml.ts";
import { makeScratch } from "../../../lab/scratch.ts";

import {
  all,
  expectValid,
  file,
  lint,
  needsXmllint,
  own,
  parseXml,
  source,
  xmllint,
} from "./documents.ts";

const scratch = makeScratch("lists");
afterAll(() => scratch.remove());

const about = { own, origin: `${own}.meta4`, publishedAt: Date.UTC(2026, 10, 23, 2, 55) };
const bare: DescribedFile = { path: "a/b", name: "b" };
const sources = [source(2, "DE"), source(1, "SE"), source(3, undefined, "http")];

describe("metalink 4", () => {
  const root = parseXml(metalink4(file, sources, about));
  const ns = "{urn:ietf:params:xml:ns:metalink}";

  it("describes the file by RFC 5854's names", () => {
    expect(root.name).toBe(`${ns}metalink`);
    const [described] = all(root, "file");
    expect(described?.attributes.name).toBe(file.name);
    expect(all(root, "size").map(({ text }) => text)).toEqual(["71680"]);
    const hashes = described?.children.filter(({ name }) => name === `${ns}hash`);
    expect(hashes).toMatchObject([{ attributes: { type: "sha-256" }, text: file.sha256 }]);
    const [pieces] = all(root, "pieces");
    expect(pieces?.attributes).toEqual({ length: "65536", type: "sha-256" });
    expect(pieces?.children.map(({ text }) => text)).toEqual(file.pieces?.sha256);
  });

  it("ranks the URLs, ours last", () => {
    expect(all(root, "url").map(({ attributes, text }) => [attributes, text])).toEqual([
      [{ location: "se", priority: "1" }, source(1).url],
      [{ location: "de", priority: "2" }, source(2).url],
      [{ priority: "3" }, source(3, undefined, "http").url],
      [{ priority: "999999" }, own],
    ]);
  });

  it("says who made it, when, and where to ask again", () => {
    expect(all(root, "generator")[0]?.text).toBe("Nearmirror");
    expect(all(root, "published")[0]?.text).toBe("2026-11-23T02:55:00Z");
    expect(all(root, "origin")[0]).toMatchObject({
      attributes: { dynamic: "true" },
      text: `${own}.meta4`,
    });
  });

  it("leaves out what isn't known", () => {
    const least = parseXml(metalink4(bare, [], { own, origin: own }));
    expect(all(least, "file")[0]?.children.map(({ name }) => name)).toEqual([`${ns}url`]);
    expect(all(least, "published")).toEqual([]);
  });
});

describe("metalink 3", () => {
  const root = parseXml(metalink3(file, sources, about));

  it("describes the file by its own names", () => {
    expect(root.name).toBe("{http://www.metalinker.org/}metalink");
    expect(root.attributes).toMatchObject({
      version: "3.0",
      type: "dynamic",
      generator: "Nearmirror",
      pubdate: "Mon, 23 Nov 2026 02:55:00 GMT",
    });
    const [verification] = all(root, "verification");
    expect(verification?.children[0]).toMatchObject({
      attributes: { type: "sha256" },
      text: file.sha256,
    });
    const [pieces] = all(root, "pieces");
    expect(pieces?.attributes).toEqual({ length: "65536", type: "sha256" });
    expect(pieces?.children.map(({ attributes }) => attributes.piece)).toEqual(["0", "1"]);
  });

  it("prefers by rank from 100 down, ours last", () => {
    expect(all(root, "url").map(({ attributes, text }) => [attributes, text])).toEqual([
      [{ type: "https", location: "se", preference: "100" }, source(1).url],
      [{ type: "https", location: "de", preference: "99" }, source(2).url],
      [{ type: "http", preference: "98" }, source(3, undefined, "http").url],
      [{ type: "https", preference: "1" }, own],
    ]);
  });

  it("keeps preferences between 2 and 100 however many mirrors there are", () => {
    const many = Array.from({ length: 150 }, (_, at) => source(at + 1));
    const values = all(parseXml(metalink3(file, many, about)), "url").map(({ attributes }) =>
      Number(attributes.preference),
    );
    expect(values.at(-1)).toBe(1);
    expect(Math.min(...values.slice(0, -1))).toBe(2);
  });
});

describe.skipIf(xmllint === "")(`by the schemas ${needsXmllint}`, () => {
  const files = [file, bare, { ...bare, size: 0 }, { ...bare, sha256: file.sha256 ?? "" }];

  it("all documents are valid", async () => {
    for (const [version, render] of [
      ["metalink4", metalink4],
      ["metalink3", metalink3],
    ] as const) {
      const documents = files.flatMap((one) => [
        render(one, sources, about),
        render(one, [], { own, origin: own }),
      ]);
      await expectValid(version, documents, scratch.directory);
    }
  });

  it.each([
    ["metalink4", ' priority="1"', ' priority="0"'],
    ["metalink4", "<size>71680</size>", "<size>many</size>"],
    ["metalink4", "2026-11-23T02:55:00Z", "yesterday"],
    ["metalink4", ' location="se"', ' location="swe"'],
    ["metalink4", '<pieces length="65536"', "<pieces"],
    ["metalink3", ' preference="100"', ' preference="101"'],
    ["metalink3", 'type="sha256"', 'type="sha-256"'],
    ["metalink3", "<resources>", "<resources><mirror/>"],
  ] as const)("%s with %s as %s is not", async (version, right, wrong) => {
    const render = version === "metalink4" ? metalink4 : metalink3;
    const document = render(file, sources, about);
    expect(document).toContain(right);
    const { code, stderr } = await lint(
      version,
      [document.replace(right, wrong)],
      scratch.directory,
    );
    expect(code, stderr).not.toBe(0);
  });
});

describe("any characters", () => {
  /** Characters that mean something to XML, to URLs or to neither; then any at all. */
  const odd = ["&", "<", ">", '"', "'", "%", "+", "ü", "]]>", "--", "\t", "\n", "\r", "\u0085"];
  const unusual = ["\u0001", "\u001f", "\u007f", "\u2028", "\ufffe", "\uffff", "\ud800", "𝄞"];
  const random = seeded(5);
  const anyName = () =>
    Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
      const kind = random();
      if (kind < 0.4) return odd[Math.floor(random() * odd.length)];
      if (kind < 0.5) return unusual[Math.floor(random() * unusual.length)];
      if (kind < 0.6) return String.fromCharCode(Math.floor(random() * 0x1_0000));
      return String.fromCharCode(33 + Math.floor(random() * 94));
    })
      .join("")
      .replaceAll("/", "_");

  it("come back as they were, or percent-encoded where XML has no way to hold them", () => {
    let held = 0;
    const cases = 3000;
    for (let at = 0; at < cases; at++) {
      const name = anyName();
      const escaped = encodeURIComponent(name.toWellFormed());
      // A query isn't ours, but a mirror's base might have had one: the ampersand has to come through too.
      const urls = [`https://m1.example/a&b/${escaped}`, `http://near.example/it's/${escaped}`];
      const [first = "", second = ""] = urls;
      const from = [{ url: first, priority: 1, mirror: "m1", country: "SE" }];
      for (const render of [metalink4, metalink3]) {
        const text = render({ path: name, name }, from, { own: second, origin: second });
        const root = parseXml(text);
        const expected = fitsXml(name) ? name : escaped;
        expect(all(root, "file")[0]?.attributes.name, JSON.stringify(name)).toBe(expected);
        expect(all(root, "url").map((url) => url.text)).toEqual(urls);
      }
      if (fitsXml(name)) held++;
    }
    // Both kinds were tried.
    expect(held).toBeGreaterThan(cases / 3);
    expect(held).toBeLessThan(cases);
  });

  it("escape to well-formed content whatever they are", () => {
    for (let code = 0; code < 0x1_0000; code++) {
      const one = String.fromCharCode(code);
      const text = parseXml(`<a b="${escapeXml(one)}">${escapeXml(one)}</a>`);
      const expected = fitsXml(one) ? one : "\ufffd";
      if (text.text !== expected || text.attributes.b !== expected) {
        expect([code, text.text, text.attributes.b]).toEqual([code, expected, expected]);
      }
    }
  });
});
