/** Attacks on an apk repository's origin: each is kept out, told of exactly, and the last good state goes on. */
import { gunzipSync as gunzip, gzipSync } from "node:zlib";
import type { PrivateKey } from "openpgp";
import { beforeAll, describe, expect, test } from "vitest";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { maxIndexRootBytes } from "../../../../worker/formats/read-held-index.ts";
import {
  type ApkKey,
  type ApkSigning,
  apkIndex,
  makeApkKey,
  withApkSignature,
} from "../../../lab/apk-repository.ts";
import { tarOf } from "../../../lab/tar.ts";
import { bytesOf, day, makeKey, noon } from "../../formats/openpgp/signing.ts";
import { Archive } from "./archive.ts";

const root = "v3.20/main/x86_64/APKINDEX.tar.gz";
const key = makeApkKey("alpine-devel@lists.example-00000001.rsa.pub");
const stranger = makeApkKey("stranger@lists.example-00000002.rsa.pub");
/** The archive is of OpenPGP's world; this one signs nothing. */
let unused: PrivateKey;

beforeAll(async () => {
  unused = await makeKey();
});

const keyringOf = (...keys: ApkKey[]) =>
  readKeys(
    keys.map(({ file, publicKey, fingerprint }) => ({
      file,
      bytes: bytesOf(publicKey),
      fingerprints: [fingerprint],
    })),
  );

const indexAt = (at: number, version = "1.2.5-r0") =>
  apkIndex([{ name: "musl", version, size: 400_000 }], new Date(at));
const signedAt = (at: number, by: ApkKey = key, signing?: ApkSigning) =>
  withApkSignature(indexAt(at), by, new Date(at), signing);

/** Follows until nothing moves: what a root lists is read after it is published, and makes a snapshot of its own. */
async function settled(archive: Archive): Promise<boolean> {
  const moved = await archive.follow();
  for (let more = moved, steps = 0; more && steps < 5; steps++) more = await archive.follow();
  return moved;
}

async function good(first: Uint8Array = signedAt(noon)): Promise<Archive> {
  const archive = new Archive(unused, { listed: { kind: "apk", roots: [root] } });
  archive.keyring = () => keyringOf(key);
  archive.origin.put(root, first);
  expect(await settled(archive)).toBe(true);
  expect(archive.alarms).toEqual({});
  archive.now += 3_600_000;
  return archive;
}

async function keptOut(body: string | Uint8Array, said: RegExp): Promise<void> {
  const archive = await good();
  archive.origin.put(root, body);
  const before = archive.keeper.current();
  expect(await archive.follow()).toBe(false);
  expect(archive.keeper.current()).toEqual(before);
  expect(archive.alarms).toEqual({ [root]: expect.stringMatching(said) });
  archive.origin.put(root, signedAt(noon + 2000));
  expect(await settled(archive)).toBe(true);
  expect(archive.alarms).toEqual({});
}

test.each(["RSA", "RSA256", "RSA512"] as const)(
  "%s: a good one is taken, of when it was packed",
  async (signing) => {
    const archive = await good(signedAt(noon - 5000, key, signing));
    expect(archive.current.roots[0]).toMatchObject({
      date: noon - 5000,
      signedBy: key.fingerprint,
      files: [{ path: root }],
    });
    expect(archive.manifest(root).files).toEqual({});
  },
);

test("replay: an older index, rightly signed", () =>
  keptOut(
    signedAt(noon - day),
    /^It goes back: it is of 2026-11-21T12:00:00Z, and was of 2026-11-22T12:00:00Z\.$/,
  ));

test("wrong key: signed by somebody", () =>
  keptOut(
    signedAt(noon + 1000, stranger),
    /^No good signature by a pinned key: signed by stranger@lists\.example-00000002\.rsa\.pub\.$/,
  ));

test("wrong key under the pinned one's name", () =>
  keptOut(
    signedAt(noon + 1000, { ...stranger, file: key.file }),
    /^The signature by alpine-devel@lists\.example-00000001\.rsa\.pub doesn't fit the content\.$/,
  ));

test("tampered index: another one behind the right signature", () => {
  const whole = signedAt(noon + 1000);
  const signed = indexAt(noon + 1000);
  const member = whole.subarray(0, whole.length - signed.length);
  return keptOut(
    Buffer.concat([member, indexAt(noon + 1000, "6.6.6-r0")]),
    /doesn't fit the content\.$/,
  );
});

test("tampered index: a member more at its end", () =>
  keptOut(
    Buffer.concat([signedAt(noon + 1000), indexAt(noon + 1000, "6.6.6-r0")]),
    /doesn't fit the content\.$/,
  ));

test("tampered index: a list beside the signature, which isn't signed", () => {
  const index = { name: "APKINDEX", bytes: "P:evil\nV:1-r0\nS:1\n\n" };
  const signed = gzipSync(tarOf([{ name: "DESCRIPTION", bytes: "x" }], new Date(noon)));
  const good = withApkSignature(signed, key, new Date(noon));
  const member = good.subarray(0, good.length - signed.length);
  // The signature's own entry, then the list.
  const [first = Buffer.alloc(0)] = [gunzip(member)];
  const mixed = gzipSync(Buffer.concat([first, tarOf([index], new Date(noon), { ends: false })]));
  return keptOut(
    Buffer.concat([mixed, signed]),
    /^It has APKINDEX where only signatures may be\.$/,
  );
});

