import type { Texts } from "../en/texts.ts";

export const frame: Texts["frame"] = {
  skip: "跳到正文",
  navigation: "主导航",
  language: "语言",
  home: "首页",
  images: "系统镜像",
  packages: "软件包",
  mirrors: "镜像站状态",
  about: "关于",
  privacy: "隐私",
  statistics: "统计",
  probes: "致镜像站管理员",
  copy: "复制",
  copied: "已复制",
  selected: "已选中",
  attribution: "地址与城市的位置数据来自 {sources}（{licence}）。",
  noTracking: "本站不使用 Cookie，也没有任何跟踪。",
};
