/**
 * `npm run check:lock`: every byte that a fresh `npm ci` runs is in the lock by its hash. Exits with 1 and a sentence for
 * each entry of which that isn't so.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lockFaults } from "./lock/faults.ts";

const root = join(import.meta.dirname, "..");
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));

for (const fault of lockFaults(read("package.json"), read("package-lock.json"))) {
  console.error(fault);
  process.exitCode = 1;
}
