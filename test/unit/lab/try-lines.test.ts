import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { withLabSetup } from "../../../scripts/lab/lab-setup.ts";
import { tryLines } from "../../../scripts/lab/try-lines.ts";
import { listLinesOf, scriptLinesOf, setupOf } from "../../../worker/pages/setup/setup.ts";
import { makeScratch } from "../../lab/scratch.ts";

const scratch = makeScratch("try-lines");
afterAll(() => scratch.remove());

it("the lab's apt command works in a root of its own, and leaves the shell it is typed into as it was", () => {
  const root = join(scratch.directory, "root");
  const programs = join(scratch.directory, "bin");
  for (const folder of [root, programs]) mkdirSync(folder);
  writeFileSync(join(programs, "apt-get"), '#!/bin/sh\necho "$APT_CONFIG $*"\n');
  chmodSync(join(programs, "apt-get"), 0o755);
  const text = tryLines("http://127.0.0.1:9", { missing: {}, publicKeyFile: "/lab/key.asc" }, root);
  const command = text.split("\n").find((line) => line.includes("apt-get update")) ?? "";

  const { stdout, status } = spawnSync(
    "/bin/sh",
    ["-c", `${command}\necho "then \${APT_CONFIG-none}"`],
    {
      encoding: "utf8",
      env: { PATH: programs },
    },
  );
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines[0]).toBe(`${join(root, "apt.conf")} update`);
  expect(lines[1]).toContain(`${join(root, "apt.conf")} -y install`);
  expect(lines[2]).toBe("then none");
});

it("shows what the lab has: checksums, metalinks and pins where it is verified", () => {
  const root = join(scratch.directory, "shown");
  mkdirSync(root);
  const trees = {
    missing: {},
    publicKeyFile: "/lab/key.asc",
    pinned: "http://127.0.0.1:9/lab@20260301T120000Z-0123abcd/",
  };
  const text = tryLines("http://127.0.0.1:9", trees, root);
  const image = "http://127.0.0.1:9/lab-cd/near-1.0-amd64.iso";
  for (const shown of [
    `${image}.sha256`,
    `${image}?trace`,
    "http://127.0.0.1:9/metalink?repo=lab&arch=x86_64",
    "http://127.0.0.1:9/api/v1/repositories/lab/snapshots",
    "http://127.0.0.1:9/lab@20260301T120000Z-0123abcd/dists/stable/InRelease",
  ]) {
    expect(text).toContain(shown);
  }
});

it("its pages name the lab's own key, and offer no script, which would refuse on every host", () => {
  const views = {
    roster: { version: 1, mirrors: [] },
    catalogue: {
      version: 1,
      repositories: (["apt", "rpm"] as const).map((kind) => ({
        name: `lab-${kind}`,
        kind,
        title: "The lab's",
        origin: "http://127.0.0.1:9/lab/",
        architectures: [],
        keys: [],
        setup: { suites: "stable", components: "main", channels: { lab: "" } },
      })),
    },
  };
  const lines = withLabSetup(views, "/lab/key.asc").catalogue.repositories.map((one) => {
    expect(scriptLinesOf(one, "http://127.0.0.1:9/")).toEqual([]);
    const all = [
      ...setupOf(one, "http://127.0.0.1:9/"),
      ...listLinesOf(one, "http://127.0.0.1:9/"),
    ];
    return all.map(({ text }) => text).join("\n");
  });
  expect(lines[0]).toContain("Signed-By: /lab/key.asc\n");
  expect(lines[1]).toContain("gpgkey=file:///lab/key.asc\n");
});
