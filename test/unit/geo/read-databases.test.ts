/** IP databases that the Worker reads from a folder: once, for the first requests, whatever the folder does. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DatabaseFault } from "../../../worker/geo/databases.ts";
import { ReadDatabases } from "../../../worker/geo/read-databases.ts";
import { ipv4Only } from "./damaged-databases.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const country = () => new Response(new Uint8Array(ipv4Only("SE")));
const absent = () => new Response("", { status: 404 });

function databases(answer: (url: string) => Response | Promise<Response>) {
  const asked: string[] = [];
  const faults: DatabaseFault[] = [];
  const folder = {
    fetch: async (url: string) => {
      asked.push(url);
      return answer(url);
    },
  };
  return { asked, faults, read: new ReadDatabases(folder, (fault) => faults.push(fault)) };
}

const goOn = () => undefined;

test("both are read once; requests that come meanwhile wait for the same reading", async () => {
  const { read, asked, faults } = databases((url) =>
    url.includes("country") ? country() : absent(),
  );
  const [first, second] = [read.opening(goOn), read.opening(goOn)];
  expect(read.country("192.0.2.1")).toBeUndefined();
  await Promise.all([first, second]);
  expect(read.country("192.0.2.1")).toBe("SE");
  expect(read.asn("192.0.2.1")).toBeUndefined();
  expect(read.opening(goOn)).toBeUndefined();
  expect(asked).toEqual(["http://ip-databases/country.mmdb", "http://ip-databases/asn.mmdb"]);
  // The one that is missing is no fault.
  expect(faults.map(({ detail }) => detail)).toEqual([
    expect.stringContaining("has IPv4 addresses alone"),
  ]);
});

test.each([
  ["whole", 0, "SE"],
  ["ended early", 1, undefined],
])("one whose size is told is read into its room: %s", async (_, missing, place) => {
  const bytes = new Uint8Array(ipv4Only("SE"));
  const { read, faults } = databases((url) => {
    if (!url.includes("country")) return absent();
    const headers = { "Content-Length": String(bytes.length + missing) };
    return new Response(bytes, { headers });
  });
  await read.opening(goOn);
  expect(read.country("192.0.2.1")).toBe(place);
  const ended = `it ends after ${bytes.length} of ${bytes.length + 1} bytes`;
  expect(faults.some(({ detail }) => detail.includes(ended))).toBe(missing > 0);
});

test("one that the disk doesn't give is told, and the other one holds", async () => {
  const { read, faults } = databases((url) => {
    if (url.includes("country")) return country();
    return new Response("", { status: 500 });
  });
  await read.opening(goOn);
  expect(read.country("192.0.2.1")).toBe("SE");
  expect(faults).toContainEqual({
    database: "asn",
    detail: expect.stringContaining("can't be read (the disk answers 500)"),
  });
});

test("a reading that never ends holds nobody longer than its deadline, and is begun anew", async () => {
  let isHanging = true;
  const { read, asked } = databases((url) => {
    if (isHanging) return new Promise<Response>(() => undefined);
    return url.includes("country") ? country() : absent();
  });
  const first = read.opening(goOn);
  await vi.advanceTimersByTimeAsync(3_000);
  await first;
  expect(read.country("192.0.2.1")).toBeUndefined();
  isHanging = false;
  await read.opening(goOn);
  expect(read.country("192.0.2.1")).toBe("SE");
  expect(asked).toHaveLength(4);
});
