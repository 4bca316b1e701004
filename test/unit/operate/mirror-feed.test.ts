/** The feed of a mirror: read by a real parser, as RSS 2.0 has it, with items that keep their names. */
import { expect, it } from "vitest";
import { feedText } from "../../../worker/operate/mirror-feed.ts";
import { readXml, textsOf } from "../http/read-xml.ts";

type History = Parameters<typeof feedText>[0]["history"];

const base = "https://packages.example/";
const now = Date.parse("2026-11-30T12:00:00Z");

const entry = (id: number, more: Partial<History[number]> = {}): History[number] => ({
  id,
  at: `2026-11-${String(10 + id).padStart(2, "0")}T08:30:00.000Z`,
  mirror: "a.example",
  repository: "debian",
  scheme: "https",
  family: "any",
  axis: "state",
  from: "up",
  to: "down",
  why: 'weur & enam: "connection refused" <in> 3 rounds',
  evidence: {},
  ...more,
});

/** RFC 822 with four digits of the year, as RSS 2.0 asks for. */
const date = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

it("has what RSS 2.0 needs, and its own address", () => {
  const xml = feedText({ name: "a.example", history: [entry(2), entry(1)] }, base, now);
  const [root] = readXml(xml).filter(({ path }) => path === "/rss");
  expect(root?.attributes.version).toBe("2.0");
  for (const needed of ["title", "link", "description"])
    expect(textsOf(xml, `/rss/channel/${needed}`).join("")).not.toBe("");
  expect(textsOf(xml, "/rss/channel/link")).toEqual([`${base}mirrors/a.example`]);
  const self = readXml(xml).find(({ path }) => path === "/rss/channel/atom:link");
  expect(self?.attributes).toMatchObject({
    rel: "self",
    href: `${base}mirrors/a.example/feed.xml`,
  });
  expect(textsOf(xml, "/rss/channel/item/description")[0]).toBe(
    'weur & enam: "connection refused" <in> 3 rounds',
  );
  for (const one of textsOf(xml, "/rss/channel/item/pubDate")) expect(one).toMatch(date);
  expect(textsOf(xml, "/rss/channel/lastBuildDate")).toEqual(["Thu, 12 Nov 2026 08:30:00 GMT"]);
});

it("is well-formed whatever a server said, and of a mirror that nothing happened to", () => {
  const why = `\u0000\u001b[31m \ud800 ]]> \uffff & <script>`;
  const xml = feedText({ name: "a.example", history: [entry(1, { why })] }, base, now);
  expect(textsOf(xml, "/rss/channel/item/description")[0]).toContain("]]>");
  const empty = feedText({ name: "a.example", history: [] }, base, now);
  expect(textsOf(empty, "/rss/channel/item")).toEqual([]);
  expect(textsOf(empty, "/rss/channel/lastBuildDate")[0]).toMatch(date);
});

it("gives each item a name of its own, which stays when others come and Fleet counts anew", () => {
  const guids = (history: History) =>
    textsOf(feedText({ name: "a.example", history }, base, now), "/rss/channel/item/guid");
  const before = guids([entry(2), entry(1)]);
  const both = { scheme: "http" } as const;
  const after = guids([
    entry(3),
    { ...entry(2), id: 900, ...both },
    { ...entry(2), id: 7 },
    entry(1),
  ]);
  expect(new Set(after).size).toBe(4);
  expect(after.slice(2)).toEqual(before);
});

it("says of an operator's override what it is", () => {
  const operator = { repository: "", axis: "operator", why: "op: a cable" };
  const history = [
    entry(2, { ...operator, from: "drained", to: "" }),
    entry(1, { ...operator, from: "", to: "drained" }),
  ];
  const titles = textsOf(
    feedText({ name: "a.example", history }, base, now),
    "/rss/channel/item/title",
  );
  expect(titles).toEqual(["a.example: no longer drained", "a.example: drained"]);
});
