/** English, and so the form of the table: one file for each part of the site. */
import { about } from "./about.ts";
import { errors } from "./errors.ts";
import { fileMirrors } from "./file-mirrors.ts";
import { folder } from "./folder.ts";
import { frame } from "./frame.ts";
import { home } from "./home.ts";
import { images } from "./images.ts";
import { map } from "./map.ts";
import { mirror } from "./mirror.ts";
import { mirrors } from "./mirrors.ts";
import { privacy } from "./privacy.ts";
import { probes } from "./probes.ts";
import { repository } from "./repository.ts";
import { setup } from "./setup.ts";
import { torrent } from "./torrent.ts";
import { why } from "./why.ts";
import { wrongLink } from "./wrong-link.ts";

export const en = {
  about,
  errors,
  fileMirrors,
  folder,
  frame,
  home,
  images,
  map,
  mirror,
  mirrors,
  privacy,
  probes,
  repository,
  setup,
  torrent,
  why,
  wrongLink,
};

/**
 * All texts of the pages: English is the form of the table. The compiler refuses a language that lacks a text, or has
 * one that English lacks. A text is plain, never markup; `{name}` in a text is where `sentence` puts a piece.
 */
export type Texts = typeof en;
