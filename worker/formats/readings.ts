/**
 * How each kind is read: beside `kinds`, and checked against it by the compiler. It is a table of its own because the
 * edge's script has the kinds and reads nothing: verification and readers of indexes are most of the watchers' script.
 */
import { apkReading } from "./apk/reading.ts";
import { aptReading } from "./apt/reading.ts";
import type { KindReading } from "./kind-reading.ts";
import type { Kind } from "./kinds.ts";
import { pacmanReading } from "./pacman/reading.ts";
import { rpmReading } from "./rpm/reading.ts";
import { filesReading, imagesReading } from "./sums/reading.ts";

export const readings: Readonly<Record<Kind, KindReading>> = {
  apt: aptReading,
  rpm: rpmReading,
  pacman: pacmanReading,
  apk: apkReading,
  images: imagesReading,
  files: filesReading,
};
