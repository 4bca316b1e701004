/** What an install leaves behind for the first start and the first plan. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readListFiles } from "../../../scripts/mirrors/read-list.ts";
import { ValueCache, valueCacheFile } from "../../../scripts/mirrors/value-cache.ts";
import { root } from "../../../scripts/service/bundle.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { listFolder, siteText } from "./mirrors/list.ts";

function install(list: string, cache: string): void {
  execFileSync(process.execPath, [join(root, "scripts/keep-compiled.js")], {
    env: { ...process.env, XDG_CACHE_HOME: cache, NEARMIRROR_LIST: list },
  });
}

test("after an install the list's files are known by their bytes", async () => {
  const list = listFolder({ "a.example": siteText("a.example") });
  const cache = temporaryFolder("install-");
  install(list, cache);
  const values = new ValueCache(valueCacheFile(list, { XDG_CACHE_HOME: cache }, ""));
  let unknown = 0;
  values.set = () => {
    unknown++;
  };
  const { mirrors, repositories } = await readListFiles(list, values);
  expect(mirrors.length + repositories.length).toBeGreaterThan(1);
  expect(unknown).toBe(0);
});

test("a list with faults, or none, keeps no install from ending well", () => {
  const cache = temporaryFolder("install-");
  install(listFolder({ "a.example": "name: [" }), cache);
  install("/nonexistent/list", cache);
  expect(existsSync(join(cache, "nearmirror"))).toBe(false);
});
