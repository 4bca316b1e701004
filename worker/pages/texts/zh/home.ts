import type { Texts } from "../en/texts.ts";

export const home: Texts["home"] = {
  title: "就近获取 Linux 软件",
  lead: "Linux 主机所需的软件，只用一个地址就能获取。软件包索引由本站校验后直接提供；软件包和系统镜像则跳转到离您最近、且确认已有该文件的镜像站。",
  description: "软件包索引经过签名校验，文件自动跳转到最近且确认可用的镜像站。",
  well: "一切正常。",
  mirrors: "正在监测 {count} 个镜像站。",
  noMirrors: "尚未收录镜像站，文件直接来自上游。",
  wrong: "有 {count} 项需要关注。",
  oneWrong: "有 1 项需要关注。",
  details: "查看详情",
  host: "配置软件源",
  hostWhy: "选择发行版，复制一行命令。命令会先显示将要做的改动。",
  images: "下载系统镜像",
  imagesWhy: "安装镜像、Live 系统和云镜像：筛选、核对校验和、下载。",
  packages: "查找软件包",
  packagesWhy: "按名称、命令、文件、库或关键词，同时搜索所有发行版。",
  distributions: "按发行版",
  setUp: "配置方法",
  browse: "浏览目录",
  files: "获取文件",
  none: "这里还没有收录软件仓库。",
};
