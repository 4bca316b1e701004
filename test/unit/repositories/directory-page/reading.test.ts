/** The deciding parts of reading listings: links, sizes, dates, JSON. */
import { expect, test } from "vitest";
import { readTarget } from "../../../../worker/http/path.ts";
import { ageForPeople, sizeForPeople } from "../../../../worker/pages/folder/folder-text.ts";
import {
  childOf,
  readReferences,
} from "../../../../worker/repositories/directory-page/child-name.ts";
import { readDate, readDetails } from "../../../../worker/repositories/directory-page/details.ts";
import { hrefOf } from "../../../../worker/repositories/directory-page/entry.ts";
import { readJsonPage } from "../../../../worker/repositories/directory-page/json-page.ts";
import { limitedTo } from "../../../../worker/repositories/directory-page/limits.ts";
import { entriesOf } from "../../../../worker/repositories/directory-page/links.ts";
import { names } from "./odd-names.ts";

test.each(names)("%s is right in a link, and the door lets it in", (name) => {
  for (const type of ["file", "folder"] as const) {
    const href = hrefOf({ name, type });
    expect(childOf(href, "/debian/")).toEqual({ name, type });
    expect(childOf(`./${href}`, "/debian/")).toEqual({ name, type });
    expect(childOf(`/debian/${href}`, "/debian/")).toEqual({ name, type });
    const url = new URL(href, "http://near.example/debian/").href;
    expect(readTarget(url)).toMatchObject({
      decoded: `/debian/${name}${type === "folder" ? "/" : ""}`,
      query: "",
    });
  }
});

test.each([
  ["../", undefined],
  ["", undefined],
  ["/", undefined],
  ["./", undefined],
  ["?C=N;O=D", undefined],
  ["#top", undefined],
  ["a//", undefined],
  ["a/b", undefined],
  ["/debian/pool/a/b", undefined],
  ["/debian/", undefined],
  ["//host/a", undefined],
  ["mailto:a", undefined],
  ["a\\b", undefined],
  ["%2e%2e/", undefined],
  ["%zz", undefined],
  ["%c3", undefined],
  ["a%7f", undefined],
  [" a\n.deb ", "a.deb"],
  ["a b", "a b"],
  ["/debian/p%6fol/a", "a"],
  ["1:2.deb", "1:2.deb"],
  ["ü", "ü"],
])("a link to %j is to %j", (href, name) => {
  expect(childOf(href, "/debian/pool/")?.name).toBe(name);
});

test("character references", () => {
  expect(readReferences("&amp;lt; &#60;&#x3E; &quot;&copy=1&nbsp;&#0;&#xd800;&constructor;")).toBe(
    '&lt; <> "&copy=1\u00a0\ufffd\ufffd&constructor;',
  );
});

test.each([
  ["07-Jun-2025 09:12   5", { modified: "2025-06-07T09:12:00.000Z", size: 5 }],
  [
    "2025-06-07 09:12  1.5M  a file",
    { modified: "2025-06-07T09:12:00.000Z", size: 1_572_864, approximate: true },
  ],
  ["2025-Jun-07 09:12:33 \t 973 ", { modified: "2025-06-07T09:12:33.000Z", size: 973 }],
  [
    "1.2 KiB 2025-06-07T09:12:33+02:00",
    { modified: "2025-06-07T07:12:33.000Z", size: 1229, approximate: true },
  ],
  ["31-Apr-2025 09:12  5", { size: 5 }],
  ["07-Foo-2025 09:12  5", { size: 5 }],
  ["2025-06-07 09:12  -", { modified: "2025-06-07T09:12:00.000Z" }],
  ["5 MB of packages", { size: 5 * 1024 ** 2, approximate: true }],
  ["1.5 of something", {}],
  ["12monkeys", {}],
  ["", {}],
])("%j tells %j", (text, expected) => {
  const { modified, ...rest } = readDetails(text);
  const told =
    modified === undefined ? rest : { ...rest, modified: new Date(modified).toISOString() };
  expect(told).toEqual(expected);
});

