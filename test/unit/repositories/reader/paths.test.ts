/** Paths that say which snapshot, or which bytes. */
import { describe, expect, it } from "vitest";
import { namedByHash } from "../../../../worker/repositories/reader/by-hash.ts";
import { readPin } from "../../../../worker/repositories/reader/pin.ts";

const hex = (digits: number) => "a1".repeat(digits / 2);

describe("a pin", () => {
  const id = "20261123T025500Z-1a2b3c4d";

  it.each([
    [`debian@${id}`, id, undefined],
    ["debian@20261123T0255Z", "2026-11-23T02:55:00.000Z", Date.UTC(2026, 10, 23, 2, 55)],
    // The snapshot 20261123T025507Z-… came within that second.
    ["debian@20261123T025507Z", "2026-11-23T02:55:07.999Z", Date.UTC(2026, 10, 23, 2, 55, 7, 999)],
    ["debian@2026-11-23T02:55:07.250Z", "2026-11-23T02:55:07.250Z", 1795402507250],
    ["debian@2026-11-23", "2026-11-23T00:00:00.000Z", Date.UTC(2026, 10, 23)],
    ["debian@2026-11-31", undefined, undefined],
    ["debian@20261123T2460Z", undefined, undefined],
    ["debian@2026-11-23T02:55:07", undefined, undefined],
    ["debian@2026-11-23T02:55:07+01:00", undefined, undefined],
    [`debian@${id.toUpperCase()}`, undefined, undefined],
    ["debian@", undefined, undefined],
  ])("%s means %s", (segment, wanted, time) => {
    const pin = readPin(segment);
    expect(pin?.repository).toBe("debian");
    expect([pin?.wanted, pin?.time]).toEqual([wanted, time]);
  });

  it("isn't there without an @", () => {
    expect(readPin("debian")).toBeUndefined();
  });
});

describe("a path that names its bytes", () => {
  it.each([
    [`a/by-hash/SHA256/${hex(64)}`, "a/", true, true],
    [`by-hash/SHA256/${hex(64)}`, "", true, true],
    [`a/b/by-hash/SHA512/${hex(128)}`, "a/b/", true, true],
    [`a/by-hash/SHA1/${hex(40)}`, "a/", false, true],
    [`a/by-hash/MD5Sum/${hex(32)}`, "a/", false, true],
    [`9/os/repodata/${hex(64)}-primary.xml.gz`, "9/os/repodata/", true, false],
    [`9/os/repodata/${hex(128)}-primary.xml.gz`, "9/os/repodata/", true, false],
  ])("%s", (path, directory, isName, byHash) => {
    const hash = /[0-9a-f]{32,}/.exec(path)?.[0];
    expect(namedByHash(path)).toEqual({ hash, directory, isName, byHash });
  });

  it.each([
    `a/by-hash/SHA256/${hex(40)}`,
    `a/by-hash/SHA1/${hex(64)}`,
    `a/by-hash/toString/${hex(64)}`,
    `a/by-hash/SHA256/${hex(64)}/b`,
    `a/by-hash/SHA256/${hex(64).toUpperCase()}`,
    `xby-hash/SHA256/${hex(64)}`,
    `os/${hex(64)}-primary.xml.gz`,
    `os/repodata/${hex(40)}-primary.xml.gz`,
  ])("%s is none", (path) => {
    expect(namedByHash(path)).toBeUndefined();
  });
});
