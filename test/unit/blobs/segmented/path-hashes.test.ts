import { expect, test } from "vitest";
import { pathHash64 } from "../../../../worker/blobs/segmented/path-hash.ts";
import { PathHashes } from "../../../../worker/blobs/segmented/path-hashes.ts";

test("paths are in the order of their hashes, also where those begin alike", () => {
  // Of so many some pairs do: 2^18 squared is 2^36, half of that by 2^32.
  const paths = Array.from({ length: 2 ** 18 }, (_, at) => `pool/${at}/`);
  // The same hash: the order is theirs, whatever their place.
  paths.push("pool/7/");
  const hashes = new PathHashes(paths);
  expect(new Set(hashes.order).size).toBe(paths.length);
  let alike = 0;
  let isRight = true;
  let [before, path] = [{ high: -1, low: -1 }, ""];
  for (const number of hashes.order) {
    const next = hashes.of(number);
    const { high, low } = pathHash64(paths[number] ?? "");
    isRight &&= next.high === high && next.low === low;
    if (next.high === before.high) alike++;
    const order = next.high - before.high || next.low - before.low;
    isRight &&= order > 0 || (order === 0 && paths[number] === path);
    [before, path] = [next, paths[number] ?? ""];
  }
  expect(isRight).toBe(true);
  expect(alike).toBeGreaterThan(3);
});