test("an attribute's number counts where it is the size that is shown", () => {
  expect(readDetails("1.2 MiB", [1_234_567])).toEqual({ size: 1_234_567 });
  expect(readDetails("1.2 MB", [1_234_567])).toEqual({ size: 1_234_567 });
  // A time to sort by.
  expect(readDetails("1.2 MiB", [1_749_287_553])).toMatchObject({ approximate: true });
  expect(readDate("Sat, 07 Jun 2025 09:12:33 GMT")).toBe(Date.parse("2025-06-07T09:12:33Z"));
});

test("JSON of nginx and of Caddy, and what is neither", () => {
  const nginx = [{ name: "s", type: "directory", mtime: "Sat, 07 Jun 2025 09:12:33 GMT" }];
  const modified = Date.parse("2025-06-07T09:12:33Z");
  expect(readJsonPage(JSON.stringify(nginx))).toEqual([{ name: "s", type: "folder", modified }]);
  const caddy = [
    { name: "s/", size: 4096, url: "./s/", mod_time: "2025-06-07T09:12:33.123Z", is_dir: true },
    { name: "a", size: 5, url: "./a", mod_time: "2025-06-07T09:12:33Z", is_dir: false },
  ];
  expect(readJsonPage(JSON.stringify(caddy))).toEqual([
    { name: "s", type: "folder", modified },
    { name: "a", type: "file", size: 5, modified },
  ]);
  for (const other of ["{}", "[1]", '[{"name":"a"}]', "<", '[{"name":1,"type":"file"}]']) {
    expect(readJsonPage(other)).toBeUndefined();
  }
  const bad = [
    { name: "../x", type: "file" },
    { name: "a", type: "file", size: -1 },
  ];
  expect(readJsonPage(JSON.stringify(bad))).toEqual([{ name: "a", type: "file" }]);
});

test("a page with names that are cut short is a listing; one with words on files is none", () => {
  const link = (href: string, text: string, after = "") => ({ href, text, after, exact: [] });
  const cut = [link("../", "Up"), link("long-name.deb", "long-na..&gt;"), link("b", "b")];
  expect(entriesOf({ titles: [], links: cut }, "/")).toEqual([
    { name: "long-name.deb", type: "file" },
    { name: "b", type: "file" },
  ]);
  const words = [link("a.html", "About us"), link("b.html", "More"), link("c", "c")];
  expect(entriesOf({ titles: ["Welcome"], links: words }, "/")).toBeUndefined();
  // In the header of a listing they are no entries either.
  expect(entriesOf({ titles: ["Index of /"], links: words }, "/")).toEqual([
    { name: "c", type: "file" },
  ]);
});

test("no more is read than the limit, and what broke off is known", async () => {
  const chunks = (count: number, last: "close" | "error") => {
    let sent = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent++ < count) controller.enqueue(new Uint8Array(10));
        else if (last === "close") controller.close();
        else controller.error(new Error("connection lost"));
      },
    });
    return { stream, sent: () => sent };
  };
  const read = async (count: number, last: "close" | "error") => {
    const { stream, sent } = chunks(count, last);
    const limited = limitedTo(stream, 50);
    const { byteLength } = await new Response(limited.body).arrayBuffer();
    return { byteLength, end: limited.end(), sent: sent() };
  };
  expect(await read(5, "close")).toMatchObject({ byteLength: 50, end: "whole" });
  expect(await read(3, "error")).toMatchObject({ byteLength: 30, end: "broken" });
  const endless = await read(1e9, "close");
  expect(endless).toMatchObject({ byteLength: 50, end: "too large" });
  expect(endless.sent).toBeLessThan(10);
});

test("sizes and ages for people", () => {
  const sizes = [0, 1023, 1024, 1_234_567, 100 * 1024, 1024 ** 2 - 1, 5e12].map(sizeForPeople);
  expect(sizes).toEqual(["0 B", "1023 B", "1.0 KiB", "1.2 MiB", "100 KiB", "1.0 MiB", "4.5 TiB"]);
  const ages = [1000, 60_000, 3_600_000, 47 * 3_600_000, 72 * 3_600_000].map(ageForPeople);
  expect(ages).toEqual(["1 minute", "1 minute", "1 hour", "47 hours", "3 days"]);
});
