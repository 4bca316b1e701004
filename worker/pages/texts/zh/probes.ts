import type { Texts } from "../en/texts.ts";

export const probes: Texts["probes"] = {
  title: "是谁在访问，为什么",
  page: "探测说明",
  lead: "本服务把用户的包管理器引导到就近的镜像站。为了避免把用户带到无法响应或同步滞后的镜像站，本服务会定期访问每个收录的镜像站。这些请求的 User-Agent 为 {agent}。",
  whatTitle: "访问哪些内容",
  what: [
    "软件仓库的根文件（InRelease、repomd.xml、SHA256SUMS），使用条件请求。",
    "某个软件包或系统镜像的大小，使用 HEAD 请求。",
    "偶尔读取其中 64 KiB，以比对内容。",
  ],
  oftenTitle: "访问频率",
  often:
    "通常由两个地区每 {healthy} 访问一次；镜像站疑似故障时每 {changing} 一次；长期不可用的镜像站最长间隔 {longest}。对同一镜像站每分钟不超过 {requests} 个请求。",
  clientsTitle: "有用户访问时",
  clients:
    "在把用户引导到镜像站之前，用户所访问的节点可能会以 {agent} 的身份，用 HEAD 向该镜像站查询所需的文件：一是在不确定文件是否存在时，二是每隔数秒确认镜像站仍能响应；同时每十秒或沉寂之后，还会读取一个不超过 32 KiB 的小软件包，以确认内容正确。没有用户时不会产生这类请求。",
  stopTitle: "如何停止",
  stop: "请联系本服务的管理员停用您的镜像站，或对这些请求返回 403：此后该镜像站会被视为不可用，不再分配用户，访问也会越来越少。",
};
