/** The files' list as entries: the service that takes them over compiles the same views of them. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { judgeEntries } from "../../../../worker/list/entries.ts";
import { givenListText, readGivenList } from "../../../../worker/list/given-list.ts";
import { listFolder, now, siteText } from "./list.ts";

const version = now + 5;

/** Compiles a folder both ways; its entries go the way that they go to the service. */
async function bothWays(dir: string) {
  const { views, entries, errors } = await compileMirrorList(dir, now);
  expect(errors).toEqual([]);
  if (views === undefined || entries === undefined) throw new Error("no list");
  const given = readGivenList(givenListText({ version, entries }));
  expect(given.version).toBe(version);
  const judged = await judgeEntries(given.entries, now);
  expect(judged.errors).toEqual([]);
  return { views, entries: given.entries, judged };
}

function withoutVersions<Of>(views: Of): unknown {
  return JSON.parse(JSON.stringify(views, (key, value) => (key === "version" ? 0 : value)));
}

test("the bundled list is the same list by its files and by its entries", async () => {
  const dir = fileURLToPath(new URL("../../../../mirror-list", import.meta.url));
  const { views, entries, judged } = await bothWays(dir);
  const others = judged.views?.(version);
  expect(others?.roster.version).toBe(version);
  expect(others?.catalogue.version).toBe(version);
  expect(withoutVersions(others)).toEqual(withoutVersions(views));
  // In the same order as well: what depends on it is the same at the edge.
  expect(JSON.stringify(withoutVersions(others))).toBe(JSON.stringify(withoutVersions(views)));
  expect(entries.size).toBeGreaterThan(views.roster.mirrors.length);
}, 30_000);

test("states, keys and files of rules that include each other are entries", async () => {
  const dir = listFolder({
    "a.example": siteText("a.example"),
    "b.example": `${siteText("b.example")}state: {is: drained, by: me, why: x, until: "2999-01-01T00:00Z"}\n`,
  });
  const rules = mkdtempSync(join(tmpdir(), "entries-of-files-"));
  cpSync(dir, rules, { recursive: true });
  mkdirSync(join(rules, "images/more"), { recursive: true });
  writeFileSync(join(rules, "images/site.ini"), "!include more/*.ini\n");
  const ini = readFileSync(
    fileURLToPath(new URL("../../images/genisolist/site.ini", import.meta.url)),
    "utf8",
  ).replace(/^!include.*$/gm, "");
  writeFileSync(join(rules, "images/more/one.ini"), ini);
  writeFileSync(join(rules, "images/unused.ini"), "[");
  writeFileSync(
    join(rules, "repositories/void.yaml"),
    "name: void\nkind: images\ntitle: T\norigin: https://mirror.example/r/\nimages:\n  rules: ./images/../images/site.ini\n",
  );
  const { views, entries, judged } = await bothWays(rules);
  expect(views.catalogue.repositories.find(({ name }) => name === "void")?.images).toBeDefined();
  expect(withoutVersions(judged.views?.(version))).toEqual(withoutVersions(views));
  expect([...entries.keys()].filter((place) => place.startsWith("images/"))).toEqual([
    "images/more/one.ini",
    "images/site.ini",
  ]);
  expect(entries.get("mirrors/b.example")).toMatchObject({ state: { is: "drained" } });
});

test("rules elsewhere than in images/ are refused, with what to do", async () => {
  const dir = listFolder();
  const rules = mkdtempSync(join(tmpdir(), "entries-of-files-"));
  cpSync(dir, rules, { recursive: true });
  mkdirSync(join(rules, "rules"));
  mkdirSync(join(rules, "images"));
  writeFileSync(join(rules, "rules/site.ini"), "[Void]\nlocation = void/*.iso\n");
  writeFileSync(join(rules, "images/all.ini"), "!include ../rules/*.ini\n");
  const repository = (file: string) =>
    writeFileSync(
      join(rules, "repositories/void.yaml"),
      `name: void\nkind: images\ntitle: T\norigin: https://mirror.example/r/\nimages:\n  rules: ${file}\n`,
    );
  for (const file of ["rules/site.ini", "images/all.ini"]) {
    repository(file);
    const { errors } = await compileMirrorList(rules, now);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^(No|rules\/site\.ini is no file of rules: they are in images\/)/),
    ]);
  }
});
