/** Simplified Chinese. Mirror sites are 镜像站, installation images 系统镜像, as the readers of Chinese mirror sites call them. */
import type { Texts } from "../en/texts.ts";
import { fileMirrors } from "./file-mirrors.ts";
import { frame } from "./frame.ts";
import { map } from "./map.ts";
import { why } from "./why.ts";

export const zh: Texts = { frame, fileMirrors, map, why };
