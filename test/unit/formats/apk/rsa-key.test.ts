import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { makeApkKey } from "../../../lab/apk-repository.ts";
import { bytesOf, fingerprintOf, makeKey } from "../openpgp/signing.ts";

const key = makeApkKey("a.rsa.pub");
const fileOf = (text: string, fingerprints = [key.fingerprint]) => ({
  file: "a.rsa.pub",
  bytes: bytesOf(text),
  fingerprints,
});

/**
 * Alpine's `alpine-devel@lists.alpinelinux.org-4a6a0840.rsa.pub`, as its package of keys has it; the fingerprint is what
 * `openssl pkey -pubin -outform DER | sha256sum` says.
 */
const alpine = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1yHJxQgsHQREclQu4Ohe
qxTxd1tHcNnvnQTu/UrTky8wWvgXT+jpveroeWWnzmsYlDI93eLI2ORakxb3gA2O
Q0Ry4ws8vhaxLQGC74uQR5+/yYrLuTKydFzuPaS1dK19qJPXB8GMdmFOijnXX4SA
jixuHLe1WW7kZVtjL7nufvpXkWBGjsfrvskdNA/5MfxAeBbqPgaq0QMEfxMAn6/R
L5kNepi/Vr4S39Xvf2DzWkTLEK8pcnjNkt9/aafhWqFVW7m3HCAII6h/qlQNQKSo
GuH34Q8GsFG30izUENV9avY7hSLq7nggsvknlNBZtFUcmGoQrtx3FmyYsIC8/R+B
ywIDAQAB
-----END PUBLIC KEY-----
`;
const alpineFingerprint = "4E0C26751A474DB486B0A8F37E37FF02E12465E8CEA8EF08614AC173CB870F28";

test("an RSA key in PEM is known by its file and by the SHA-256 of its DER", async () => {
  const { keys, rsa } = await readKeys([fileOf(alpine, [alpineFingerprint])]);
  expect(keys).toEqual([]);
  expect(rsa).toMatchObject([{ file: "a.rsa.pub", fingerprint: alpineFingerprint }]);
});

test("beside OpenPGP's, and only where it is listed", async () => {
  const archive = await makeKey();
  const openpgp = {
    file: "b.gpg",
    bytes: archive.toPublic().write(),
    fingerprints: [fingerprintOf(archive)],
  };
  const { keys, rsa } = await readKeys([openpgp, fileOf(key.publicKey)]);
  expect([keys.length, rsa.length]).toEqual([1, 1]);
  expect((await readKeys([fileOf(key.publicKey, [])])).rsa).toEqual([]);
});

describe("refused, with the file's name", () => {
  const pem = (type: "rsa" | "ec" | "private") => {
    if (type === "private") {
      return String(key.privateKey.export({ type: "pkcs8", format: "pem" }));
    }
    const { publicKey } =
      type === "ec"
        ? generateKeyPairSync("ec", { namedCurve: "P-256" })
        : generateKeyPairSync("rsa", { modulusLength: 1024 });
    return String(publicKey.export({ type: "spki", format: "pem" }));
  };
  test.each<[what: string, text: string, said: RegExp]>([
    ["another key", makeApkKey().publicKey, /^a\.rsa\.pub has no key [0-9A-F]{64}$/],
    ["a private key", pem("private"), /^a\.rsa\.pub is a private key$/],
    ["a key of 1024 bits", pem("rsa"), /^a\.rsa\.pub has 1024 bits, and 2048 are needed$/],
    ["an elliptic one", pem("ec"), /^a\.rsa\.pub is no RSA public key in PEM/],
    ["half of one", `${key.publicKey.slice(0, 200)}\n`, /^a\.rsa\.pub is no RSA public key/],
    ["two in a file", key.publicKey + key.publicKey, /^a\.rsa\.pub is no RSA public key/],
  ])("%s", async (_, text, said) => {
    await expect(readKeys([fileOf(text)])).rejects.toThrow(said);
  });

  test("listed twice", async () => {
    const file = fileOf(key.publicKey);
    await expect(readKeys([file, file])).rejects.toThrow(/is listed twice$/);
  });
});
