/**
 * The program `nearmirror`: `npm run nearmirror -- VERB` in a checkout, `nearmirror VERB` of a built folder.
 *
 * JavaScript, as nothing is kept yet when Node reads it: with a first file in TypeScript each start would load what makes
 * JavaScript of it, and a service's launcher would hold that, 20 MB (Node 24.21), for as long as it runs.
 */
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// In a checkout Node reads TypeScript: two thirds of a start's processor time, unless it is kept. Where only the checkout's
// owner writes, as what is kept is run.
const installed = join(import.meta.dirname, "../node_modules");
if (existsSync(installed)) enableCompileCache(join(installed, ".cache/compiled"));
// Not before: what is imported from here on is kept.
const { runProgram } = await import("./program/main.ts");
await runProgram(process.argv.slice(2));
