import type { Texts } from "../en/texts.ts";

export const errors: Texts["errors"] = {
  notFound: "页面不存在",
  notFoundWhy: "{path} 处没有任何内容。",
  repositories: "现有内容：",
  noMirror: "没有收录名为 {name} 的镜像站。",
  noRepository: "没有名为 {name} 的软件仓库。",
};
