/** Measurements by the option that asks for them, in the order of `--help`. */
import { coldRow } from "./cold-row.ts";
import { filesRow } from "./files-row.ts";
import { growthRow } from "./growth/growth-row.ts";
import { objectHeapsRow } from "./object-heaps-row.ts";
import { openLoopRow } from "./open-loop/open-loop-row.ts";
import { packagesRow } from "./packages-row.ts";
import type { Row } from "./row.ts";
import { searchedRow } from "./searched-row.ts";
import { throughRow } from "./through-row.ts";

export const rowNames = [
  "open-loop",
  "files",
  "cold",
  "growth",
  "through",
  "heaps",
  "packages",
  "searched",
] as const;

export type RowName = (typeof rowNames)[number];

export const rows: Readonly<Record<RowName, Row>> = {
  "open-loop": openLoopRow,
  files: filesRow,
  cold: coldRow,
  growth: growthRow,
  through: throughRow,
  heaps: objectHeapsRow,
  packages: packagesRow,
  searched: searchedRow,
};
