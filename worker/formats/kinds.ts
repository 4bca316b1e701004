/**
 * The kinds of repositories: the one table. What a kind is stands in its folder; a new one is a folder and an entry
 * here. All else asks `kinds[repository.kind]`, and never a kind's name.
 */

import { apk } from "./apk/kind.ts";
import { apt } from "./apt/kind.ts";
import type { KindFormat } from "./kind-format.ts";
import { pacman } from "./pacman/kind.ts";
import { rpm } from "./rpm/kind.ts";
import { files } from "./sums/files.ts";
import { images } from "./sums/images.ts";

/** By the name that a repository's entry has under `kind`. */
export const kinds = { apt, rpm, pacman, apk, images, files } satisfies Readonly<
  Record<string, KindFormat>
>;

/** What rules a repository's paths follow. */
export type Kind = keyof typeof kinds;
