import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { channelNames, findChannel } from "../../../../worker/delivery/lists/channels.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";

const listed = join(import.meta.dirname, "../../../../mirror-list/repositories");
const alma: Repository = parse(readFileSync(join(listed, "almalinux.yaml"), "utf8"));
const debian: Repository = parse(readFileSync(join(listed, "debian.yaml"), "utf8"));

function rpm(name: string, channels: Record<string, string> | undefined): Repository {
  const setup = channels === undefined ? {} : { channels };
  const origin = `https://${name}.example/`;
  const architectures = ["x86_64"];
  return { name, kind: "rpm", title: name, origin, architectures, keys: [], setup };
}

const rocky = rpm("rocky", {
  baseos: "$releasever/BaseOS/$basearch/os/",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: yum's variables, as its own files write them
  "baseos-debug": "${releasever}/BaseOS/${basearch}/debug/tree/",
  epel: "epel/$releasever/$basearch/",
});
const tools = rpm("tools", { nightly: "nightly/$basearch/" });
const plain = rpm("plain", undefined);
const repositories = [debian, alma, rocky, tools, plain];

function path(repo: string, arch = "x86_64", release?: string): string | undefined {
  const words = { repo, arch, ...(release === undefined ? {} : { release }) };
  const found = findChannel(repositories, words);
  return found && `${found.repository.name}: ${found.path}`;
}

describe("a channel's name", () => {
  it.each([
    ["almalinux-baseos-9", undefined, "almalinux: 9/BaseOS/x86_64/os/"],
    ["AlmaLinux-BaseOS-9", undefined, "almalinux: 9/BaseOS/x86_64/os/"],
    ["almalinux/baseos", "9", "almalinux: 9/BaseOS/x86_64/os/"],
    ["almalinux/baseos-9.4", undefined, "almalinux: 9.4/BaseOS/x86_64/os/"],
    ["appstream-10-kitten", undefined, "almalinux: 10-kitten/AppStream/x86_64/os/"],
    ["appstream", "10", "almalinux: 10/AppStream/x86_64/os/"],
    ["epel-9", undefined, "rocky: epel/9/x86_64/"],
    ["rocky-baseos-debug-9", undefined, "rocky: 9/BaseOS/x86_64/debug/tree/"],
    ["nightly", undefined, "tools: nightly/x86_64/"],
    ["plain", undefined, "plain: "],
  ])("%s, release %s", (repo, release, expected) => {
    expect(path(repo, "x86_64", release)).toBe(expected);
  });

  it("has the architecture filled in", () => {
    expect(path("crb-9", "aarch64")).toBe("almalinux: 9/CRB/aarch64/os/");
  });

  it.each([
    ["fedora-40", "x86_64", undefined, "no such repository"],
    ["debian", "amd64", undefined, "not of rpm"],
    ["almalinux-baseos-9", "sparc", undefined, "no such architecture"],
    ["almalinux-baseos", "x86_64", undefined, "no release"],
    ["nightly-9", "x86_64", undefined, "a release where there is none"],
    ["baseos-9", "x86_64", undefined, "two repositories have it"],
    ["almalinux-baseos-9", "x86_64", "9", "two releases"],
    ["almalinux-baseos-..", "x86_64", undefined, "a dot segment"],
    ["almalinux-baseos-9/../..", "x86_64", undefined, "a path"],
    ["almalinux/baseos", "x86_64", "9/x", "a path as release"],
    ["almalinux/baseos", "x86_64", "$basearch", "a variable"],
    ["", "x86_64", undefined, "nothing"],
  ])("%s for %s, release %s, is none: %s", (repo, arch, release, _) => {
    expect(path(repo, arch, release)).toBeUndefined();
  });
});

it("all names in the list of what there is are taken, and lead to the roots", () => {
  const names = channelNames([alma, tools, plain]);
  expect(names).toContain("repo=almalinux-baseos-9&arch=x86_64");
  expect(names).toContain("repo=almalinux-crb-10&arch=s390x");
  expect(names).toContain("repo=tools-nightly&arch=x86_64");
  expect(names).toContain("repo=plain&arch=x86_64");
  const paths = names.map((name) => {
    const given = new URLSearchParams(name);
    const words = { repo: given.get("repo") ?? "", arch: given.get("arch") ?? "" };
    return findChannel([alma, tools, plain], words)?.path;
  });
  expect(paths).not.toContain(undefined);
  const roots = paths.map((one) => `${one}repodata/repomd.xml`);
  expect(roots).toEqual(expect.arrayContaining(alma.roots ?? []));
});
