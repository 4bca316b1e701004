import { expect, test } from "vitest";
import {
  architectureNamed,
  architectures,
  dpkgName,
  unameOf,
} from "../../../worker/images/architectures.ts";

test("every name that people type leads to dpkg's", () => {
  const named = {
    amd64: ["amd64", "x86_64", "x64", "X86_64"],
    i386: ["i386", "i486", "i586", "i686", "x86"],
    arm64: ["arm64", "aarch64", "arm64v8"],
    armhf: ["armhf", "armv7l", "armhfp", "armv7hl"],
    ppc64el: ["ppc64el", "ppc64le"],
    riscv64: ["riscv64"],
    s390x: ["s390x"],
    loong64: ["loong64", "loongarch64"],
  };
  for (const [dpkg, names] of Object.entries(named)) {
    for (const name of names) expect(`${name} ${dpkgName(name)}`).toBe(`${name} ${dpkg}`);
  }
});

test("what is none is none", () => {
  for (const name of ["", "arm", "x8", "amd", "all", "netinst", "constructor"]) {
    expect(architectureNamed(name)).toBeUndefined();
  }
});

test("uname's name, by dpkg's", () => {
  expect(architectures.map(({ dpkg }) => unameOf(dpkg))).toContain("x86_64");
  expect(unameOf("arm64")).toBe("aarch64");
  expect(unameOf("all")).toBe("all");
});
