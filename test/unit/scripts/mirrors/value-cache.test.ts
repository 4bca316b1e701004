import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readListFiles } from "../../../../scripts/mirrors/read-list.ts";
import { ValueCache, valueCacheFile } from "../../../../scripts/mirrors/value-cache.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { listFolder, siteText } from "./list.ts";

const cacheFile = () => join(temporaryFolder("cache-"), "below", "values.json");

/** Reads a list with what the file keeps, and keeps it. */
async function read(dir: string, file: string) {
  const cache = new ValueCache(file);
  const files = await readListFiles(dir, cache);
  await cache.keep();
  return files;
}

it("what is kept is what the files say, in values and in places", async () => {
  const dir = listFolder({
    "a.example": siteText("a.example", "capacity: 5 # five\nprefixes: [a]\n"),
  });
  const file = cacheFile();
  const plain = await readListFiles(dir);
  const first = await read(dir, file);
  const second = await read(dir, file);
  for (const { mirrors, repositories } of [first, second]) {
    expect(mirrors.map(({ value }) => value)).toEqual(plain.mirrors.map(({ value }) => value));
    expect(repositories.map(({ value }) => value)).toEqual(
      plain.repositories.map(({ value }) => value),
    );
  }
  const at = ["capacity"];
  expect(second.mirrors[0]?.problemAt(at, "x")).toEqual(plain.mirrors[0]?.problemAt(at, "x"));
  expect(second.mirrors[0]?.problemAtKey(at, "x")).toEqual(plain.mirrors[0]?.problemAtKey(at, "x"));
  expect(String(second.mirrors[0]?.document)).toBe(String(plain.mirrors[0]?.document));
});

it("a file that isn't as it was is read anew, and what was kept of it goes", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const file = cacheFile();
  await read(dir, file);
  const path = join(dir, "mirrors/a.example.yaml");
  writeFileSync(path, siteText("a.example", "capacity: 7\n"));
  const [mirror] = (await read(dir, file)).mirrors;
  expect(mirror?.value).toMatchObject({ capacity: 7 });
  const { values } = JSON.parse(readFileSync(file, "utf8"));
  expect(Object.values(values)).toHaveLength(5);
});

it("what another version read isn't taken, and what this one read is", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") }, {});
  const file = cacheFile();
  await read(dir, file);
  const kept: { reading: string; values: object } = JSON.parse(readFileSync(file, "utf8"));
  const values = Object.fromEntries(Object.keys(kept.values).map((hash) => [hash, { name: "x" }]));
  const nameWith = async (reading: string) => {
    writeFileSync(file, JSON.stringify({ reading, values }));
    return (await readListFiles(dir, new ValueCache(file))).mirrors[0]?.value;
  };
  expect(await nameWith(kept.reading)).toEqual({ name: "x" });
  expect(await nameWith(`${kept.reading}0`)).toMatchObject({ name: "a.example" });
});

it("a value is of its bytes alone, whatever lies in the list's folder", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const file = cacheFile();
  await read(dir, file);
  const kept = JSON.parse(readFileSync(file, "utf8"));
  for (const where of [join(dir, "built"), dir]) {
    mkdirSync(where, { recursive: true });
    writeFileSync(join(where, "values.json"), JSON.stringify({ ...kept, values: {} }));
  }
  expect(valueCacheFile(dir, {}, "/home/a")).toMatch(/^\/home\/a\/\.cache\/nearmirror\/values-/);
  expect(valueCacheFile(dir, { XDG_CACHE_HOME: "/c" }, "/home/a")).toMatch(/^\/c\/nearmirror\//);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("files with faults, and values that JSON hasn't, are read each time", async () => {
  const dir = listFolder({
    "a.example": "name: [",
    "b.example": siteText("b.example", "capacity: .nan\n"),
  });
  const file = cacheFile();
  await read(dir, file);
  const { mirrors } = await read(dir, file);
  expect(mirrors[0]?.problems).toHaveLength(1);
  expect(mirrors[1]?.value).toMatchObject({ capacity: Number.NaN });
});

it.each(["", "{", '{"reading":"another","values":{}}', '{"values":7}'])(
  "a kept file that is %j is as none",
  async (text) => {
    const dir = listFolder({ "a.example": siteText("a.example") });
    const file = join(temporaryFolder("cache-"), "values.json");
    writeFileSync(file, text);
    expect((await read(dir, file)).mirrors[0]?.value).toMatchObject({ name: "a.example" });
  },
);

it("a home that can't be written to costs time alone", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const file = cacheFile().replace("/below/", "/a-file/below/");
  writeFileSync(join(file, "../.."), "");
  const { mirrors } = await read(dir, file);
  expect(mirrors).toHaveLength(1);
});

it("of many lists those that were read last are kept, and nobody else's file goes", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const folder = temporaryFolder("cache-");
  const name = (at: number) => `values-${at.toString(16).padStart(16, "0")}.json`;
  writeFileSync(join(folder, "values.txt"), "");
  for (let at = 1; at <= 20; at++) {
    writeFileSync(join(folder, name(at)), "{}");
    utimesSync(join(folder, name(at)), at, at);
  }
  await read(dir, join(folder, name(21)));
  const left = Array.from({ length: 16 }, (_, at) => name(at + 6));
  expect(readdirSync(folder).sort()).toEqual([...left, "values.txt"]);
});
