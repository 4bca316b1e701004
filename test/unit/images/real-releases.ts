/** The facts of releases that the program has. */
import { readFileSync } from "node:fs";
import { readReleases } from "../../../worker/images/read-releases.ts";

const table = (name: string) =>
  readFileSync(new URL(`../../../mirror-list/releases/${name}.txt`, import.meta.url), "utf8");

export const realReleases = readReleases({
  debian: table("debian"),
  ubuntu: table("ubuntu"),
  others: table("others"),
});
