import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { primaryFingerprints } from "./openpgp.ts";

const dir = fileURLToPath(new URL("../../../../mirror-list", import.meta.url));
const compiled = compileMirrorList(dir, Date.parse("2026-11-22T12:00:00Z"));

test("the list that is served has no errors and no warnings", async () => {
  const { views, errors, warnings } = await compiled;
  expect(errors).toEqual([]);
  expect(warnings).toEqual([]);
  expect(views?.catalogue.repositories.map(({ name }) => name)).toEqual([
    "almalinux",
    "debian",
    "debian-cd",
    "debian-security",
    "ubuntu",
    "ubuntu-releases",
  ]);
  expect(views?.roster.mirrors.length).toBeGreaterThan(1000);
});

test("its views stay small: 600 kB is the limit, 300 kB the aim for 1,000 mirrors", async () => {
  const { views } = await compiled;
  expect(Buffer.byteLength(JSON.stringify(views))).toBeLessThan(600_000);
});

test("every fingerprint is a primary key in its file, and every key file is used", async () => {
  const { views } = await compiled;
  const used = new Set<string>();
  for (const repository of views?.catalogue.repositories ?? []) {
    for (const { file, fingerprints } of repository.keys) {
      used.add(file);
      const present = primaryFingerprints(readFileSync(join(dir, "keys", file)));
      for (const fingerprint of fingerprints) expect(present, file).toContain(fingerprint);
    }
  }
  expect([...used].sort()).toEqual(readdirSync(join(dir, "keys")).sort());
});

test("the reader of key files finds the published fingerprint of Ubuntu's archive key of 2018", () => {
  const file = readFileSync(join(dir, "keys", "ubuntu-archive-keyring.gpg"));
  expect(primaryFingerprints(file)).toContain("F6ECB3762474EDA9D21B7022871920D1991BC93C");
});

test("every file tells editors its schema in the first line", () => {
  for (const [folder, schema] of [
    ["mirrors", "mirror"],
    ["repositories", "repository"],
  ] as const) {
    const without = readdirSync(join(dir, folder)).filter((name) => {
      const [first] = readFileSync(join(dir, folder, name), "utf8").split("\n", 1);
      return first !== `# yaml-language-server: $schema=../schema/${schema}.schema.json`;
    });
    expect(without).toEqual([]);
  }
});

test("no mirror is one of the origins", async () => {
  const { views } = await compiled;
  const origins = views?.catalogue.repositories.map(({ origin }) => new URL(origin).hostname) ?? [];
  const names = new Set(views?.roster.mirrors.map(({ name }) => name));
  expect(origins.filter((host) => names.has(host))).toEqual([]);
});
