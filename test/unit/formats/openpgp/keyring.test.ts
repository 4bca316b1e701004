import * as openpgp from "openpgp";
import { expect, test } from "vitest";
import { readKeys } from "../../../../worker/formats/openpgp/keyring.ts";
import { bytesOf, fingerprintOf, makeKey } from "./signing.ts";

const [one, two] = await Promise.all([makeKey({ name: "One" }), makeKey({ name: "Two" })]);
const both = [fingerprintOf(one), fingerprintOf(two)];
const armour = (key: openpgp.Key) => key.toPublic().armor();
const list = new openpgp.PacketList();
list.push(...one.toPublic().toPacketList(), ...two.toPublic().toPacketList());
const together = list.write();

test.each<[form: string, bytes: Uint8Array]>([
  ["binary", together],
  ["one armour", bytesOf(openpgp.armor(openpgp.enums.armor.publicKey, together))],
  ["an armour each, with words around", bytesOf(`One:\n${armour(one)}\n# Two\n${armour(two)}`)],
])("several keys in a file: %s", async (_, bytes) => {
  const { keys } = await readKeys([{ file: "f", bytes, fingerprints: both }]);
  expect(keys.map(fingerprintOf)).toEqual(both);
});

test("only what is listed is kept", async () => {
  const { keys } = await readKeys([
    { file: "f", bytes: together, fingerprints: [fingerprintOf(two)] },
    { file: "none of it", bytes: together, fingerprints: [] },
  ]);
  expect(keys.map(fingerprintOf)).toEqual([fingerprintOf(two)]);
});

test.each<[what: string, bytes: Uint8Array, fingerprints: string[], message: string]>([
  ["a key that isn't there", one.toPublic().write(), both, `f has no key ${both[1]}`],
  [
    "lower case",
    together,
    [both[0]?.toLowerCase() ?? ""],
    `f has no key ${both[0]?.toLowerCase()}`,
  ],
  ["a key listed twice", together, [...both, ...both], `f: ${both[0]} is listed twice`],
  [
    "a key there twice",
    Buffer.concat([together, together]),
    both,
    `f has the key ${both[0]} twice`,
  ],
  [
    "no keys",
    bytesOf("<html>"),
    both,
    "f is no file of OpenPGP keys: it holds no PGP PUBLIC KEY BLOCK",
  ],
  [
    "nothing",
    new Uint8Array(),
    both,
    "f is no file of OpenPGP keys: it holds no PGP PUBLIC KEY BLOCK",
  ],
  ["a private key", one.write(), both, `f: ${both[0]} is a private key`],
  [
    "a private key in armour",
    bytesOf(one.armor()),
    both,
    "f is no file of OpenPGP keys: line 1 is outside",
  ],
  ["a cut key", together.subarray(0, 40), both, "f is no file of OpenPGP keys: "],
  ["too much", new Uint8Array(256 * 1024 + 1), both, "f is larger than 262144 bytes"],
])("%s is an error that says so", async (_, bytes, fingerprints, message) => {
  await expect(readKeys([{ file: "f", bytes, fingerprints }])).rejects.toThrow(message);
});
