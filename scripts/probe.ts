/** `npm run probe -- URL`: one full probe of a repository's copy on a mirror, and what it found. */
import { lookup } from "node:dns/promises";
import { parseArgs, styleText } from "node:util";
import type { Kind } from "../worker/formats/kinds.ts";
import { kinds } from "../worker/formats/kinds.ts";
import { openByFetch } from "../worker/outbound/origin-access.ts";
import { userAgent } from "../worker/outbound/user-agent.ts";
import { readBaseline } from "../worker/repositories/baseline/read-baseline.ts";
import { compileMirrorList } from "./mirrors/compile.ts";
import { formatProblem } from "./mirrors/problem.ts";
import { baseUrlFault } from "./mirrors/urls.ts";
import { askByNode } from "./probe/ask-by-node.ts";
import { findByRoots, findInList } from "./probe/find-repository.ts";
import { formatReport } from "./probe/report.ts";
import { type ProbeWorld, runProbe } from "./probe/run.ts";

const usage = `Usage: npm run probe -- URL [options]

  URL                 base URL of a repository's copy: https://mirror.example/debian/

  --repository NAME   which repository it is a copy of (default: by the mirror list, else by its roots)
  --kind KIND         look among repositories of this kind only (${kinds.join(", ")})
  --list DIR          the mirror list's folder (default: mirror-list)
  --ipv4, --ipv6      by this address family only (default: each that the name has)
  --json              the result as JSON

Asks the mirror and the repository's origin over the network.
Exit status: 0 well, 1 failing (a file that is wrong, or a stale copy, counts), 2 misused.
`;

/** One question with its redirects, ms: a client would have gone to another mirror by then. */
const deadlineMs = 15_000;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "string") return misused(options);
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const { base, kind } = options;
  try {
    progress("Reading the mirror list");
    const { views, errors } = await compileMirrorList(options.list, Date.now());
    if (views === undefined) {
      progress("");
      const all = errors.map((problem) => `${formatProblem(problem)}\n`).join("");
      return misused(`${all}The mirror list in ${options.list} has errors. Correct them first.`);
    }
    const world = nodeWorld(userAgent(process.env.PUBLIC_URL ?? ""));
    const found =
      findInList(views, base, options.repository, kind) ??
      (await findByRoots(views.catalogue.repositories, base, kind, { ...world, ask: world.ask() }));
    if ("fault" in found) {
      progress("");
      return misused(found.fault);
    }
    const result = await runProbe(base, found, options.family, world);
    progress("");
    process.stdout.write(
      options.json
        ? `${JSON.stringify(result)}\n`
        : formatReport(result, (format, text) =>
            styleText(format, text, { stream: process.stdout }),
          ),
    );
    return result.ok ? 0 : 1;
  } catch (error) {
    progress("");
    return misused(error instanceof Error ? error.message : String(error));
  }
}

interface Options {
  help: boolean;
  base: string;
  repository: string | undefined;
  kind: Kind | undefined;
  list: string;
  family: "ipv4" | "ipv6" | undefined;
  json: boolean;
}

/** The options, or a sentence on what is wrong with them. */
function readOptions(args: string[]): Options | string {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { values, positionals } = parsed;
  const [text, ...more] = positionals;
  const { help, repository, list, json } = values;
  const rest = { repository, list, json };
  if (help) return { ...rest, help, base: "", kind: undefined, family: undefined };
  if (text === undefined) return "Which URL? Give the base URL of a repository's copy.";
  if (more.length > 0) return `One URL at a time: ${more[0]} is too much.`;
  const given = text.endsWith("/") || /[?#]/.test(text) ? text : `${text}/`;
  const fault = baseUrlFault(given);
  if (fault !== undefined) return `${text} ${fault}`;
  const base = new URL(given);
  if (base.protocol !== "https:" && base.protocol !== "http:") {
    return `${text} is neither https nor http.`;
  }
  const kind = kinds.find((known) => known === values.kind);
  if (values.kind !== undefined && kind === undefined) {
    return `There is no kind ${values.kind}. There are: ${kinds.join(", ")}.`;
  }
  if (values.ipv4 && values.ipv6)
    return "--ipv4 and --ipv6 exclude each other; both is the default.";
  const family = values.ipv4 ? "ipv4" : values.ipv6 ? "ipv6" : undefined;
  return { ...rest, help, base: base.href, kind, family };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      repository: { type: "string" },
      kind: { type: "string" },
      list: { type: "string", default: "mirror-list" },
      json: { type: "boolean", default: false },
      ipv4: { type: "boolean", default: false },
      ipv6: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}

function nodeWorld(agent: string): ProbeWorld {
  const anyFamily = askByNode();
  return {
    ask: (family) =>
      family === undefined ? anyFamily : askByNode({ family: family === "ipv4" ? 4 : 6 }),
    lookup: (host) => lookup(host, { all: true }),
    readReference: (repository) =>
      readBaseline(
        repository,
        undefined,
        { ask: anyFamily, open: openByFetch(fetch), userAgent: agent, ownHosts: [] },
        Date.now(),
        Math.random,
      ),
    now: Date.now,
    random: Math.random,
    userAgent: agent,
    deadlineMs,
    progress,
  };
}

/** Only at a terminal; an empty text takes the line away. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

function misused(message: string): number {
  process.stderr.write(`${message}\nnpm run probe -- --help tells how.\n`);
  return 2;
}
