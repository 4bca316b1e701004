/** Package URLs: expected ones are the examples of package-url/purl-spec (types/*-definition.json, tests/types/). */
import { expect, it } from "vitest";
import type { Kind } from "../../../worker/formats/kinds.ts";
import { distributionOf, packageUrl } from "../../../worker/formats/package-url.ts";

const url = (of: string, ...[name = "", version = "", architecture = ""]: string[]) => {
  const [kind = "", repository = "", ...suite] = of.split(" ");
  const kinds: readonly Kind[] = ["apt", "rpm", "pacman", "apk"];
  const known = kinds.find((one) => one === kind) ?? "files";
  return packageUrl(
    { kind: known, repository, suite: suite.join(" ") },
    { name, version, architecture },
  );
};

it.each([
  [
    "apt debian jessie",
    "curl",
    "7.50.3-1",
    "i386",
    "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
  ],
  [
    "apt debian stretch",
    "dpkg",
    "1.19.0.4",
    "amd64",
    "pkg:deb/debian/dpkg@1.19.0.4?arch=amd64&distro=stretch",
  ],
  ["apt ubuntu .", "dpkg", "1.19.0.4", "amd64", "pkg:deb/ubuntu/dpkg@1.19.0.4?arch=amd64"],
  [
    "apt debian .",
    "attr",
    "1:2.4.47-2+b1",
    "amd64",
    "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64",
  ],
  [
    "rpm fedora 25",
    "curl",
    "7.50.3-1.fc25",
    "i386",
    "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25",
  ],
  [
    "rpm fedora releases/25/Everything/i386/os",
    "centerim",
    "1:4.22.10-1.el6",
    "i686",
    "pkg:rpm/fedora/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1",
  ],
  [
    "pacman archlinux core/os/x86_64",
    "pacman",
    "6.0.1-1",
    "x86_64",
    "pkg:alpm/arch/pacman@6.0.1-1?arch=x86_64",
  ],
  [
    "pacman archlinux extra",
    "python-pip",
    "21.0-1",
    "any",
    "pkg:alpm/arch/python-pip@21.0-1?arch=any",
  ],
  [
    "pacman archlinux extra",
    "containers-common",
    "1:0.47.4-4",
    "x86_64",
    "pkg:alpm/arch/containers-common@1:0.47.4-4?arch=x86_64",
  ],
  ["apk alpine x", "curl", "7.83.0-r0", "x86", "pkg:apk/alpine/curl@7.83.0-r0?arch=x86"],
])("of %s %s %s", (of, ...rest) => {
  expect(url(of, ...rest.slice(0, -1))).toBe(rest.at(-1));
});

it("escapes all but what the specification leaves", () => {
  expect(url("rpm fedora 44", "perl(Foo::Bar)/ä*'", "1~rc1^git+2", "x86_64")).toBe(
    "pkg:rpm/fedora/perl%28Foo::Bar%29%2F%C3%A4%2A%27@1~rc1%5Egit%2B2?arch=x86_64&distro=fedora-44",
  );
  expect(url("apt debian x", "\ud800", "1", "all")).toContain("%EF%BF%BD");
});

it("says which state of the distribution it is", () => {
  expect(url("apk alpine v3.24/main/x86_64", "a", "1", "x86_64")).toContain("distro=alpine-3.24");
  expect(url("apk alpine edge/main/x86_64", "a", "1", "x86_64")).toContain("distro=alpine-edge");
  expect(url("rpm opensuse tumbleweed/repo/oss", "a", "1", "noarch")).toContain(
    "distro=opensuse-tumbleweed",
  );
});

it.each([
  ["debian-security", "debian"],
  ["ubuntu-ports", "ubuntu"],
  ["centos-stream", "centos"],
  ["archlinux", "arch"],
  ["epel", "fedora"],
  ["almalinux", "almalinux"],
  ["My-Own", "my-own"],
  ["constructor", "constructor"],
])("knows the distribution of %s", (repository, distribution) => {
  expect(distributionOf(repository)).toBe(distribution);
});
