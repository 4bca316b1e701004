import { createHash, createPublicKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { primaryFingerprints } from "./openpgp.ts";

/** SHA-256 of a PEM key's DER, as `openssl pkey -pubin -outform DER | sha256sum` has it. */
function rsaDigest(pem: Buffer): string {
  const der = createPublicKey(pem).export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex").toUpperCase();
}

const dir = fileURLToPath(new URL("../../../../mirror-list", import.meta.url));
const compiled = compileMirrorList(dir, Date.parse("2026-11-22T12:00:00Z"));

test("the list that is served has no errors and no warnings", async () => {
  const { views, errors, warnings } = await compiled;
  expect(errors).toEqual([]);
  expect(warnings).toEqual([]);
  expect(views?.catalogue.repositories.map(({ name }) => name)).toEqual([
    "almalinux",
    "almalinux-isos",
    "alpine",
    "alpine-releases",
    "archlinux",
    "archlinux-iso",
    "centos-stream",
    "centos-stream-isos",
    "debian",
    "debian-cd",
    "debian-cloud-images",
    "debian-security",
    "epel",
    "fedora",
    "fedora-isos",
    "freebsd",
    "kali",
    "kali-images",
    "opensuse",
    "opensuse-isos",
    "proxmox-iso",
    "raspios",
    "rocky",
    "rocky-isos",
    "ubuntu",
    "ubuntu-cdimage",
    "ubuntu-cloud-images",
    "ubuntu-ports",
    "ubuntu-releases",
  ]);
  expect(views?.roster.mirrors.length).toBeGreaterThan(1500);
});

test("its views stay small: 500 bytes a mirror, whatever it carries", async () => {
  const { views } = await compiled;
  const mirrors = views?.roster.mirrors.length ?? 0;
  expect(Buffer.byteLength(JSON.stringify(views))).toBeLessThan(500 * mirrors);
});

test("every repository has a mirror in service, and is verified", async () => {
  const { views } = await compiled;
  const served = new Set(
    views?.roster.mirrors.flatMap(({ carries }) =>
      Object.entries(carries).flatMap(([name, { state }]) => (state === undefined ? [name] : [])),
    ),
  );
  for (const { name, keys, verify, roots = [], origin } of views?.catalogue.repositories ?? []) {
    expect(served, name).toContain(name);
    expect(roots.length, name).toBeGreaterThan(0);
    // Without a signature trust rests on how the origin is reached.
    if (keys.length === 0)
      expect([verify, origin.slice(0, 8)], name).toEqual(["checksums", "https://"]);
  }
});

test("what only an old list names is out of service, and says which list", async () => {
  const { views } = await compiled;
  const words = views?.roster.mirrors.flatMap(({ carries }) =>
    Object.values(carries).flatMap(({ word }) => (word?.by === "import" ? [word] : [])),
  );
  expect(words?.length).toBeGreaterThan(100);
  for (const { is, why } of words ?? []) {
    expect(is).toBe("disabled");
    expect(why).toMatch(/^Known only from a list of 20\d\d(-\d\d)*, more than a year old\./);
  }
});

test("every fingerprint is a primary key in its file, and every key file is used", async () => {
  const { views } = await compiled;
  const used = new Set<string>();
  for (const repository of views?.catalogue.repositories ?? []) {
    for (const { file, fingerprints } of repository.keys) {
      used.add(file);
      const bytes = readFileSync(join(dir, "keys", file));
      const present = file.endsWith(".rsa.pub") ? [rsaDigest(bytes)] : primaryFingerprints(bytes);
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
