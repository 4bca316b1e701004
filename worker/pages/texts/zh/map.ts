import type { Texts } from "../en/texts.ts";

export const map: Texts["map"] = {
  title: "镜像站地图",
  description: "{you}{mirrors}",
  youAre: "推断您位于 {place}。",
  placeUnknown: "无法确定您的位置。",
  first: "图中共 {count} 个镜像站，首选是 {name}（{country}）。",
  noMirror: "图中没有镜像站。",
  you: "您",
  way: "通往首选镜像站",
  up: "正常",
  degraded: "性能下降",
  down: "不可用",
  unknown: "尚未探测",
  drained: "管理员已暂停",
  disabled: "已停用",
  numbers: "数字是为您排列的次序；+2 表示同一地点还有两个镜像站。",
};
