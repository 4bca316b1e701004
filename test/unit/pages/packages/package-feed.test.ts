/** The feed of a package's versions: read by a real parser, with items that keep their names. */
import { expect, test } from "vitest";
import { feedItems } from "../../../../worker/pages/packages/package-feed.ts";
import { readXml, textsOf } from "../../http/read-xml.ts";
import { base, served } from "./served.ts";
import { at, day, hostile, standInSources } from "./stand-in.ts";

const item = "/rss/channel/item";

test("has what RSS 2.0 needs, its own address, and versions with their dates", async () => {
  const { text, headers, status } = await served("/packages/debian/mc/feed.xml");
  expect(status).toBe(200);
  expect(headers.get("Content-Type")).toBe("application/rss+xml; charset=utf-8");
  expect(headers.get("Vary")).toBe("Accept-Language");
  expect(textsOf(text, "/rss/channel/title")).toEqual(["mc in Debian"]);
  expect(textsOf(text, "/rss/channel/link")).toEqual([`${base}packages/debian/mc`]);
  const self = readXml(text).find(({ path }) => path === "/rss/channel/atom:link");
  expect(self?.attributes).toMatchObject({
    href: `${base}packages/debian/mc/feed.xml`,
    rel: "self",
  });
  expect(textsOf(text, `${item}/title`)).toEqual([
    "mc 1.0-1+deb12u1 (bookworm)",
    "mc 1.0-1 (bookworm)",
  ]);
  expect(textsOf(text, `${item}/description`)[0]).toBe("bookworm: amd64, arm64");
  // RFC 822 with four digits of the year.
  expect(textsOf(text, `${item}/pubDate`)).toEqual([
    "Mon, 30 Nov 2026 08:15:00 GMT",
    "Sun, 29 Nov 2026 08:15:00 GMT",
  ]);
});

test("an item is the same, whether its version came as a change or was there before", () => {
  const record = { name: "mc", version: "1", architecture: "amd64" };
  const place = {
    repository: "debian",
    kind: "apt",
    suite: "s",
    snapshot: "x",
    record,
    purl: "",
    since: at,
  } as const;
  const change = {
    name: "mc",
    version: "1",
    architecture: "amd64",
    snapshot: "x",
    at: at - day,
    suite: "s",
  };
  expect(feedItems([], [place])).toEqual([
    { suite: "s", version: "1", architectures: ["amd64"], at },
  ]);
  // It was built long before it came.
  expect(feedItems([change], [{ ...place, since: at - 90 * day }])).toEqual([
    { suite: "s", version: "1", architectures: ["amd64"], at: at - day },
  ]);
  const later = { ...change, architecture: "arm64", at };
  expect(feedItems([later, change], [])).toEqual([
    { suite: "s", version: "1", architectures: ["arm64", "amd64"], at: at - day },
  ]);
});

test("guids tell versions and suites apart", async () => {
  const { text } = await served("/packages/debian/zlib1g-dev/feed.xml");
  expect(textsOf(text, `${item}/guid`)).toEqual([
    "nearmirror:debian:trixie:zlib1g-dev:1%3A1.3.dfsg%2Breally1.3.1-1",
    "nearmirror:debian:bookworm:zlib1g-dev:1%3A1.2.13.dfsg-1",
  ]);
});

test("odd names stay well-formed", async () => {
  const { text } = await served(`/packages/debian/${encodeURIComponent(hostile.name)}/feed.xml`);
  expect(textsOf(text, "/rss/channel/title")).toEqual([
    "evil\uFFFDgnp.exe<script>alert(1)</script> in Debian",
  ]);
});

test("who isn't there has none, and who isn't known now is asked for again", async () => {
  expect((await served("/packages/debian/nothing/feed.xml")).status).toBe(404);
  expect((await served("/packages/nowhere/mc/feed.xml")).status).toBe(404);
  const sources = standInSources([{ repository: "fedora", why: "It is being read." }]);
  const { status, headers } = await served("/packages/fedora/zlib-devel/feed.xml", sources);
  expect(status).toBe(503);
  expect(headers.get("Retry-After")).not.toBeNull();
});
