/** Each mirror list is newer than those before it, as far as they are known. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  builtVersions,
  nextVersion,
  takeVersion,
  versionIn,
  withVersion,
} from "../../../scripts/mirrors/list-version.ts";
import { publishedText } from "../../../worker/views-text.ts";
import { now } from "./list.ts";

const views = {
  roster: { version: 1, mirrors: [] },
  catalogue: { version: 1, repositories: [] },
  keys: { "a.gpg": "AA==" },
};

function storeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-list-version-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test.each([
  [[], now],
  [[now - 1], now],
  [[now], now + 1],
  [[now - 5, now + 1000, now], now + 1001],
])("after %j", (before, version) => {
  expect(nextVersion(now, before)).toBe(version);
});

test("a list under another version is the same but for that", () => {
  expect(withVersion(views, 7)).toEqual({
    roster: { version: 7, mirrors: [] },
    catalogue: { version: 7, repositories: [] },
    keys: { "a.gpg": "AA==" },
  });
});

test("what Fleet published tells its list's version, not its own", async () => {
  const text = await publishedText({ ...views, roster: { version: 99, list: 1, mirrors: [] } });
  expect(await versionIn(text)).toBe(1);
  await expect(versionIn(text.slice(0, -1))).rejects.toThrow("bytes of");
});

test("a built list tells its version; what is none, or isn't there, tells nothing", async () => {
  const file = join(storeFolder(), "views.txt");
  expect(await builtVersions(file)).toEqual([]);
  writeFileSync(file, JSON.stringify(withVersion(views, 5)));
  expect(await builtVersions(file)).toEqual([5]);
  for (const none of ["", "{", "null", "{}", '{"catalogue":{"version":"9"}}']) {
    writeFileSync(file, none);
    expect(await builtVersions(file)).toEqual([]);
  }
});

test("a store's next list is newer than its last, over restarts and clocks that go back", async () => {
  const store = join(storeFolder(), "not", "made");
  expect(await takeVersion(store, now)).toBe(now);
  expect(await takeVersion(store, now)).toBe(now + 1);
  expect(await takeVersion(store, now - 86_400_000)).toBe(now + 2);
  expect(await takeVersion(store, now + 10)).toBe(now + 10);
  expect(readFileSync(join(store, "list-version"), "utf8")).toBe(`${now + 10}\n`);
});

test.each(["", "x", "-1", "1e99", "9".repeat(16)])(
  "a store's file that says %j counts for nothing",
  async (text) => {
    const store = storeFolder();
    writeFileSync(join(store, "list-version"), text);
    expect(await takeVersion(store, now)).toBe(now);
  },
);
