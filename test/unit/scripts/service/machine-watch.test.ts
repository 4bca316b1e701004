/** What is told of the machine, and said in the log when a limit is reached. */
import { mkdtempSync, rmSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { MachineState } from "../../../../scripts/service/control.ts";
import { limitLines, watchMachine } from "../../../../scripts/service/machine-watch.ts";
import type { LogLine } from "../../../../scripts/service/quiet-log.ts";

const well = { isDiskShort: false, areFilesMany: false };
const state: MachineState = {
  diskFreeBytes: 5_000_000,
  diskMarginBytes: 7_000_000,
  openFiles: 95,
  openFilesLimit: 100,
  notes: [],
};

describe("the log", () => {
  it("says once that the disk is short, and that there is room again", () => {
    const short = { ...well, isDiskShort: true };
    const [line, ...more] = limitLines(well, short, state);
    expect(more).toEqual([]);
    expect(line).toEqual({
      level: "warn",
      message: expect.stringContaining("5 MB left, less than the margin of 7 MB"),
    });
    expect(limitLines(short, short, state)).toEqual([]);
    expect(limitLines(short, well, state).map(({ level }) => level)).toEqual(["info"]);
  });

  it("says once that nearly all files are open", () => {
    const many = { ...well, areFilesMany: true };
    expect(limitLines(well, many, state)[0]?.message).toContain("95 of 100 files open");
    expect(limitLines(many, many, state)).toEqual([]);
  });
});

// Open files are read from /proc.
it.runIf(platform() === "linux")(
  "a machine is told as it is, and when its margin is reached",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "nearmirror-machine-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const told: MachineState[] = [];
    const lines: LogLine[] = [];
    const watch = await watchMachine({
      folder,
      pid: () => process.pid,
      control: {
        async tellMachine(one) {
          told.push(one);
        },
      },
      // More than any disk has.
      diskMarginBytes: 2 ** 60,
      notes: ["a note"],
      log: (line) => lines.push(line),
    });
    watch.end();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ diskMarginBytes: 2 ** 60, notes: ["a note"] });
    expect(told[0]?.openFiles).toBeGreaterThan(3);
    expect(told[0]?.openFilesLimit).toBeGreaterThan(told[0]?.openFiles ?? 0);
    expect(lines).toHaveLength(1);
  },
);