test("tampered signature: a bit of it", () => {
  const index = indexAt(noon + 1000);
  const privateKey = key.privateKey;
  const member = gunzip(
    withApkSignature(index, { file: key.file, privateKey }, new Date(noon)).subarray(
      0,
      -index.length,
    ),
  );
  member[512 + 20] = (member[512 + 20] ?? 0) ^ 1;
  return keptOut(Buffer.concat([gzipSync(member), index]), /doesn't fit the content\.$/);
});

test("no signature at all, or one of a kind that isn't known", async () => {
  await keptOut(indexAt(noon + 1000), /followed by another\.$/);
  await keptOut(
    Buffer.concat([gzipSync(Buffer.alloc(1024)), indexAt(noon + 1000)]),
    /^It has no signature\.$/,
  );
  const odd = { name: `.SIGN.DSA.${key.file}`, bytes: new Uint8Array(64) };
  await keptOut(
    Buffer.concat([gzipSync(tarOf([odd], new Date(noon), { ends: false })), indexAt(noon + 1000)]),
    /^The signature by alpine-devel.* is of the kind DSA, which can't be checked\.$/,
  );
});

describe("what is before the signed bytes, which nothing signs", () => {
  /** The entries of a good signature's member, and the index behind. */
  const parts = () => {
    const index = indexAt(noon + 1000);
    const member = gunzip(withApkSignature(index, key, new Date(noon)).subarray(0, -index.length));
    return { index, member };
  };
  const entries = (name: string, bytes: Uint8Array = new Uint8Array()) =>
    tarOf([{ name, bytes }], new Date(noon), { ends: false });

  test("a directory is none of apk's signatures: apk begins there with what is signed", () => {
    const { index, member } = parts();
    return keptOut(
      Buffer.concat([gzipSync(Buffer.concat([member, entries("evil/")])), index]),
      /^It has more than files before what is signed\.$/,
    );
  });

  test("an end of the archive: apk reads no further", () => {
    const { index, member } = parts();
    return keptOut(
      Buffer.concat([gzipSync(Buffer.concat([member, Buffer.alloc(1024)])), index]),
      /^It has more than files before what is signed\.$/,
    );
  });

  test("a signature of a kind that isn't checked here, by the pinned key, beside a good one", () => {
    const { index, member } = parts();
    const other = entries(`.SIGN.DSA.${key.file}`, new Uint8Array(64));
    return keptOut(
      Buffer.concat([gzipSync(Buffer.concat([member, other])), index]),
      /is of the kind DSA, which can't be checked\.$/,
    );
  });

  test("a signature by SHA-512, the strongest that apk knows, which doesn't fit", () => {
    const { index, member } = parts();
    const other = entries(`.SIGN.RSA512.${key.file}`, new Uint8Array(256));
    return keptOut(
      Buffer.concat([gzipSync(Buffer.concat([member, other])), index]),
      /doesn't fit the content\.$/,
    );
  });
});

test("endless index, and a first member that unpacks without end", async () => {
  await keptOut(new Uint8Array(maxIndexRootBytes + 1), /^It is larger than 16777216 bytes\.$/);
  const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024));
  await keptOut(Buffer.concat([bomb, indexAt(noon + 1000)]), /followed by another\.$/);
  const vast = tarOf([{ name: `.SIGN.RSA.${key.file}` }], new Date(noon), { ends: false });
  vast.write("77777777777", 124);
  vast.write("        ", 148);
  const sum = vast.subarray(0, 512).reduce((one, other) => one + other, 0);
  vast.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  await keptOut(
    Buffer.concat([gzipSync(vast), indexAt(noon + 1000)]),
    /^Its signature can't be read: .* bytes of signature\.$/,
  );
});

test("a page, and what is none though signed", async () => {
  await keptOut("<!doctype html><title>Welcome</title>", /^The origin answers with a web page\.$/);
  const other = gzipSync("no archive".repeat(100));
  await keptOut(
    withApkSignature(other, key, new Date(noon)),
    /^It can't be read: .*no tar header\.$/,
  );
});

test("two signatures: a stranger's beside the pinned key's is passed over", async () => {
  const index = indexAt(noon + 1000);
  const entries = [stranger, key].map((by) =>
    gunzip(withApkSignature(index, by, new Date(noon)).subarray(0, -index.length)),
  );
  const archive = await good();
  archive.origin.put(root, Buffer.concat([gzipSync(Buffer.concat(entries)), index]));
  expect(await settled(archive)).toBe(true);
  expect(archive.current.roots[0]?.signedBy).toBe(key.fingerprint);
});

test("a pinned key taken away", async () => {
  const archive = await good();
  archive.keyring = () => keyringOf(stranger);
  const listed = { ...archive.listed, keys: [{ file: stranger.file, fingerprints: ["other"] }] };
  expect(await archive.keeper.follow(listed)).toBe(false);
  expect(archive.alarms[root]).toMatch(/^No good signature by a pinned key/);
});

test("without a time of its own it is of its newest package's; unsigned too it doesn't go back", async () => {
  const archive = new Archive(unused, {
    listed: { kind: "apk", roots: [root], keys: [], verify: "checksums" },
  });
  const put = (...built: number[]) =>
    archive.origin.put(
      root,
      apkIndex(
        built.map((at, n) => ({ name: `p${n}`, version: "1", size: 1, builtAt: new Date(at) })),
        new Date(0),
      ),
    );
  put(noon - 2 * day, noon - day);
  expect(await settled(archive)).toBe(true);
  expect(archive.current.roots[0]?.date).toBe(noon - day);
  put(noon - 2 * day);
  expect(await archive.follow()).toBe(false);
  expect(archive.alarms[root]).toMatch(/^It goes back/);
});
