/** How a repository is to be followed: from the YAML through the views to the keys at hand. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { readings } from "../../../../worker/formats/readings.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import { pollMs, verificationOf } from "../../../../worker/repositories/follow-policy.ts";
import { keyringFrom } from "../../../../worker/repositories/keys.ts";
import { fingerprintOf, makeKey } from "../../formats/openpgp/signing.ts";
import { listFolder, now, repositoryTexts } from "../../scripts/mirrors/list.ts";
import { repository } from "../origin.ts";

const debian = repositoryTexts.debian;

async function compiled(text: string, keys: Record<string, Uint8Array> = {}) {
  const dir = listFolder({}, { ...repositoryTexts, debian: text });
  mkdirSync(join(dir, "keys"));
  for (const [name, bytes] of Object.entries(keys)) writeFileSync(join(dir, "keys", name), bytes);
  return compileMirrorList(dir, now);
}

test("verify, poll and follow travel as they are, and the key files that are named with them", async () => {
  const key = await makeKey();
  const bytes = key.toPublic().write();
  const keys = `keys: [{file: a.gpg, fingerprints: [${fingerprintOf(key)}]}]\nroots: [dists/trixie/InRelease]\n`;
  const { views, errors } = await compiled(
    `${debian}${keys}verify: signed\npoll: 5\nfollow: always\n`,
    { "a.gpg": bytes, "unused.gpg": new Uint8Array([3]) },
  );
  expect(errors).toEqual([]);
  const listed = views?.catalogue.repositories.find(({ name }) => name === "debian");
  expect(listed).toMatchObject({ verify: "signed", poll: 5, follow: "always" });
  expect(views?.keys).toEqual({ "a.gpg": Buffer.from(bytes).toString("base64") });
  const without = await compiled(debian);
  expect(without.views).not.toHaveProperty("keys");
});

test("what is had ahead, when it is published and what is redirected, in the units of the edge", async () => {
  const followed = `${debian}roots: [a/InRelease]\nverify: checksums\n`;
  const read = async (more: string) => {
    const { views, errors } = await compiled(followed + more);
    expect(errors, more).toEqual([]);
    return views?.catalogue.repositories.find(({ name }) => name === "debian");
  };
  const all = "ahead: [amd64]\npublish: {when: 0.3, atMost: 6h}\nredirect: {minSize: 64KiB}\n";
  expect(await read(all)).toMatchObject({
    ahead: ["amd64"],
    publish: { when: 0.3, atMost: 21_600 },
    redirect: { minSize: 65_536 },
  });
  expect(await read("redirect: {minSize: 0B}\n")).toMatchObject({ redirect: { minSize: 0 } });
  const plain = await read("publish: immediately\n");
  for (const field of ["ahead", "publish", "redirect"]) expect(plain).not.toHaveProperty(field);
});

test("what can't be followed so is an error of the list", async () => {
  for (const [more, said] of [
    ["publish: soon\n", /^`publish` is "soon"\. Write one of: immediately\.$/],
    ["publish: {when: 0.3}\n", /lacks `atMost`/],
    ["publish: {when: 1.5, atMost: 6h}\n", /must be <= 1\. Share of the mirrors' capacity/],
    ["publish: {when: 0, atMost: 6h}\n", /must be > 0/],
    ["publish: {when: 1, atMost: 6}\n", /45m, 6h, 2d/],
    ["publish: {when: 1, atMost: 6h}\n", /`publish` needs `roots`/],
    ["redirect: {minSize: 256KB}\n", /B, KiB or MiB/],
    ["redirect: {minSize: 64}\n", /must be of type string.*256KiB/],
    ["redirect: {minSize: 5MiB}\n", /more than 4MiB/],
    ["ahead: [vax]\n", /vax is none of the repository's `architectures`/],
    ["ahead: []\n", /ahead/],
    ["verify: signed\n", /needs keys/],
    ["follow: always\n", /needs `roots`/],
    ["verify: perhaps\n", /verify/],
    ["poll: 0\n", /poll/],
    ["poll: 1.5\n", /poll/],
    ["follow: sometimes\n", /follow/],
  ] as const) {
    const { errors } = await compiled(debian + more);
    expect(errors.map(({ message }) => message).join("\n"), more).toMatch(said);
  }
  const { errors } = await compiled(
    `${debian}roots: [a/InRelease]\nverify: none\nfollow: always\n`,
  );
  expect(errors).toEqual([]);
});

test("signed is meant where there are keys; without them nothing is followed unless the list says how", () => {
  const keys = [{ file: "a.gpg", fingerprints: ["A"] }];
  for (const [more, wanted] of [
    [{ keys }, "signed"],
    [{ keys, verify: "checksums" }, "checksums"],
    [{ keys: [] }, undefined],
    [{ keys: [], verify: "none" }, "none"],
    [{ keys, roots: [] }, undefined],
  ] satisfies [Partial<Repository>, string | undefined][]) {
    expect(verificationOf(repository(more))).toBe(wanted);
  }
  expect([pollMs(repository()), pollMs(repository({ poll: 5 }))]).toEqual([60_000, 5000]);
});

test("the real list's keys are all there, and are what they say", async () => {
  const dir = fileURLToPath(new URL("../../../../mirror-list", import.meta.url));
  const { views } = await compileMirrorList(dir, now);
  const shipped = JSON.stringify({ keys: views?.keys });
  const keyring = keyringFrom({ applied: async () => null, shipped, now: () => now });
  for (const listed of views?.catalogue.repositories ?? []) {
    const { keys, rsa } = await keyring(listed);
    const found =
      readings[listed.kind].signedWith === "RSA"
        ? rsa.map(({ fingerprint }) => fingerprint)
        : keys.map((key) => key.getFingerprint().toUpperCase());
    expect(found).toEqual(listed.keys.flatMap(({ fingerprints }) => fingerprints));
    expect(verificationOf(listed), listed.name).toBeDefined();
  }
});

test("keys come from the applied list, else from the bundle, and are read again after a while", async () => {
  const [first, second] = [await makeKey(), await makeKey()];
  const viewsWith = (keys: Record<string, Uint8Array>) =>
    JSON.stringify({
      keys: Object.fromEntries(
        Object.entries(keys).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]),
      ),
    });
  const bytes = (key: typeof first) => key.toPublic().write();
  let applied: () => Promise<string | null> = async () => viewsWith({ "a.gpg": bytes(first) });
  let clock = now;
  const keyring = keyringFrom({
    applied: () => applied(),
    shipped: viewsWith({ "b.gpg": bytes(second) }),
    now: () => clock,
  });
  const a = { file: "a.gpg", fingerprints: [fingerprintOf(first)] };
  const b = { file: "b.gpg", fingerprints: [fingerprintOf(second)] };
  const read = async (keys: Repository["keys"]) =>
    (await keyring(repository({ keys }))).keys.map(fingerprintOf);
  expect(await read([a, b])).toEqual([fingerprintOf(first), fingerprintOf(second)]);
  // KV can't be read: what was read before goes on, and for other keys the bundle has to do.
  applied = () => Promise.reject(new Error("no KV"));
  clock += 10 * 60_000;
  expect(await read([a, b])).toHaveLength(2);
  await expect(read([a])).rejects.toThrow("the mirror list was applied without a.gpg");
  expect(await read([b])).toEqual([fingerprintOf(second)]);
  // It was changed.
  const third = await makeKey();
  applied = async () => viewsWith({ "b.gpg": bytes(third) });
  expect(await read([b])).toEqual([fingerprintOf(second)]);
  clock += 10 * 60_000;
  await expect(read([b])).rejects.toThrow(`b.gpg has no key ${fingerprintOf(second)}`);
});
