/** `list`, `show`, `probe-now`, `synced`: mirrors as the running service has them. */
import { basename } from "node:path";
import { entryFolders, folderOf } from "../../worker/list/entries.ts";
import { items, readEntry, said } from "../client/answers.ts";
import { clientOf, type ServiceClient } from "../client/service-client.ts";
import { readListFiles } from "../mirrors/read-list.ts";
import { valueText } from "../mirrors/write-entry.ts";
import { exitCodes } from "../program/exit-codes.ts";
import { misused, report, table } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import type { Colour, Terminal } from "../program/terminal.ts";
import { whereOf } from "./where.ts";

/** Mirrors of a page, as many as the service gives. */
const pageSize = 500;

/** Every mirror that the filters leave, as `/api/v1/mirrors` has it. */
export async function readMirrors(
  client: ServiceClient,
  filters: Readonly<Record<string, string>> = {},
): Promise<unknown[]> {
  const found: unknown[] = [];
  let path = `/api/v1/mirrors?${new URLSearchParams({ ...filters, limit: String(pageSize) })}`;
  while (path !== "") {
    const { body } = await client.ask("GET", path, { isPublic: true });
    found.push(...items(body, "mirrors"));
    path = said(body, "next");
  }
  return found;
}

/** `nearmirror list` */
export async function listMirrors(call: Call): Promise<number> {
  const where = whereOf(call);
  if ("files" in where) return await listFiles(call);
  const filters = Object.fromEntries(
    ["repository", "country", "state"].flatMap((option) => {
      const value = call.text(option);
      return value === undefined ? [] : [[option, value]];
    }),
  );
  const client = clientOf(call);
  const search = call.text("search")?.toLowerCase() ?? "";
  const mirrors = (await readMirrors(client, filters)).filter((one) =>
    said(one, "name").toLowerCase().includes(search),
  );
  const rows = mirrors.map((one) => [
    said(one, "name"),
    said(one, "country"),
    statesText(items(one, "targets"), call.terminal),
    repositoriesOf(one).join(" "),
  ]);
  const text = rows.length === 0 ? "No mirror is so.\n" : table([header(call.terminal), ...rows]);
  report(call, text, { url: client.url, mirrors });
  return exitCodes.done;
}

function header({ paint }: Terminal): string[] {
  return ["NAME", "COUNTRY", "STATE", "REPOSITORIES"].map((name) => paint("bold", name));
}

function repositoriesOf(mirror: unknown): string[] {
  return [...new Set(items(mirror, "targets").map((one) => said(one, "repository")))].sort();
}

const colours: Readonly<Record<string, Colour>> = {
  up: "green",
  degraded: "yellow",
  down: "red",
  drained: "cyan",
  disabled: "cyan",
};

/** `up`, or `up 3, down 1` where targets differ. */
function statesText(targets: readonly unknown[], { paint }: Terminal): string {
  const counts = new Map<string, number>();
  for (const target of targets) {
    const state = said(target, "state");
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const painted = (state: string, text: string) => {
    const colour = colours[state];
    return colour === undefined ? text : paint(colour, text);
  };
  if (counts.size === 1) return [...counts.keys()].map((state) => painted(state, state)).join("");
  return [...counts].map(([state, count]) => painted(state, `${state} ${count}`)).join(", ");
}

async function listFiles(call: Call): Promise<number> {
  const dir = call.text("list");
  if (dir === undefined)
    throw misused("No service is named: give --url URL, or --list DIR for files.");
  if (call.has("state")) throw misused("--state is of a running service: files have none.");
  const repository = call.text("repository");
  const search = call.text("search")?.toLowerCase() ?? "";
  const { mirrors } = await readListFiles(dir);
  const found = mirrors.flatMap(({ value, file }) => {
    const name = said(value, "name") || basename(file);
    const names = Object.keys(Object(Reflect.get(Object(value), "repositories")));
    const isWanted =
      name.toLowerCase().includes(search) &&
      (repository === undefined || names.includes(repository)) &&
      (call.text("country") ?? said(value, "country")) === said(value, "country");
    return isWanted ? [{ name, country: said(value, "country"), repositories: names }] : [];
  });
  const rows = found.map((one) => [one.name, one.country, "", one.repositories.join(" ")]);
  report(call, table([header(call.terminal), ...rows]), { list: dir, mirrors: found });
  return exitCodes.done;
}

/** `mirrors/a.example` of `a.example`; a place stays one. @throws Failure where it can't be one */
export function placeOf(name: string): string {
  const place = name.includes("/") ? name : `mirrors/${name}`;
  if (folderOf(place) !== undefined) return place;
  throw misused(
    `${JSON.stringify(name)} is no entry's name. Give a mirror's name, or FOLDER/NAME of the folders ${entryFolders.join(", ")}.`,
  );
}

/** The path of an entry in the API. */
export function entryPath(place: string): string {
  const slash = place.indexOf("/");
  return `/api/v1/list/${place.slice(0, slash)}/${encodeURIComponent(place.slice(slash + 1))}`;
}

/** `nearmirror show NAME` */
export async function showEntry(call: Call): Promise<number> {
  const client = clientOf(call);
  const place = placeOf(call.operands[0] ?? "");
  const { body, headers } = await client.ask("GET", entryPath(place));
  const entry = readEntry(body, place);
  const version = Number((headers.get("ETag") ?? "").replaceAll('"', ""));
  const name = place.slice("mirrors/".length);
  const live = place.startsWith("mirrors/")
    ? (
        await client
          .ask("GET", `/api/v1/mirrors/${encodeURIComponent(name)}`, { isPublic: true })
          .catch(() => undefined)
      )?.body
    : undefined;
  const { terminal } = call;
  const rows = items(live, "targets").map((target) => [
    `  ${said(target, "repository")}`,
    said(target, "scheme"),
    statesText([target], terminal),
    said(target, "freshness"),
    said(target, "since"),
    said(target, "url"),
  ]);
  const states = rows.length === 0 ? "" : `\n${terminal.paint("bold", "States")}\n${table(rows)}`;
  const text = `${terminal.paint("dim", `# ${place}, version ${version} of ${client.url}`)}\n${valueText(entry)}${states}`;
  report(call, text, { place, version, entry, ...(live !== undefined && { live }) });
  return exitCodes.done;
}

/** `probe-now NAME` and `synced NAME` */
export async function askProbe(call: Call): Promise<number> {
  const [name = ""] = call.operands;
  const client = clientOf(call);
  const verb = call.name === "synced" ? "synced" : "probe";
  const { body } = await client.ask("POST", `/api/v1/mirrors/${encodeURIComponent(name)}/${verb}`);
  report(call, `${name} is probed at once; \`show ${name}\` tells what came of it.\n`, body);
  return exitCodes.done;
}

/** `refresh NAME` */
export async function askRefresh(call: Call): Promise<number> {
  const [name = ""] = call.operands;
  const path = `/api/v1/repositories/${encodeURIComponent(name)}/refresh`;
  const { body } = await clientOf(call).ask("POST", path);
  report(call, `The origin of ${name} is polled at once.\n`, body);
  return exitCodes.done;
}
