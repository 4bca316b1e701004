/** Simplified Chinese. Mirror sites are 镜像站, installation images 系统镜像, as the readers of Chinese mirror sites call them. */
import type { Texts } from "../en/texts.ts";
import { frame } from "./frame.ts";

export const zh: Texts = { frame };
