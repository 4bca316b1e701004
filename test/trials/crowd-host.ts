/** One of many hosts behind one address: asks for packages as its program does, and goes where it is sent. */

import { type Agent, type IncomingHttpHeaders, request } from "node:http";
import type { Lab } from "../lab/lab.ts";

/** What the hosts of a crowd are. */
export interface Program {
  name: string;
  /** `User-Agent`; absent: none. */
  agent?: string;
  /** Questions that one host has open at a time. */
  atATime: number;
  /** A package's path, below the service. */
  path(number: number): string;
}

/** As they ask (docs/clients.md). */
export const programs: readonly Program[] = [
  {
    name: "dnf",
    agent: "libdnf (Debian GNU/Linux 12; generic; Linux.x86_64)",
    atATime: 3,
    path: (number) => `lab-rpm/Packages/crowd-${number}-1-1.noarch.rpm`,
  },
  {
    name: "apt",
    agent: "Debian APT-HTTP/1.3 (2.6.1)",
    atATime: 10,
    path: (number) => `lab/pool/main/c/crowd/crowd-${number}_1_all.deb`,
  },
  {
    name: "curl",
    agent: "curl/7.88.1",
    atATime: 1,
    path: (number) => `lab-cd/crowd-${number}-curl.iso`,
  },
  { name: "nameless", atATime: 4, path: (number) => `lab-cd/crowd-${number}.iso` },
];

/** Of each package. */
export const packageBytes = 8192;
/** For one answer, ms: apt gives up then. */
const deadlineMs = 30_000;

/** What became of all questions. */
export interface Seen {
  redirects: number;
  /** Answered by another mirror, or with bytes, by what it was. */
  elsewhere: Map<string, number>;
  /** Of each answer, ms. */
  tookMs: number[];
}

export interface Installing {
  program: Program;
  paths: readonly string[];
  address: string;
  url: string;
  http: Agent;
  lab: Lab;
  /** Name of the mirror that all are to be sent to. */
  nearest: string;
  seen: Seen;
  signal: AbortSignal;
}

/** One host: asks for each package once, goes where it is sent, a few at a time. */
export async function install(installing: Installing): Promise<void> {
  const { paths, program } = installing;
  const left = paths.values();
  const worker = async () => {
    for (const path of left) await fetchPackage(installing, path);
  };
  await Promise.all(Array.from({ length: program.atATime }, worker));
}

async function fetchPackage(installing: Installing, path: string): Promise<void> {
  const { program, address, url, http: agent, lab, seen, nearest, signal } = installing;
  const headers = {
    ...(program.agent !== undefined && { "User-Agent": program.agent }),
    "X-Forwarded-For": address,
  };
  const answer = await ask({ method: "GET", url: new URL(path, url), headers, agent, signal });
  seen.tookMs.push(answer.ms);
  const location = answer.headers.location ?? "";
  const mirror = lab.mirrors.find((one) => location.startsWith(one.url));
  if (answer.status === 302) seen.redirects++;
  if (mirror?.name !== nearest) {
    const what = `${program.name}: ${mirror?.name ?? answer.status}`;
    seen.elsewhere.set(what, (seen.elsewhere.get(what) ?? 0) + 1);
  }
  if (mirror === undefined) return;
  const there = { method: "GET", url: new URL(location), headers, agent, signal } as const;
  const { status, bytes } = await ask(there);
  if (status !== 200 || bytes !== packageBytes) {
    throw new Error(`${mirror.name} answers ${status} with ${bytes} bytes: ${path}`);
  }
}

export interface Asking {
  method: "GET" | "HEAD";
  url: URL;
  headers: Record<string, string>;
  agent: Agent;
  signal?: AbortSignal;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Of body. */
  bytes: number;
  /** Since a connection was free for it, ms. */
  ms: number;
}

/** One question, its body counted and thrown away. @throws Error when nothing comes for too long */
export function ask({ url, ...options }: Asking): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...options, timeout: deadlineMs }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes,
          ms: performance.now() - began,
        }),
      );
    });
    let began = 0;
    sent.once("socket", () => {
      began = performance.now();
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${deadlineMs} ms: ${url}`)));
    sent.on("error", reject);
    sent.end();
  });
}
