/** What the machine says: read with doubt, and told where it is known. */
import { describe, expect, it } from "vitest";
import {
  askMachine,
  machineAlarms,
  machineLines,
  readMachine,
} from "../../../worker/api/machine.ts";
import { readPrometheus } from "../../workerd/prometheus.ts";

describe("a state", () => {
  it("is read without what is no number, and no sentence", () => {
    const told = { diskFreeBytes: 5, diskMarginBytes: "7", openFiles: null, notes: ["a", 3], x: 1 };
    expect(readMachine(told)).toEqual({ diskFreeBytes: 5, notes: ["a"] });
    expect(readMachine(null)).toEqual({ notes: [] });
  });

  it("that nobody told is none", async () => {
    const failing = { fetch: () => Promise.reject(new Error("no such service")) };
    expect(await askMachine(failing)).toBeUndefined();
    const silent = { fetch: () => Promise.resolve(new Response("no JSON")) };
    expect(await askMachine(silent)).toBeUndefined();
  });

  it("is no alarm at its margin, and one below", () => {
    const at = (free: number) =>
      machineAlarms({ diskFreeBytes: free, diskMarginBytes: 7, notes: [] }).map(({ name }) => name);
    expect(at(7)).toEqual([]);
    expect(at(6)).toEqual(["disk full"]);
    expect(machineAlarms({ openFiles: 90, openFilesLimit: 100, notes: [] })).toEqual([]);
  });

  it("is told in the metrics, but for what isn't known", () => {
    const text = machineLines({ diskFreeBytes: 5, openFiles: 3, notes: [] }).join("\n");
    const samples = readPrometheus(`${text}\n`);
    const values = [...samples].map(([name, family]) => [name, family.samples[0]?.value]);
    expect(values).toEqual([
      ["nearmirror_disk_free_bytes", 5],
      ["nearmirror_open_files", 3],
    ]);
  });
});
