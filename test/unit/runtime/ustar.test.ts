import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ustar } from "../../../worker/runtime/ustar.ts";
import { findProgram, run } from "../../lab/process.ts";
import { makeScratch } from "../../lab/scratch.ts";

const scratch = makeScratch("ustar");
afterAll(() => scratch.remove());

describe("a tar archive", () => {
  it("is what GNU tar unpacks to the same files", async () => {
    const files = [
      { name: "a/", text: "" },
      { name: "a/b/empty", text: "" },
      { name: "a/block", text: "x".repeat(512) },
      { name: "n".repeat(100), text: "é\n" },
    ];
    const at = join(scratch.directory, "a.tar");
    writeFileSync(at, ustar(files));
    const tar = findProgram("tar") ?? "tar";
    expect((await run(tar, ["-tf", at])).stdout.trim().split("\n")).toEqual(
      files.map(({ name }) => name),
    );
    const listing = (await run(tar, ["-tvf", at])).stdout.split("\n");
    expect(listing[0]).toMatch(/^drwxr-xr-x .* a\/$/);
    expect(listing[1]).toMatch(/^-rw-r--r-- .* a\/b\/empty$/);
    for (const { name, text } of files.slice(1)) {
      const outcome = await run(tar, ["-xOf", at, name]);
      expect([outcome.stdout, outcome.stderr]).toEqual([text, ""]);
    }
  });

  it("takes no name above 100 bytes", () => {
    expect(() => ustar([{ name: "n".repeat(101), text: "" }])).toThrow(/101 bytes/);
  });
});
