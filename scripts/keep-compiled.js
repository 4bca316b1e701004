/**
 * After every install: has the service's program read once, so that what Node makes of its TypeScript is kept before the
 * first start. A launcher that finds nothing kept loads what makes it, and holds 20 to 30 MB more for as long as it runs
 * (Node 24.21). The mirror list's files are read as well, and what they said is kept for the first start and the first
 * plan. Ends well in any case: a start that finds nothing kept takes longer, and that is all.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** Each takes a second; an install doesn't wait longer than this for either, ms. */
const mostMs = 30_000;

// What its settings would be is of no interest here.
for (const args of [["serve", "--check"], ["read-ahead"]]) {
  spawnSync(process.execPath, [join(import.meta.dirname, "nearmirror.js"), ...args], {
    stdio: "ignore",
    timeout: mostMs,
  });
}
