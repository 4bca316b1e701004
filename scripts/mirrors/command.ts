/** The verbs of the mirror list (`npm run mirrors -- <command>` as well), with what they print and their exit status. */
import { parseArgs } from "node:util";
import { checkList } from "../../worker/list/check.ts";
import { checkKeys } from "../../worker/list/check-keys.ts";
import { imageRules } from "../../worker/list/image-rules.ts";
import { readUntil } from "../../worker/list/moment.ts";
import { formatProblem, type Problem } from "../../worker/list/problem.ts";
import type { SiteState } from "../../worker/list/site.ts";
import { parts } from "../program/parts.ts";
import { builtViewsFile, keepBuiltViews } from "./built-views.ts";
import { compileMirrorList, keyFileIn } from "./compile.ts";
import { exportFiles, type FilesExport } from "./export/export-files.ts";
import { listForms } from "./import/lists.ts";
import { readUpstream } from "./import/options.ts";
import { loadGazetteer, runImport, type Upstream } from "./import/run-import.ts";
import { formatSummary } from "./import/summary.ts";
import {
  builtVersions,
  deployedHasOwnList,
  deployedVersions,
  nextVersion,
  withVersion,
} from "./list-version.ts";
import { setState } from "./operate.ts";
import { putByWrangler } from "./put-by-wrangler.ts";
import { type ListFiles, readListFiles } from "./read-list.ts";
import { textFilesIn } from "./text-files.ts";
import { usage } from "./usage.ts";
import { usualList } from "./usual-list.ts";
import { ValueCache, valueCacheFile } from "./value-cache.ts";
import { writeFiles } from "./write-files.ts";

/** Where a command prints, and its clock. */
export interface Surroundings {
  out(text: string): void;
  err(text: string): void;
  /** Somebody watches `err`: what is under way is told there. */
  isTerminal: boolean;
  /** Unix milliseconds. */
  now(): number;
  /** Where what files said is kept between calls; without both, files are read anew. */
  environment?: Readonly<Record<string, string | undefined>>;
  home?: string;
}

/** Runs one command. Never rejects. Returns the exit status: 0 done, 1 errors in the list, 2 wrong usage. */
export async function runCommand(args: string[], surroundings: Surroundings): Promise<number> {
  const command = new Command(surroundings);
  try {
    return await command.run(args);
  } catch (error) {
    const wrongOption =
      error instanceof TypeError &&
      "code" in error &&
      String(error.code).startsWith("ERR_PARSE_ARGS");
    const message = error instanceof Error ? error.message : String(error);
    if (wrongOption) return command.wrongUsage(message);
    surroundings.err(`${message}\n`);
    return 1;
  }
}

