/** Each list that is built or applied is newer than all before it; wrangler's place is taken by a stand-in. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { listOwnerText } from "../../../../worker/list/list-owner.ts";
import { publishedText } from "../../../../worker/views/views-text.ts";
import { listFolder, siteText } from "./list.ts";

const script = fileURLToPath(new URL("../../../../scripts/mirrors.ts", import.meta.url));

function mirrorsWith(env: Record<string, string>, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

/** Answers as wrangler 4.156 was seen to, from files in the folder it is in; `ANSWER` in place of 404 for what isn't there. */
const standInWrangler = `#!${process.execPath}
const { copyFileSync, existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const [kv, of, verb, key, ...options] = process.argv.slice(2);
const expected = verb === "get" ? "--binding VIEWS --remote" : "--binding VIEWS --remote --path";
if (kv + of !== "kvkey" || !options.join(" ").startsWith(expected)) process.exit(9);
const file = join(__dirname, "stored-" + key);
if (verb === "put") copyFileSync(options.at(-1), file);
else if (existsSync(file)) process.stdout.write(readFileSync(file));
else {
  const answer = process.env.ANSWER ?? "404: Not Found";
  console.error("X [ERROR] Failed to fetch https://api.example/storage/kv/namespaces/0/values/" + key + " - " + answer);
  process.exitCode = 1;
}
`;

/** A store that is only to be reached by "wrangler". */
function deployment() {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-wrangler-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "wrangler"), standInWrangler, { mode: 0o755 });
  const env = { PATH: `${folder}${delimiter}${process.env.PATH ?? ""}` };
  return {
    put: (key: string, text: string) => writeFileSync(join(folder, `stored-${key}`), text),
    apply: (dir: string, more = {}) => mirrorsWith({ ...env, ...more }, "apply", "--list", dir),
    applied: () => JSON.parse(readFileSync(join(folder, "stored-views"), "utf8")),
    entries: () => JSON.parse(readFileSync(join(folder, "stored-list-entries"), "utf8")),
  };
}

/** A moment that this machine's clock hasn't reached: lists were made while it was ahead, or on one that is. */
const ahead = Date.now() + 1e9;
const listIn = (version: number) => ({
  roster: { version, mirrors: [] },
  catalogue: { version, repositories: [] },
});

test("apply: the first list, and each later one newer than all before, also where the clock went back", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const { apply, applied, put } = deployment();
  const begun = Date.now();
  expect(apply(dir)).toMatchObject({ status: 0, stderr: "" });
  const first = applied();
  expect(first.roster.version).toBeGreaterThanOrEqual(begun);
  expect(first.catalogue.version).toBe(first.roster.version);

  // The one that was applied last.
  put("views", JSON.stringify(listIn(ahead)));
  expect(apply(dir).status).toBe(0);
  expect(applied()).toMatchObject({
    roster: { version: ahead + 1, mirrors: [{ capacity: 1000 }] },
  });
  // The one that Fleet goes by, of a bundle; Fleet's own versions don't count.
  const published = listIn(ahead + 50);
  put("published", await publishedText({ ...published, roster: { version: 9e14, mirrors: [] } }));
  expect(apply(dir).status).toBe(0);
  expect(applied().catalogue.version).toBe(ahead + 51);
  // Rolled back, and with what is stored gone: the one in the file.
  put("views", "");
  put("published", "nearmirror-views 2");
  const again = apply(dir);
  expect(again.status).toBe(0);
  expect(again.stderr).toMatch(/^What is stored at views is passed over: /);
  expect(applied().catalogue.version).toBe(ahead + 52);
});

test("apply: the entries under the version of the views, and nothing where the service keeps its list itself", () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const { apply, applied, entries, put } = deployment();
  expect(apply(dir).status).toBe(0);
  const { version } = applied().catalogue;
  expect(entries()).toMatchObject({
    version,
    entries: { "mirrors/a.example": { name: "a.example" } },
  });
  put("list-owner", listOwnerText(version));
  const refused = apply(dir);
  expect(refused).toMatchObject({ status: 1, stdout: "" });
  expect(refused.stderr).toMatch(/keeps its list itself.*nothing was applied.*nearmirror plan/);
  expect(applied().catalogue.version).toBe(version);
});

test("apply: nothing where the list in force can't be read, or this one has errors", () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const { apply, applied } = deployment();
  const refused = apply(dir, { ANSWER: "500: Internal Server Error" });
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("500: Internal Server Error");
  expect(refused.stderr).toContain("nothing was applied");
  expect(apply(dir, { PATH: "" })).toMatchObject({ status: 1 });
  const bad = apply(listFolder({ "a.example": siteText("b.example") }));
  expect(bad.status).toBe(1);
  expect(bad.stderr).toContain("nothing was built");
  expect(applied).toThrow("ENOENT");
});

test("build: newer than the list that was in the file, which need not be one", () => {
  const dir = listFolder();
  const out = join(dir, "views.txt");
  const built = (text: string): number => {
    writeFileSync(out, text);
    expect(mirrorsWith({}, "build", "--list", dir, "--out", out).status).toBe(0);
    return JSON.parse(readFileSync(out, "utf8")).catalogue.version;
  };
  expect(built(JSON.stringify(listIn(ahead)))).toBe(ahead + 1);
  expect(built("cut off {")).toBeLessThan(ahead);
});
