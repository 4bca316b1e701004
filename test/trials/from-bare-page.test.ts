/** The blocks of a page that a trial runs, and those of the page that it is for. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { installedPackages, pageBlocks } from "./from-bare-page.ts";

const fence = "```";

it("takes what is marked, in its order, with its line", () => {
  const page = `# Page\n\n${fence}sh\nnot run\n${fence}\n\n<!-- trial: host -->\n${fence}sh\none\n\ntwo\n${fence}\n\n<!-- trial: nginx host -->\n${fence}sh\nthree\n${fence}\n`;
  expect(pageBlocks(page)).toEqual([
    { mark: "host", line: 7, text: "one\n\ntwo\n" },
    { mark: "nginx host", line: 14, text: "three\n" },
  ]);
});

it("refuses a mark that stands before something else", () => {
  expect(() => pageBlocks(`<!-- trial: host -->\n\n${fence}sh\none\n${fence}\n`)).toThrow(
    "1 marks",
  );
});

it("knows what is installed", () => {
  const text = "apt-get update\napt-get install -y --no-install-recommends caddy nftables\n";
  expect(installedPackages([{ mark: "packages", line: 1, text }])).toEqual(["caddy", "nftables"]);
});

it("has the marks of the page that the trial looks for", () => {
  const path = new URL("../../docs/operating/self-hosting.md", import.meta.url);
  const marks = pageBlocks(readFileSync(path, "utf8")).map(({ mark }) => mark);
  expect(new Set(marks)).toEqual(
    new Set([
      "packages",
      "host",
      "nginx packages",
      "nginx host",
      "client",
      "upgrade",
      "roll back",
      "direct",
    ]),
  );
});
