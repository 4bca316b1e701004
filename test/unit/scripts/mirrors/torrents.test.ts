import { expect, test } from "vitest";
import { checkTexts } from "./list.ts";

const images = (more: string) => `name: cd
kind: images
title: Images
origin: http://origin.example/cd/
${more}`;
const marked = 'torrents: ["current/*/iso-cd/*-netinst.iso"]\n';

function messages(text: string): string[] {
  return checkTexts({}, { cd: text }).errors.map(({ message }) => message);
}

test("images with a list that is verified may be marked", () => {
  expect(messages(images(`verify: checksums\n${marked}`))).toEqual([]);
});

test("without a verified list nothing tells the SHA-256 that a torrent is held against", () => {
  expect(messages(images(marked))).toEqual([
    "`torrents` needs `keys` or `verify`: without them no list tells the SHA-256 that a torrent is held against.",
  ]);
});

test("of packages no torrents are made", () => {
  const text = images(`verify: checksums\n${marked}`).replace("kind: images", "kind: apt");
  expect(messages(text)).toEqual([
    "`torrents` is for images: of apt no torrents are made. Remove it.",
  ]);
});

test.each(['["/current/a.iso"]', '["a%20b.iso"]', "[]"])("the schema refuses %s", (given) => {
  expect(messages(images(`verify: checksums\ntorrents: ${given}\n`))).toHaveLength(1);
});
