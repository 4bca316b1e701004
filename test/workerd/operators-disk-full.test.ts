/** Operators of a service whose disk is full: what can't be written is a problem that says so, and reading goes on. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readOnlyHeader } from "../../worker/http/caller-header.ts";
import { SnapshotWorld } from "./snapshot-services.ts";

let world: SnapshotWorld;
/** Of each request that came to the object: its method, and whether it may write nothing. */
let seen: [string, boolean][];

/** The platform ends an object whose write failed, without an answer; this one writes unless it is told not to. */
function failsToWrite(message: string): void {
  world.operators = async ({ method, headers }) => {
    const isReadOnly = headers.has(readOnlyHeader);
    seen.push([method, isReadOnly]);
    if (!isReadOnly) throw new Error(message);
    return Response.json({ read: true });
  };
}

beforeEach(() => {
  world = new SnapshotWorld();
  seen = [];
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const full = { diskFreeBytes: 0, diskMarginBytes: 1, notes: [] };

it.each([
  ["the platform's own error says it", "database or disk is full: SQLITE_FULL", undefined],
  ["the machine says it", "internal error; reference = abc", full],
])("a change is a problem 507 where %s", async (_, message, machine) => {
  failsToWrite(message);
  world.machine = machine;
  const refused = await world.fetch("/api/v1/mirrors/a/drain", { method: "POST", body: "{}" });
  expect(refused.status).toBe(507);
  expect(refused.headers.get("Content-Type")).toBe("application/problem+json");
  expect(JSON.parse(refused.text).detail).toContain("The disk of this service's store is full");
  const form = await world.fetch("/operate/sign-in", { method: "POST", body: "token=a" });
  expect([form.status, form.text]).toEqual([507, expect.stringContaining("disk")]);
  // Sent once: it may not be done twice.
  expect(seen).toEqual([
    ["POST", false],
    ["POST", false],
  ]);
});

it("reading goes on, without a note of it", async () => {
  failsToWrite("database or disk is full: SQLITE_FULL");
  const read = await world.fetch("/api/v1/list");
  expect([read.status, read.text]).toEqual([200, '{"read":true}']);
  expect(seen).toEqual([
    ["GET", false],
    ["GET", true],
  ]);
});

it("an object that is away for another reason is a problem 503, and a client can't ask for reading alone", async () => {
  failsToWrite("away");
  world.machine = { diskFreeBytes: 2, diskMarginBytes: 1, notes: [] };
  const headers = { [readOnlyHeader]: "1" };
  const away = await world.fetch("/api/v1/list", { headers });
  expect([away.status, away.headers.get("Retry-After")]).toEqual([503, "5"]);
  expect(seen).toEqual([["GET", false]]);
});
