/** What many packages have says little of each. */
import { expect, it } from "vitest";
import { type KeyOwners, sameIn } from "../../../../worker/search/ask/elsewhere/decide.ts";

const command = (name: string, owners: readonly string[]): KeyOwners => ({
  key: { use: "command", by: "paths", command: name },
  owners,
});
const boxes = ["busybox", "toybox", "coreutils", "minibox"];
const nothing = { provides: [], named: [] };
const own = { name: "editor" };

it("takes who has the rare thing over who has more common ones", () => {
  const keys = [command("ls", boxes), command("cat", boxes), command("edit", ["the-editor"])];
  expect(sameIn(own, { keys, ...nothing })).toEqual([
    { name: "the-editor", by: "paths", what: "the command edit" },
  ]);
});

it("takes nobody for a command that many have", () => {
  const keys = [command("vi", [...boxes, "vim"])];
  expect(sameIn(own, { keys, ...nothing })).toEqual([]);
});

it("takes nobody who has little of it", () => {
  const keys = ["a", "b", "c", "d"].map((name) => command(name, [`has-${name}`]));
  expect(sameIn(own, { keys, ...nothing })).toEqual([]);
});

it("takes a provider where there are few, and not for its own name", () => {
  const provides = [
    { token: "editor", owners: ["editor"] },
    { token: "virtual", owners: boxes },
    { token: "text-editor", owners: ["nano", "nano-debuginfo"] },
  ];
  expect(sameIn(own, { keys: [], provides, named: [{ name: "editor" }] })).toEqual([
    { name: "nano", by: "provides", what: "text-editor" },
  ]);
});

it("guesses by the name with the same homepage before the same name", () => {
  const named = [
    { name: "editor", homepage: "https://other.org" },
    { name: "libeditor", homepage: "http://www.editor.org/" },
  ];
  const home = { ...own, homepage: "https://editor.org" };
  expect(sameIn(home, { keys: [], provides: [], named })[0]).toMatchObject({
    name: "libeditor",
    by: "name",
  });
  expect(sameIn(own, { keys: [], provides: [], named })[0]).toMatchObject({
    name: "editor",
    by: "name",
  });
});
