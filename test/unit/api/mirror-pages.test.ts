/** Pages of mirrors: how long they are told, and that a mirror that goes leaves no gap. */
import { expect, test } from "vitest";
import { describedMs, MirrorPages } from "../../../worker/api/mirror-pages.ts";

const of = (...names: string[]) => names.map((name) => ({ name, targets: [] }));
const namesIn = (text: string) =>
  JSON.parse(text).mirrors.map(({ name }: { name: string }) => name);
const wish = { filter: "", head: {}, limit: 2 };

test("a page is described anew after its time, and follows a name that is there no more", async () => {
  const pages = new MirrorPages();
  const first = await pages.page({ ...wish, after: "" }, async () => of("c", "b", "d", "a"), 0);
  expect(namesIn(first.text)).toEqual(["a", "b"]);
  const held = await pages.page({ ...wish, after: "b" }, async () => of(), describedMs - 1);
  expect(namesIn(held.text)).toEqual(["c", "d"]);
  const later = async () => of("a", "c", "d", "e");
  const next = await pages.page({ ...wish, after: "b" }, later, describedMs);
  expect(namesIn(next.text)).toEqual(["c", "d"]);
  expect(JSON.parse(next.text).next).toBe("/api/v1/mirrors?limit=2&after=d");
});

test("what can't be described is held for nobody", async () => {
  const pages = new MirrorPages();
  const gone = async () => Promise.reject(new Error("gone"));
  await expect(pages.page({ ...wish, after: "" }, gone, 0)).rejects.toThrow("gone");
  const there = await pages.page({ ...wish, after: "" }, async () => of("a"), 0);
  expect(namesIn(there.text)).toEqual(["a"]);
});
