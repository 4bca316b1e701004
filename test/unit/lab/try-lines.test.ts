import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { tryLines } from "../../../scripts/lab/try-lines.ts";
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
