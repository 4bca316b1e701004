import type { Texts } from "../en/texts.ts";

export const wrongLink: Texts["wrongLink"] = {
  title: "此链接没有对应的镜像",
  distribution: "没有名为 {value} 的发行版。",
  version: "{distribution} 没有版本 {value}。",
  architecture: "{distribution} {version} 没有 {value} 架构的镜像。",
  type: "{distribution} {version}（{architecture}）没有 {value}。",
  format: "没有 {value} 格式。",
  did: "您要找的是 {nearest} 吗？",
  allowed: "现有：",
  more: "另有 {count} 项。",
  shape: "固定链接由发行版、版本、架构和类型组成：{link}。",
  digest: "发行版的列表中没有 {name} 的 {digest}。",
  zsync: "本站没有 zsync 文件。{name} 的 Metalink 列出了镜像站和校验和，中断的下载可以续传。",
  list: "列出 {name} 的签名列表暂不可用。",
  all: "全部镜像",
};
