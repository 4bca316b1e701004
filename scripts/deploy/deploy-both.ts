/** Deploys the two scripts, the watchers' first: the edge's binds their classes. */
import { resolve } from "node:path";
import { listEntriesKey } from "../../worker/views/views-key.ts";
import { entryPoints, root } from "../service/bundle.ts";
import {
  type AskWrangler,
  type Bindings,
  boundNamespace,
  deployedBindings,
  hasClasses,
  namespaceTitled,
} from "./account.ts";
import {
  type Configuration,
  edgeConfiguration,
  type Objects,
  type Whole,
  watchersConfiguration,
  watchersName,
  withIds,
} from "./configurations.ts";
import { ownViews } from "./list-to-deploy.ts";

/** The world around it. */
export interface Deploying {
  ask: AskWrangler;
  /** Runs wrangler where the operator sees it; its exit code. */
  run(args: readonly string[]): number;
  /** Runs the command that compiles the mirror list; its exit code. */
  build(command: string): number;
  /** Puts views in the place of the compiled list's; gives that place back its file. */
  bundleViews(views: string): () => void;
  /** Path of the compiled list's entries; undefined: there are none. */
  entries(): string | undefined;
  /** Writes a generated configuration; its path. */
  write(name: "edge" | "watchers", configuration: Configuration): string;
  /** Keeps a namespace's id in wrangler.toml; false: it could not be written there. */
  keepId(binding: string, id: string): boolean;
  say(line: string): void;
}

export interface DeployOptions {
  /** Says what would be done: nothing is asked of the account and nothing sent. */
  dryRun: boolean;
  /** The operator's word, before the account's. */
  objects?: "new" | "transferred";
}

/**
 * Deploys. The exit code: wrangler's, where it failed. What was deployed before stays as it is then, and the same
 * command may be given again.
 *
 * @throws Error with what to do where the account can't tell what it has; nothing was sent by then
 */
export function deployBoth(read: Whole, options: DeployOptions, on: Deploying): number {
  const { whole, objects } = options.dryRun
    ? { whole: read, objects: options.objects ?? "new" }
    : asked(read, options, on);
  on.say(told(whole.name, objects));
  if (options.dryRun && options.objects === undefined) {
    on.say("This is a dry run: for a real one the account is asked what it has.");
  }
  const namespace = whole.kv.find(({ binding }) => binding === "VIEWS")?.id;
  const own = options.dryRun || namespace === undefined ? undefined : ownViews(on.ask, namespace);
  if (own !== undefined) {
    on.say(
      "The service keeps its mirror list itself: that one is deployed. `nearmirror plan` shows what the files would change, `nearmirror apply` takes them.",
    );
    const giveBack = on.bundleViews(own);
    try {
      return deployScripts(whole, objects, options, on);
    } finally {
      giveBack();
    }
  }
  if (whole.build !== undefined) {
    const built = on.build(whole.build);
    if (built !== 0) return built;
  }
  const deployed = deployScripts(whole, objects, options, on);
  if (deployed !== 0 || options.dryRun || namespace === undefined) return deployed;
  return giveEntries(namespace, on);
}

/** What the compiled list was made of, so that the service can take the list over. */
function giveEntries(namespace: string, on: Deploying): number {
  const path = on.entries();
  if (path === undefined) {
    on.say("The list's entries aren't known: operators can't change it over the API.");
    return 0;
  }
  const put = ["kv", "key", "put", listEntriesKey, "--namespace-id", namespace, "--remote"];
  const failed = on.run([...put, "--path", path]);
  if (failed !== 0) {
    on.say(
      "Both scripts are deployed, but operators can't change the list over the API yet: its entries could not be stored. Give the command again once the reason above is gone.",
    );
  }
  return failed;
}

function deployScripts(
  whole: Whole,
  objects: Objects,
  options: DeployOptions,
  on: Deploying,
): number {
  const watchersMain = resolve(root, entryPoints.watchers);
  const watchers = on.write("watchers", watchersConfiguration(whole, watchersMain, objects));
  const edge = on.write("edge", edgeConfiguration(whole));
  const deploy = (file: string) =>
    on.run(["deploy", "--config", file, ...(options.dryRun ? ["--dry-run"] : [])]);
  const failed = deploy(watchers);
  if (failed !== 0) return failed;
  const edgeFailed = deploy(edge);
  if (edgeFailed !== 0 && !options.dryRun) {
    on.say(
      `${watchersName(whole.name)} is deployed, ${whole.name} is not: it goes on as it was. Give the command again once the reason above is gone.`,
    );
  }
  return edgeFailed;
}

/** What the account says, and the stores' ids, which both scripts have to share. */
function asked(
  read: Whole,
  options: DeployOptions,
  on: Deploying,
): { whole: Whole; objects: Objects } {
  const edge = deployedBindings(on.ask, read.name);
  const watchers = deployedBindings(on.ask, watchersName(read.name));
  const objects = objectsFor(read, edge, watchers);
  if (options.objects !== undefined && options.objects !== objects) {
    throw new Error(
      `The account says otherwise than this command's option: ${told(read.name, objects)} Leave the option out.`,
    );
  }
  const ids = new Map<string, string>();
  for (const { binding, id } of read.kv) {
    if (id !== undefined) continue;
    const known = boundNamespace([...(edge ?? []), ...(watchers ?? [])], binding);
    const found = known ?? namespaceTitled(on.ask, `${read.name}-${binding.toLowerCase()}`);
    ids.set(binding, found);
    on.say(
      on.keepId(binding, found)
        ? `${read.file}: ${binding} has the id ${found} from now on; keep the line.`
        : `${read.file}: write id = "${found}" beside ${binding}, so that "mirrors -- apply" finds it.`,
    );
  }
  return { whole: withIds(read, ids), objects };
}

/** How the watchers come by their objects, by what is deployed. */
export function objectsFor(
  { name, classes }: Whole,
  edge: Bindings | undefined,
  watchers: Bindings | undefined,
): Objects {
  if (watchers !== undefined) return "there";
  return edge !== undefined && hasClasses(edge, name, classes) ? "transferred" : "new";
}

function told(name: string, objects: Objects): string {
  const watchers = watchersName(name);
  if (objects === "there") return `${watchers} is deployed already and keeps its objects.`;
  return objects === "new"
    ? `${watchers} is new and begins with empty objects.`
    : `${watchers} takes over ${name}'s objects with all they have.`;
}
