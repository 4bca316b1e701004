/**
 * wrangler's configurations of the two scripts, made from `wrangler.toml`, which has the whole service as if it were
 * one script. Pure.
 */
import { dirname, resolve } from "node:path";

/** As wrangler reads them of a file; keys are wrangler's. */
export type Configuration = Readonly<Record<string, unknown>>;

/**
 * How the watchers' script comes by its objects. `there`: it has been deployed before, and has them. `new`: they are
 * made, with the empty stores of a first deployment. `transferred`: with all they have, from the one script that the
 * service was before.
 */
export type Objects = "there" | "new" | "transferred";

/** A KV namespace, R2 bucket or other store that wrangler.toml binds. */
export interface KvNamespace {
  binding: string;
  /** Absent: nobody has written it into wrangler.toml yet. */
  id?: string;
}

/** What `wrangler.toml` says, as far as it is read here. */
export interface Whole {
  /** Of the edge's script. */
  name: string;
  /** Shell command that compiles the mirror list; absent: none. */
  build?: string;
  /** Of the objects, by all names that they had since the first migration. */
  classes: string[];
  kv: KvNamespace[];
  /** The file itself; paths in it are relative to it. */
  file: string;
  raw: Configuration;
}

/** The watchers' script of a service whose edge's script has that name. */
export function watchersName(edge: string): string {
  return `${edge}-watchers`;
}

/**
 * Of the edge's alone: where it is reached, what wakes it, and what is made before it is bundled. Everything else, such
 * as variables, stores, limits, logs and the account, is both scripts'.
 */
const edgeOnly: ReadonlySet<string> = new Set([
  "route",
  "routes",
  "triggers",
  "workers_dev",
  "preview_urls",
]);

/** Of neither script as it stands there. */
const remade: ReadonlySet<string> = new Set([
  "$schema",
  "name",
  "main",
  "build",
  "durable_objects",
  "migrations",
  "services",
]);

/**
 * Reads `wrangler.toml`. Throws an Error that says what is wrong and what to do.
 *
 * @param raw the parsed file, as it is written
 * @param file its path
 */
export function readWhole(raw: unknown, file: string): Whole {
  const bad = (what: string) => new Error(`${file}: ${what}`);
  if (!isRecord(raw)) throw bad("is no configuration.");
  const { name, build, durable_objects: objects, kv_namespaces: kv = [], migrations, env } = raw;
  if (typeof name !== "string" || name === "") throw bad("name is missing; it is the script's.");
  if (env !== undefined) {
    throw bad("[env.*] isn't deployed by this command; keep a file of its own and say --config.");
  }
  const bindings = isRecord(objects) ? objects.bindings : undefined;
  const classes = records(bindings).map(({ class_name, script_name }) => {
    if (typeof class_name !== "string" || script_name !== undefined) {
      throw bad("[[durable_objects.bindings]] have name and class_name; script_name is set here.");
    }
    return class_name;
  });
  const made = records(migrations).flatMap(
    ({ new_sqlite_classes: some, renamed_classes: renamed }) => [
      ...(Array.isArray(some) ? some : []),
      ...records(renamed).map(({ to }) => to),
    ],
  );
  const unmade = classes.find((one) => !made.includes(one));
  if (unmade !== undefined)
    throw bad(`no [[migrations]] entry makes the class ${unmade}, or renames one to it.`);
  const command = isRecord(build) ? build.command : undefined;
  return {
    name,
    ...(typeof command === "string" && { build: command }),
    classes: [...new Set([...classes, ...made.map(String)])],
    kv: records(kv).map(({ binding, id }) => ({
      binding: String(binding),
      ...(typeof id === "string" && id !== "" && { id }),
    })),
    file,
    raw,
  };
}

/** The edge's script: `wrangler.toml` with the objects at the watchers', and without the migrations, which are theirs. */
export function edgeConfiguration(whole: Whole): Configuration {
  const { name, raw, file } = whole;
  return {
    ...kept(raw, (key) => !remade.has(key)),
    name,
    main: resolve(dirname(file), String(raw.main)),
    durable_objects: {
      bindings: bindingsOf(raw).map((one) => ({ ...one, script_name: watchersName(name) })),
    },
    ...servicesOf(raw, (one) =>
      one.service === name ? { ...one, service: watchersName(name) } : one,
    ),
  };
}

/**
 * The watchers' script. wrangler applies the migrations after the tag that the deployed script has, so that it matters
 * at the first deployment alone whether the first of them makes the classes or takes them over: the tag is the same.
 *
 * @param main path of its entry
 */
export function watchersConfiguration(whole: Whole, main: string, objects: Objects): Configuration {
  const { name, raw } = whole;
  const migrations = records(raw.migrations);
  return {
    ...kept(raw, (key) => !remade.has(key) && !edgeOnly.has(key)),
    name: watchersName(name),
    main,
    workers_dev: false,
    preview_urls: false,
    durable_objects: { bindings: bindingsOf(raw) },
    ...servicesOf(raw, (one) => (one.service === name ? undefined : one)),
    migrations: objects === "transferred" ? transferred(migrations, name) : migrations,
  };
}

/** The first migration made the classes in the one script; later ones were written for the watchers' script. */
function transferred(migrations: readonly Configuration[], from: string): Configuration[] {
  const [first, ...later] = migrations;
  const classes = Array.isArray(first?.new_sqlite_classes) ? first.new_sqlite_classes : [];
  const moved = classes.map((one) => ({ from: one, from_script: from, to: one }));
  return [{ tag: first?.tag, transferred_classes: moved }, ...later];
}

/**
 * `wrangler.toml`'s text with a namespace's id beside its binding, comments and all else as they were.
 *
 * @returns undefined where the binding stands in no line of its own
 */
export function withNamespaceId(text: string, binding: string, id: string): string | undefined {
  const line = `binding = "${binding}"`;
  const lines = text.split("\n");
  const at = lines.findIndex((one) => one.trim() === line);
  if (at === -1) return undefined;
  return lines.toSpliced(at + 1, 0, `id = "${id}"`).join("\n");
}

/** The same with a namespace's id in what was read. */
export function withIds(whole: Whole, ids: ReadonlyMap<string, string>): Whole {
  const namespaces = records(whole.raw.kv_namespaces).map((one) => {
    const id = ids.get(String(one.binding));
    return id === undefined ? one : { ...one, id };
  });
  return readWhole({ ...whole.raw, kv_namespaces: namespaces }, whole.file);
}

function bindingsOf({ durable_objects: objects }: Configuration): Configuration[] {
  return records(isRecord(objects) ? objects.bindings : undefined);
}

/** Bindings of other Workers; entrypoints of the whole service are the watchers', and only the edge asks them. */
function servicesOf(
  { services }: Configuration,
  bound: (one: Configuration) => Configuration | undefined,
): Configuration {
  const all = records(services).flatMap((one) => bound(one) ?? []);
  return all.length === 0 ? {} : { services: all };
}

function kept(raw: Configuration, keep: (key: string) => boolean): Configuration {
  return Object.fromEntries(Object.entries(raw).filter(([key]) => keep(key)));
}

function records(value: unknown): Configuration[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Whether it is an object with keys. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
