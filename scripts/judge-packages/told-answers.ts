/** Reads what the API of packages answers, as far as it is judged. */
import type { Answered, Asker } from "./asker.ts";

/** Where is asked. */
export interface Place {
  asker: Asker;
  repository: string;
  suite: string;
}

export interface ToldResult {
  name: string;
  why: { by: string; what?: string }[];
  versions: { suite: string; version: string; architecture: string }[];
}

/** @throws Error that says what came in place of an answer */
export async function search(
  { asker, repository, suite }: Place,
  parameters: Readonly<Record<string, string>>,
): Promise<ToldResult[]> {
  const query = new URLSearchParams({ repository, suite, ...parameters });
  return resultsIn(await asker.ask(`api/v1/packages?${query}`), JSON.stringify(parameters));
}

/** Packages of these very names in the suites that are named, all where none is. */
export async function named(
  { asker, repository }: Pick<Place, "asker" | "repository">,
  names: readonly string[],
): Promise<ToldResult[]> {
  const query = new URLSearchParams({ repository });
  return resultsIn(await asker.ask(`api/v1/packages?${query}`, { names }), `${names.length} names`);
}

/** Rows of `/madison` as text: `name version suite architectures`. */
export async function madisonRows(
  { asker, repository }: Pick<Place, "asker" | "repository">,
  names: readonly string[],
  suites: readonly string[],
): Promise<string[]> {
  const asked = names.map(encodeURIComponent).join("+");
  const query = `package=${asked}&text=on&repository=${repository}&s=${suites.join(",")}`;
  const { status, text } = await asker.ask(`madison?${query}`);
  if (status !== 200) throw new Error(`/madison answers ${status}: ${text.slice(0, 200)}`);
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .join(" "),
  );
}

/** Longer descriptions of a name's versions in a suite, by `name version architecture`; empty where none is told. */
export async function descriptionsOf(
  { asker, repository, suite }: Place,
  name: string,
): Promise<Map<string, string>> {
  const query = new URLSearchParams({ repository, suite });
  const answer = await asker.ask(`api/v1/packages/${encodeURIComponent(name)}?${query}`);
  return new Map(
    list(bodyOf(answer, name), "packages").map((one) => {
      const told: unknown = value(one, "description");
      const key = `${name} ${text(one, "version")} ${text(one, "architecture")}`;
      return [key, typeof told === "string" ? told : ""] as const;
    }),
  );
}

/** All owners of a path by the path as it is told, the pages behind the first too. */
export async function ownersOf(
  { asker, repository, suite }: Place,
  path: string,
): Promise<Map<string, Set<string>>> {
  const query = new URLSearchParams({ repository, suite, path, match: "path", limit: "1000" });
  const answer = await asker.ask(`api/v1/files?${query}`);
  const owners = new Map<string, Set<string>>();
  for (const file of list(bodyOf(answer, path), "files")) {
    const told = text(file, "path").replace(/^\//, "");
    const held = owners.get(told) ?? new Set<string>();
    owners.set(told, held);
    for (const owner of list(file, "packages")) held.add(String(owner));
  }
  return owners;
}

export interface ToldIndex {
  suite: string;
  role: string;
  name: string;
  isRead: boolean;
  entries?: number;
  why?: string;
}

/** Which indexes a suite was made of, whose search answers; undefined: it doesn't answer yet, or not at all. */
export async function indexesOf(place: Place): Promise<ToldIndex[] | undefined> {
  const { repository, suite, asker } = place;
  // Another question each time: the service holds answers for a minute.
  const q = `near${asker.asked}`;
  const query = new URLSearchParams({ repository, suite, q, limit: "1" });
  const answer = await asker.ask(`api/v1/packages?${query}`);
  if (answer.status !== 200) return undefined;
  const snapshots = list(bodyOf(answer, q), "snapshots");
  if (snapshots.length === 0) return undefined;
  return snapshots.flatMap((snapshot) =>
    list(snapshot, "indexes").map((index): ToldIndex => {
      const [entries, why]: unknown[] = [value(index, "entries"), value(index, "why")];
      return {
        suite: text(snapshot, "suite"),
        role: text(index, "role"),
        name: text(index, "name"),
        isRead: value(index, "read") === true,
        ...(typeof entries === "number" && { entries }),
        ...(typeof why === "string" && { why }),
      };
    }),
  );
}

function resultsIn(answer: Answered, what: string): ToldResult[] {
  return list(bodyOf(answer, what), "results").map((result) => ({
    name: text(result, "name"),
    why: list(result, "why").map((why) => {
      const token: unknown = value(why, "what");
      return { by: text(why, "by"), ...(typeof token === "string" && { what: token }) };
    }),
    versions: list(result, "versions").map((version) => ({
      suite: text(version, "suite"),
      version: text(version, "version"),
      architecture: text(version, "architecture"),
    })),
  }));
}

function bodyOf({ status, text }: Answered, what: string): unknown {
  if (status !== 200) throw new Error(`${what} answers ${status}: ${text.slice(0, 200)}`);
  return JSON.parse(text);
}

function value(of: unknown, name: string): unknown {
  return Reflect.get(Object(of), name);
}

function list(of: unknown, name: string): unknown[] {
  const found = value(of, name);
  if (!Array.isArray(found)) throw new Error(`an answer has no list "${name}"`);
  return found;
}

function text(of: unknown, name: string): string {
  const found = value(of, name);
  if (typeof found !== "string") throw new Error(`an answer has no text "${name}"`);
  return found;
}
