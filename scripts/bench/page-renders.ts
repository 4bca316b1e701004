/** `npm run bench -- --renders`: processor time of each page that isn't held, in workerd, with the bundled mirror list. */
import { Agent, request } from "node:http";
import { bundleWorker, root } from "../service/bundle.ts";
import { databasePaths } from "../service/platform.ts";
import { type PlainWorkerd, startPlainWorkerd } from "../service/workerd.ts";
import { cpuSeconds } from "./load.ts";
import { wholeList } from "./rosters.ts";
import { standIns } from "./stand-ins.ts";

/** Names in the long folder. */
const longFolder = 5_000;
const long = "pool/main/l/long/";
/** Requests of a run: a clock tick of 10 ms is shared by as many. Fewer of what takes long. */
const requests = 50;
const longRequests = 10;
const longBytes = 100_000;

const page = "text/html,application/xhtml+xml;q=0.9";
const program = "*/*";

interface AskedPage {
  name: string;
  path: string;
  accept: string;
}

/** Processor time of one answer, ms, run by run. */
export interface PageRenders {
  mirrors: number;
  /** What any answer takes, whatever it says: the connection, and reading the request. */
  least: number[];
  pages: { name: string; ms: number[]; bytes: number }[];
}

const file = "lib0_1.0-1_amd64.deb";

function asked(mirror: string): AskedPage[] {
  const shown: readonly (readonly [string, string])[] = [
    ["home", "/"],
    ["repository", "/repositories/debian"],
    ["mirrors, and the status of all", "/mirrors"],
    ["mirrors, searched", "/mirrors?q=edu"],
    ["a mirror's page", `/mirrors/${mirror}`],
    ["about", "/about"],
    ["privacy", "/privacy"],
    ["probes", "/probes"],
    ["mirrors of a file", `/debian/${long}${file}?mirrorlist`],
    ["why", `/debian/${long}${file}?trace`],
    [`folder of ${longFolder}`, `/debian/${long}`],
    [`folder of ${longFolder}, by size, third page`, `/debian/${long}?sort=-size&page=3`],
    [`folder of ${longFolder}, searched`, `/debian/${long}?q=7&sort=date`],
  ];
  const forPrograms: readonly (readonly [string, string])[] = [
    [`folder of ${longFolder}, for programs`, `/debian/${long}`],
    [`folder of ${longFolder}, JSON`, `/debian/${long}?format=json`],
  ];
  const told = (accept: string) => (one: readonly [string, string]) => {
    const [name, path] = one;
    return { name, path, accept };
  };
  return [...shown.map(told(page)), ...forPrograms.map(told(program))];
}

export async function measureRenders(rounds: number, cpu: number): Promise<PageRenders> {
  const views = await wholeList(root);
  const names = Array.from({ length: longFolder }, (_, at) => `lib${at}_1.${at % 97}-1_amd64.deb`);
  const paths = names.map((name) => `${long}${name}`);
  const rows = names.map(
    (name, at) => `<a href="${name}">${name}</a> 0${1 + (at % 9)}-Nov-2026 12:00  1000000\n`,
  );
  const directory = `<html><body><h1>Index of /</h1><pre><a href="../">../</a>\n${rows.join("")}</pre></body></html>`;
  const server = await startPlainWorkerd({
    script: await bundleWorker(views),
    vars: { CLIENT_PLACE: "database", TRUSTED_PROXIES: "any" },
    data: databasePaths(),
    standIns: await standIns(paths, undefined, false, directory),
    cpu,
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const [first] = views.roster.mirrors;
    const least = { name: "", path: "/robots.txt", accept: program };
    const of = async (one: AskedPage) => {
      const bytes = (await ask(server, agent, one)).length;
      const count = bytes > longBytes ? longRequests : requests;
      // V8 compiles what it has seen often.
      for (let time = 0; time < count; time++) await ask(server, agent, one);
      const ms: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const before = cpuSeconds(server.pid);
        for (let time = 0; time < count; time++) await ask(server, agent, one);
        ms.push(((cpuSeconds(server.pid) - before) * 1000) / count);
      }
      return { name: one.name, ms, bytes };
    };
    const pages: PageRenders["pages"] = [];
    const base = await of(least);
    for (const one of asked(first?.name ?? "")) pages.push(await of(one));
    return { mirrors: views.roster.mirrors.length, least: base.ms, pages };
  } finally {
    agent.destroy();
    await server.stop();
  }
}

let hosts = 0;

/** Under a name of its own each time: a page is held for each base URL that it prints, and none is asked for twice. */
function ask(server: PlainWorkerd, agent: Agent, { path, accept }: AskedPage): Promise<string> {
  const headers = {
    Host: `h${++hosts}.example`,
    Accept: accept,
    "X-Forwarded-For": "130.239.18.159",
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, server.url), { agent, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`${path} answers ${answer.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Lines for people. */
export function renderLines({ mirrors, least, pages }: PageRenders): string[] {
  const base = Math.min(...least);
  const row = (name: string, ms: readonly number[], kb: string) => {
    const sorted = [...ms].sort((one, other) => one - other);
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0) - base;
    return `${name.padEnd(44)}${kb.padStart(8)}${at(0).toFixed(2).padStart(9)}${at(0.5).toFixed(2).padStart(9)}${at(1).toFixed(2).padStart(9)}`;
  };
  return [
    `${mirrors} mirrors; processor time of a page that isn't held, ms, without the ${base.toFixed(2)} of the shortest text`,
    `${"".padEnd(44)}${"KB".padStart(8)}${"least".padStart(9)}${"median".padStart(9)}${"most".padStart(9)}`,
    ...pages.map(({ name, ms, bytes }) => row(name, ms, (bytes / 1000).toFixed(1))),
  ];
}
