/** Lists older than a year: what only they name enters disabled, until a newer list or an operator says otherwise. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { endOfDate } from "../../../../scripts/mirrors/import/age.ts";
import type { Upstream } from "../../../../scripts/mirrors/import/run-import.ts";
import { runImport } from "../../../../scripts/mirrors/import/run-import.ts";
import type { ImportSummary } from "../../../../scripts/mirrors/import/summary.ts";
import { listFolder, now, repositoryTexts } from "./list.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const more = {
  opensuse: "name: opensuse\nkind: rpm\ntitle: openSUSE\norigin: https://download.example/\n",
  epel: "name: epel\nkind: rpm\ntitle: EPEL\norigin: https://dl.fedoraproject.org/pub/epel/\n",
};

async function imported(dir: string, upstream: Upstream, file: string): Promise<ImportSummary> {
  const result = await runImport(upstream, [file], dir, now);
  if (Array.isArray(result)) throw new Error(JSON.stringify(result));
  return result;
}

function site(dir: string, name: string) {
  return parse(readFileSync(join(dir, "mirrors", `${name}.yaml`), "utf8"));
}

/** A CSV of MirrorCache's with one server. */
function table(dir: string, host: string, path: string): string {
  const file = join(dir, "servers.csv");
  writeFileSync(file, `hostname,urldir,enabled,country,region\n${host},${path},t,se,eu\n`);
  return file;
}

const old = { kind: "opensuse", dated: "2023-05-08" } as const;
const disabled = {
  is: "disabled",
  by: "import",
  why: "Known only from a list of 2023-05-08, more than a year old. Probe it, then enable it.",
};

test("what only an old list names is disabled, with the list's date", async () => {
  const dir = listFolder({}, { ...repositoryTexts, ...more });
  await imported(dir, old, fixture("mirrorcache.csv"));
  expect(site(dir, "ftp.acc.umu.se").repositories).toEqual({
    opensuse: { path: "mirror/opensuse.org/", state: disabled },
  });
  const { views, errors } = await compileMirrorList(dir, now);
  expect(errors).toEqual([]);
  const mirror = views?.roster.mirrors.find(({ name }) => name === "ftp.acc.umu.se");
  expect(mirror?.carries.opensuse?.state).toBe("disabled");
});

test("a list that says its own date needs no --dated, and its own date counts", async () => {
  const dir = listFolder({}, { ...repositoryTexts, ...more });
  const upstream = { kind: "metalink", repository: "epel", dated: "2026-11" } as const;
  await imported(dir, upstream, fixture("epel.metalink"));
  expect(site(dir, "mirrors.wcupa.edu").repositories.epel.state.why).toContain("2024-04-15");
});

test("a list younger than a year, or of no known date, enters as it is", async () => {
  for (const dated of [undefined, "2026-06"]) {
    const dir = listFolder({}, { ...repositoryTexts, ...more });
    await imported(dir, { kind: "opensuse", ...(dated && { dated }) }, fixture("mirrorcache.csv"));
    expect(site(dir, "ftp.acc.umu.se").repositories.opensuse).not.toHaveProperty("state");
  }
});

test("a newer list that names the same puts it into service, at the path that it gives", async () => {
  const dir = listFolder({}, { ...repositoryTexts, ...more });
  await imported(dir, old, table(dir, "a.example.se", "/old"));
  const summary = await imported(dir, { kind: "opensuse" }, table(dir, "a.example.se", "/new"));
  expect(summary).toMatchObject({ merged: 1, kept: [] });
  expect(site(dir, "a.example.se").repositories.opensuse).toEqual({ path: "new/" });
});

test("an old list changes nothing of what is in service, nor of what an operator said", async () => {
  const before = `name: a.example.se
country: SE
base:
  http: http://a.example.se/
repositories:
  opensuse:
    path: here/
    state:
      is: drained
      by: ann
      why: disk
`;
  const dir = listFolder({ "a.example.se": before }, { ...repositoryTexts, ...more });
  await imported(dir, old, table(dir, "a.example.se", "/old"));
  expect(site(dir, "a.example.se").repositories).toEqual(parse(before).repositories);
});

test("an old list adds a path at the schemes that a site has, and no scheme", async () => {
  const before =
    "name: a.example.se\nbase:\n  https: https://a.example.se/\nrepositories:\n  debian:\n    path: debian/\n";
  const dir = listFolder({ "a.example.se": before }, { ...repositoryTexts, ...more });
  await imported(dir, old, table(dir, "a.example.se", "/pub/opensuse"));
  const { base, repositories } = site(dir, "a.example.se");
  expect(base).toEqual({ https: "https://a.example.se/" });
  expect(repositories).toEqual({
    debian: { path: "debian/" },
    opensuse: { path: "pub/opensuse/", state: disabled },
  });
});

test("the same host on several lists is one file", async () => {
  const dir = listFolder(
    {},
    {
      ...repositoryTexts,
      ...more,
      kali: "name: kali\nkind: apt\ntitle: Kali\norigin: https://kali.example/\n",
    },
  );
  await imported(dir, old, fixture("mirrorcache.csv"));
  await imported(dir, { kind: "kali", dated: "2021" }, fixture("kali-mirrors.txt"));
  expect(Object.keys(site(dir, "ftp.acc.umu.se").repositories)).toEqual(["opensuse", "kali"]);
});

test.each([
  ["2021", "2021-12-31T23:59:59.999Z"],
  ["2024-02", "2024-02-29T23:59:59.999Z"],
  ["2021-06-30", "2021-06-30T23:59:59.999Z"],
])("%s ends at %s", (text, end) => {
  expect(new Date(endOfDate(text) ?? 0).toISOString()).toBe(end);
});

test.each(["2021-13", "2021-02-30", "21", "yesterday", "2021-6-1", "2021-06-30T00:00Z"])(
  "%s is no date",
  (text) => {
    expect(endOfDate(text)).toBeUndefined();
  },
);
