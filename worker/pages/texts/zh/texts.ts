/** Simplified Chinese. Mirror sites are 镜像站, installation images 系统镜像, as the readers of Chinese mirror sites call them. */
import type { Texts } from "../en/texts.ts";
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

export const zh: Texts = {
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
