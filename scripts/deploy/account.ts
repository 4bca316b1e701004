/** What the account has already, asked of wrangler: which scripts are deployed, and what they are bound to. */
import { isRecord } from "./configurations.ts";

/** Runs wrangler and collects what it prints. */
export type AskWrangler = (args: readonly string[]) => {
  status: number | null;
  stdout: string;
  stderr: string;
};

/** A deployed script's bindings, of all versions that get requests; as the API tells them. */
export type Bindings = readonly Readonly<Record<string, unknown>>[];

/** Cloudflare's code for a script that isn't there, as wrangler 4 prints it. */
const noSuchScript = "[code: 10007]";

/**
 * Bindings of a deployed script; undefined: the account has no such script.
 *
 * @throws Error with wrangler's own words where it can't be told
 */
export function deployedBindings(ask: AskWrangler, name: string): Bindings | undefined {
  const status = ask(["deployments", "status", "--name", name, "--json"]);
  if (status.status !== 0) {
    if (`${status.stdout}${status.stderr}`.includes(noSuchScript)) return undefined;
    throw new Error(`wrangler could not tell whether ${name} is deployed:\n${said(status)}`);
  }
  const versions = list(parsed(status.stdout, name), "versions");
  if (versions.length === 0) throw new Error(`wrangler names no version of ${name}.`);
  return versions.flatMap(({ version_id: id }) => {
    const view = ask(["versions", "view", String(id), "--name", name, "--json"]);
    if (view.status !== 0) {
      throw new Error(`wrangler could not tell what ${name} is bound to:\n${said(view)}`);
    }
    const version = parsed(view.stdout, name);
    return list(isRecord(version) ? version.resources : undefined, "bindings");
  });
}

/** Whether a script has one of these classes itself. */
export function hasClasses(bindings: Bindings, script: string, classes: readonly string[]) {
  return bindings.some(
    ({ type, class_name, script_name = script }) =>
      type === "durable_object_namespace" &&
      script_name === script &&
      classes.includes(String(class_name)),
  );
}

/** The id of the KV namespace that a script has under that binding. */
export function boundNamespace(bindings: Bindings, binding: string): string | undefined {
  const found = bindings.find(({ type, name }) => type === "kv_namespace" && name === binding);
  return typeof found?.namespace_id === "string" ? found.namespace_id : undefined;
}

/**
 * The id of the namespace with that title, which is made where there is none.
 *
 * @throws Error with wrangler's own words
 */
export function namespaceTitled(ask: AskWrangler, title: string): string {
  const find = () => {
    const listed = ask(["kv", "namespace", "list"]);
    if (listed.status !== 0) throw new Error(`wrangler lists no namespaces:\n${said(listed)}`);
    const all: unknown = JSON.parse(listed.stdout.slice(Math.max(listed.stdout.indexOf("["), 0)));
    return (Array.isArray(all) ? all : []).find((one) => isRecord(one) && one.title === title)?.id;
  };
  const there: unknown = find();
  if (typeof there === "string") return there;
  const made = ask(["kv", "namespace", "create", title]);
  if (made.status !== 0) throw new Error(`wrangler made no namespace ${title}:\n${said(made)}`);
  const id: unknown = find();
  if (typeof id !== "string") throw new Error(`the namespace ${title} was made and isn't listed.`);
  return id;
}

function said({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return `${stdout}${stderr}`.trim();
}

function parsed(stdout: string, name: string): unknown {
  try {
    return JSON.parse(stdout.slice(Math.max(stdout.indexOf("{"), 0)));
  } catch {
    throw new Error(`wrangler's answer about ${name} is no JSON:\n${stdout.trim()}`);
  }
}

function list(value: unknown, key: string): Record<string, unknown>[] {
  const found = isRecord(value) ? value[key] : undefined;
  return Array.isArray(found) ? found.filter(isRecord) : [];
}
