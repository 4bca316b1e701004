/** Pages of the started service beside a Worker that returns the same bytes from memory: what making a page costs. */
import { createHash } from "node:crypto";
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import { startPlainWorkerd } from "../service/workerd.ts";
import type { Contest } from "./contests.ts";
import { type StartedContest, startedOn } from "./started-contest.ts";

/** The names of the two. */
export const service = "service";
export const sameBytes = "same bytes";

/** As wrk names clients. */
const vars = { CLIENT_PLACE: "database", TRUSTED_PROXIES: "any", PROBING: "off" };

/** Pages that are the same for everybody who asks within seconds, and one that is filtered. */
const pages = ["/", "/mirrors", "/repositories/cd", "/about", "/images", "/images?q=netinst"];

/** Images in the list, and mirrors: as many as a large deployment has. */
const images = 2_000;
const mirrors = 300;
const list = "current/amd64/iso-cd/SHA256SUMS";

/** A snapshot is made in a second; on a busy machine in several, ms. */
const snapshotWithinMs = 60_000;

function sums(): string {
  const lines = Array.from({ length: images }, (_, at) => {
    const name = `debian-13.${at % 9}.0-amd64-${["netinst", "DVD-1", "gnome", "xfce"][at % 4]}-${at}.iso`;
    const sum = createHash("sha256").update(name).digest("hex");
    // As Fedora's lists have it: what tells sizes itself has no origin asked for them.
    return `# ${name}: 1000000 bytes\n${sum}  ${name}\n`;
  });
  return lines.join("");
}

/** The origin of the images; it has their list, and sizes for whoever asks. */
const origin = (text: string) => `const text = ${JSON.stringify(text)};
export default {
  fetch({ method, url }) {
    const { pathname } = new URL(url);
    const headers = { "Last-Modified": "Wed, 01 Jan 2025 00:00:00 GMT" };
    if (pathname.endsWith("SHA256SUMS")) return new Response(text, { headers });
    if (!pathname.endsWith(".iso")) return new Response("", { status: 404 });
    return new Response(method === "HEAD" ? null : "x", { headers: { ...headers, "Content-Length": "1000000" } });
  },
};`;

function listOf(port: number): Views {
  const at = (host: string) => `http://${host}:${port}/cd/`;
  const countries = ["DE", "SE", "US", "JP", "CN", "BR", "ZA", "AU"];
  return {
    roster: {
      version: 1,
      mirrors: Array.from({ length: mirrors }, (_, index) => ({
        name: `m${index}.example`,
        country: countries[index % countries.length] ?? "DE",
        latitude: (index % 120) - 55,
        longitude: ((index * 7) % 340) - 170,
        capacity: 1000,
        state: "up" as const,
        carries: { cd: { http: at(`127.0.1.${(index % 250) + 1}`) } },
      })),
    },
    catalogue: {
      version: 1,
      repositories: [
        {
          name: "cd",
          kind: "images",
          title: "Images",
          origin: at("127.0.0.1"),
          architectures: ["amd64"],
          keys: [],
          verify: "checksums",
          roots: [list],
          setup: {},
        },
      ],
    },
  };
}

/** A Worker with these bytes in memory. */
const constant = (text: string, headers: Readonly<Record<string, string>>) => `
const bytes = new TextEncoder().encode(${JSON.stringify(text)});
const headers = ${JSON.stringify(headers)};
export default { fetch() { return new Response(bytes, { headers }); } };
`;

/** @param loadCpu where the origin runs, beside the load */
export async function pagesContest(loadCpu: number): Promise<StartedContest> {
  const files = await startPlainWorkerd({
    script: origin(sums()),
    host: "0.0.0.0",
    cpu: loadCpu,
  });
  const views = listOf(files.port);
  const start = (cpu: number) => startedOn(cpu, { views, vars, ready: catalogueRead });
  const first = await start(loadCpu);
  try {
    const contests = new Map<string, Contest>();
    for (const path of pages) {
      const answer = await fetch(`${first.url}${path.slice(1)}`);
      if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}`);
      const {
        "content-length": _,
        "content-encoding": __,
        ...headers
      } = Object.fromEntries(answer.headers);
      contests.set(path, {
        servers: new Map([
          [sameBytes, { script: constant(await answer.text(), headers) }],
          [service, { script: "", start }],
        ]),
        pairs: [[service, sameBytes]],
        asks: { paths: [path], status: 200 },
      });
    }
    return { contests, stop: () => files.stop() };
  } finally {
    await first.stop();
  }
}

/** Has the list read, as the first visitor does, and waits until all images are told with their sizes: no more is asked. */
async function catalogueRead(url: string): Promise<void> {
  const until = Date.now() + snapshotWithinMs;
  while (Date.now() < until) {
    const listed = await fetch(`${url}cd/${list}`);
    await listed.body?.cancel();
    if (await allSized(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error("the started service tells no images with their sizes");
}

async function allSized(url: string): Promise<boolean> {
  let count = 0;
  for (let next: unknown = "/api/v1/images?limit=500"; typeof next === "string"; ) {
    const answer = await fetch(new URL(next, url));
    const told = Object(answer.ok ? await answer.json() : {});
    const some: unknown[] = [told.images ?? []].flat();
    if (some.some((one) => Object(one).size === undefined)) return false;
    count += some.length;
    next = told.next;
  }
  return count > 0;
}
