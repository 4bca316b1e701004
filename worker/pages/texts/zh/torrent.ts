import type { Texts } from "../en/texts.ts";

export const torrent: Texts["torrent"] = {
  yet: "{name} 的种子尚未制作",
  none: "{name} 没有种子",
  unasked: "镜像被请求满 {times} 次后，本站会为其制作种子。还差 {left} 次；您的本次访问已计入。",
  unaskedOne: "镜像被请求满 {times} 次后，本站会为其制作种子。还差一次；您的本次访问已计入。",
  queued: "请求次数已够，正在排队等待制作。",
  reading: "正在制作：已读取并校验镜像的 {percent} %。",
  tomorrow: "今日用于制作种子的读取额度已用完，{duration}后继续。",
  refused: "未能制作：{why} {duration}后若有人请求，会再次尝试。",
  large: "该镜像大于每日用于制作种子的读取额度。",
  off: "本站不制作种子，发行版也没有在镜像旁提供种子。",
  unlisted: "发行版的签名列表中没有该镜像的 SHA-256，因此无法校验。",
  unread: "正在读取发行版的签名列表。",
  silent: "暂时无法提供种子。",
  meanwhile: "现在就下载",
  download: "从最佳镜像站下载",
  metalink: "{metalink}：供 aria2 等下载工具使用，可同时从多个镜像站下载，并附带校验和",
  mirrors: "该文件的全部镜像站（由优到劣）",
  images: "其他镜像",
  again: "{again}种子是否已制作。",
  look: "稍后再查看",
};