class Command {
  readonly #on: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#on = surroundings;
  }

  async run(args: string[]): Promise<number> {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        list: { type: "string", default: usualList() },
        out: { type: "string" },
        format: { type: "string" },
        json: { type: "boolean", default: false },
        by: { type: "string" },
        why: { type: "string" },
        until: { type: "string" },
        repository: { type: "string" },
        dated: { type: "string" },
        names: { type: "string" },
        site: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      this.#on.out(usage);
      return 0;
    }
    const [command, ...operands] = positionals;
    const [first] = operands;
    switch (command) {
      case "check":
        return operands.length === 0 ? this.#check(values.list, values.json) : this.wrongUsage();
      case "import": {
        const files = operands.slice(1);
        if (first === undefined || files.length === 0) return this.wrongUsage();
        const upstream = readUpstream(first, values);
        if ("fault" in upstream) return this.wrongUsage(upstream.fault);
        return this.#importFiles(upstream, files, values.list, values.json);
      }
      case "export": {
        const { format, repository, list, json } = values;
        if (format === undefined || operands.length > 1) return this.wrongUsage();
        return this.#export(list, {
          format,
          json,
          ...(repository !== undefined && { repository }),
          ...(first !== undefined && { path: first }),
        });
      }
      case "build":
        if (operands.length > 0) return this.wrongUsage();
        return this.#build(values.list, values.out ?? builtViewsFile(values.list));
      case "apply":
        if (operands.length > 0) return this.wrongUsage();
        return this.#apply(values.list);
      case "drain":
      case "disable": {
        const { by, why, until } = values;
        if (first === undefined || operands.length > 1 || !by || !why) return this.wrongUsage();
        const is = command === "drain" ? "drained" : "disabled";
        const end: ReturnType<typeof readUntil> | Record<never, never> =
          until === undefined ? {} : readUntil(until, this.#on.now());
        if ("fault" in end) return this.wrongUsage(end.fault);
        return this.#setState(values.list, first, { is, by, why, ...end }, values.repository);
      }
      case "enable":
        if (first === undefined || operands.length > 1) return this.wrongUsage();
        return this.#setState(values.list, first, undefined, values.repository);
      default:
        return this.wrongUsage();
    }
  }

  wrongUsage(message?: string): number {
    this.#on.err(message === undefined ? usage : `${message}\n\n${usage}`);
    return 2;
  }

  /** Builds, then puts the views where every location's edge looks for them. */
  async #apply(list: string): Promise<number> {
    if (parts.layout === "folder") {
      this.#on.err(
        "apply publishes to a deployment on Cloudflare, and runs in a checkout. A service on this machine takes up changes of its list by itself.\n",
      );
      return 1;
    }
    if (deployedHasOwnList()) {
      this.#on.err(
        "The service keeps its list itself since somebody changed it there, so nothing was applied. `nearmirror plan` shows what the files would change, `nearmirror apply` takes them; both need NEARMIRROR_URL and NEARMIRROR_TOKEN.\n",
      );
      return 1;
    }
    const file = builtViewsFile(list);
    const built = await this.#build(list, file, deployedVersions);
    if (built !== 0) return built;
    const put = putByWrangler(file);
    return typeof put === "number" ? put : this.wrongUsage(put.fault);
  }

  async #readFiles(dir: string): Promise<ListFiles> {
    const { environment, home } = this.#on;
    if (environment === undefined || home === undefined) return await readListFiles(dir);
    const cache = new ValueCache(valueCacheFile(dir, environment, home));
    const files = await readListFiles(dir, cache);
    await cache.keep();
    return files;
  }

  #progress(text: string): void {
    if (this.#on.isTerminal) this.#on.err(`\r\u001b[K${text}`);
  }

  #printProblems(errors: readonly Problem[], warnings: readonly Problem[] = []): void {
    for (const problem of errors) this.#on.err(`${formatProblem(problem)}\n`);
    for (const problem of warnings) {
      this.#on.err(`${formatProblem({ ...problem, message: `warning: ${problem.message}` })}\n`);
    }
  }

  async #check(dir: string, json: boolean): Promise<number> {
    this.#progress("Reading the list");
    const files = await this.#readFiles(dir);
    const gazetteer = loadGazetteer();
    this.#progress("Checking");
    const { errors, warnings, sites, repositories } = checkList(files, this.#on.now(), (...place) =>
      gazetteer.awayFrom(...place),
    );
    errors.push(...(await checkKeys(files.repositories, repositories, keyFileIn(dir))));
    errors.push(...imageRules(textFilesIn(dir), files.repositories, repositories).problems);
    this.#progress("");
    const count = files.mirrors.length + files.repositories.length;
    const mirrors = sites.length;
    if (json) {
      const result = { files: count, mirrors, repositories: repositories.length, errors, warnings };
      this.#on.out(`${JSON.stringify(result)}\n`);
    } else {
      this.#printProblems(errors, warnings);
      const placed = sites.filter((site) => site.latitude !== undefined);
      const approximate = sites.filter((site) => site.approximate).length;
      this.#on.out(
        `${count} files: ${mirrors} mirrors (${placed.length - approximate} placed, ${approximate} approximately, ${mirrors - placed.length} not), ${repositories.length} repositories; ${errors.length} errors, ${warnings.length} warnings\n`,
      );
    }
    return errors.length > 0 ? 1 : 0;
  }

  async #importFiles(
    upstream: Upstream,
    files: string[],
    dir: string,
    json: boolean,
  ): Promise<number> {
    this.#progress(`Importing ${files.length} files`);
    const result = await runImport(upstream, files, dir, this.#on.now());
    this.#progress("");
    if (Array.isArray(result)) {
      this.#printProblems(result);
      this.#on.err("The list has errors: nothing was imported. Correct them first.\n");
      return 1;
    }
    this.#on.out(json ? `${JSON.stringify(result)}\n` : formatSummary(result));
    if (result.written + result.merged + result.unchanged > 0) return 0;
    const { called } = listForms[upstream.kind];
    this.#on.err(
      `No entry could be used: nothing was imported. A file of this list is ${called}.\n`,
    );
    return 1;
  }

  async #export(dir: string, options: FilesExport): Promise<number> {
    const { out, err, now } = this.#on;
    const refused = await exportFiles(await this.#readFiles(dir), options, {
      out,
      err,
      now: now(),
    });
    if (refused === undefined) return 0;
    if ("fault" in refused) return this.wrongUsage(refused.fault);
    this.#printProblems(refused.errors);
    err("The list has errors: nothing was written.\n");
    return 1;
  }

  /** @param deployed asks for the versions of lists whose place the built one is to take, besides that in the file */
  async #build(
    dir: string,
    out: string,
    deployed: () => Promise<number[]> = async () => [],
  ): Promise<number> {
    const now = this.#on.now();
    const compiled = await compileMirrorList(dir, now);
    this.#printProblems(compiled.errors, compiled.warnings);
    if (compiled.views === undefined || compiled.entries === undefined) {
      this.#on.err("The list has errors: nothing was built.\n");
      return 1;
    }
    const before = [...(await deployed()), ...(await builtVersions(out))];
    const views = withVersion(compiled.views, nextVersion(now, before));
    const { entries } = compiled;
    const size = Math.round((await keepBuiltViews(out, { views, entries })) / 1000);
    this.#on.out(
      `${out}: ${views.roster.mirrors.length} mirrors, ${views.catalogue.repositories.length} repositories, ${size} kB\n`,
    );
    return 0;
  }

  async #setState(
    dir: string,
    name: string,
    state: SiteState | undefined,
    repository: string | undefined,
  ): Promise<number> {
    // A name is a file's name here: nothing with a slash may reach the path.
    if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) return this.wrongUsage(`${name} is no mirror's name.`);
    const files = await this.#readFiles(dir);
    const result = setState(files, this.#on.now(), { name, state, repository });
    if ("fault" in result) {
      this.#printProblems(result.errors ?? []);
      this.#on.err(`${result.fault}\n`);
      return 1;
    }
    await writeFiles(new Map([[result.file, result.text]]));
    const what = repository === undefined ? name : `${repository} on ${name}`;
    const until = state?.until === undefined ? "" : ` until ${state.until}`;
    this.#on.out(`${what} is ${state?.is ?? "enabled"}${until}.\n`);
    if (result.elsewhere.length === 0) return 0;
    this.#printProblems(result.elsewhere);
    this.#on.err(
      "That is in the mirror's file, but other files of the list have errors: until they are corrected nothing of the list is taken up.\n",
    );
    return 1;
  }
}
