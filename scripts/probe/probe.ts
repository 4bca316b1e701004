/** `nearmirror probe URL`: one full probe of a repository's copy on a mirror, and what it found. */
import { lookup } from "node:dns/promises";
import { styleText } from "node:util";
import { formatProblem } from "../../worker/list/problem.ts";
import { userAgent } from "../../worker/outbound/user-agent.ts";
import { compileMirrorList } from "../mirrors/compile.ts";
import { parts } from "../program/parts.ts";
import { askByNode } from "./ask-by-node.ts";
import { findByRoots, findInList } from "./find-repository.ts";
import { openByNode } from "./open-by-node.ts";
import { readOptions, usage } from "./options.ts";
import { readOrigin } from "./read-origin.ts";
import { formatReport } from "./report.ts";
import { type ProbeWorld, runProbe } from "./run.ts";

/** One question with its redirects, ms: a client would have gone to another mirror by then. */
const deadlineMs = 15_000;

/** @param args behind the verb @returns the exit status: 0 well, 1 failing, 2 misused */
export async function probe(args: string[]): Promise<number> {
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

function nodeWorld(agent: string): ProbeWorld {
  const anyFamily = askByNode();
  return {
    ask: (family) =>
      family === undefined ? anyFamily : askByNode({ family: family === "ipv4" ? 4 : 6 }),
    lookup: (host) => lookup(host, { all: true }),
    readReference: (repository) =>
      readOrigin(repository, {
        access: { ask: anyFamily, open: openByNode, userAgent: agent, ownHosts: [] },
        now: Date.now,
        random: Math.random,
      }),
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
  process.stderr.write(`${message}\n${parts.command} probe --help tells how.\n`);
  return 2;
}
