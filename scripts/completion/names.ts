/** Names that are completed: of the running service where one is named, else of the list's folder. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { allVerbs } from "../../worker/accounts/verbs.ts";
import { items, said } from "../client/answers.ts";
import { readConfiguration } from "../client/configuration.ts";
import { ServiceClient } from "../client/service-client.ts";
import { usualList } from "../mirrors/usual-list.ts";
import { writeFiles } from "../mirrors/write-files.ts";
import { readMirrors } from "../operate/mirrors.ts";
import type { Call } from "../program/syntax.ts";
import type { Terminal } from "../program/terminal.ts";
import type { NamesOf } from "./candidates.ts";

/** A service is asked this long, ms: somebody waits at a key. */
const askMs = 1500;
/** And not again within this, ms: people press the key several times. */
const keptMs = 60_000;

/** Never rejects: where names can't be had there are none. */
export function namesFor(terminal: Terminal): NamesOf {
  return async (kind, options) => {
    if (kind === "verb") {
      const groups = new Set(allVerbs.flatMap((verb) => verb.match(/^\w+(?=\.)/) ?? []));
      return [...[...groups].map((group) => `${group}.*`), ...allVerbs];
    }
    const call = callOf(options, terminal);
    const asked = options.has("list") ? undefined : await namesOfService(kind, call);
    return asked ?? (kind === "account" ? [] : namesInFolder(kind, options.get("list")));
  };
}

function callOf(options: ReadonlyMap<string, string>, terminal: Terminal): Call {
  const text = (option: string) => options.get(option);
  return {
    name: "complete",
    operands: [],
    args: [],
    text,
    texts: (option) => [text(option) ?? []].flat(),
    has: (option) => options.has(option),
    // One that doesn't answer at once isn't waited for.
    terminal: {
      ...terminal,
      isTerminal: false,
      isAsking: false,
      pause: () => Promise.reject(new Error("too late")),
      fetch: (input, init) =>
        terminal.fetch(input, { ...init, signal: AbortSignal.timeout(askMs) }),
    },
  };
}

type Kind = "mirror" | "repository" | "account";

async function namesOfService(kind: Kind, call: Call): Promise<readonly string[] | undefined> {
  try {
    const configuration = readConfiguration(call);
    if (configuration === undefined) return undefined;
    const file = namesFile(`${kind} ${configuration.url}`, call.terminal);
    const kept = keptNames(file, call.terminal.now());
    if (kept !== undefined) return kept;
    const names = await askNames(kind, new ServiceClient(configuration, call.terminal));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    await writeFiles(new Map([[file, JSON.stringify(names)]]), 0o600);
    return names;
  } catch {
    return undefined;
  }
}

async function askNames(kind: Kind, client: ServiceClient): Promise<string[]> {
  if (kind === "mirror") return (await readMirrors(client)).map((one) => said(one, "name"));
  if (kind === "repository") {
    const { body } = await client.ask("GET", "/api/v1/repositories", { isPublic: true });
    return items(body, "repositories").map((one) => said(one, "name"));
  }
  const { body } = await client.ask("GET", "/api/v1/principals");
  return items(body, "principals").map((one) => said(one, "name"));
}

function namesFile(what: string, { environment, home }: Terminal): string {
  const { XDG_CACHE_HOME: given = "" } = environment;
  const name = createHash("sha256").update(what).digest("hex").slice(0, 16);
  return join(given === "" ? join(home, ".cache") : given, "nearmirror", `names-${name}.json`);
}

function keptNames(file: string, now: number): string[] | undefined {
  const there = statSync(file, { throwIfNoEntry: false });
  if (there === undefined || now - there.mtimeMs > keptMs) return undefined;
  const names: unknown = JSON.parse(readFileSync(file, "utf8"));
  return Array.isArray(names) ? names.map(String) : undefined;
}

function namesInFolder(kind: "mirror" | "repository", dir = usualList()): string[] {
  try {
    const folder = join(dir, kind === "mirror" ? "mirrors" : "repositories");
    const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return files.map((name) => name.replace(/\.ya?ml$/, "")).sort();
  } catch {
    return [];
  }
}
