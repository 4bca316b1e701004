/** What a started service says: to people what to try, to a log one line. */
import type { Log } from "../log/log.ts";
import { isJournal } from "../log/log.ts";
import type { RunningService } from "../service/run-service.ts";
import type { PreparedRepository, ToServe } from "./prepare-apart.ts";

/** What is worth trying first: a package that every Debian mirror has, else what the list itself offers. */
function firstPath(repositories: readonly PreparedRepository[]): string {
  if (repositories.some(({ name }) => name === "debian")) {
    return "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
  }
  const shown = repositories.find(({ example }) => example !== undefined) ?? repositories[0];
  return shown === undefined ? "" : `${shown.name}/${shown.example ?? ""}`;
}

/** @param told what is served, and how it is logged */
export function greet(
  { url, network }: RunningService,
  told: Pick<ToServe, "list" | "log" | "place" | "probing">,
  log: Log,
): void {
  const { mirrors, repositories } = told.list;
  if (told.log.format === "json" || isJournal(process.env)) {
    const message = `Nearmirror serves at ${url}: ${mirrors} mirrors, ${repositories.length} repositories.`;
    log.write("info", message, { url, mirrors, repositories: repositories.length });
    return;
  }
  const say = (text: string) => log.write("info", text);
  say(`Nearmirror serves at ${url}\n`);
  say("");
  for (const { name, kind, mirrors: count } of repositories) {
    const from = count === 0 ? "from its origin" : `${count} mirrors`;
    say(`  ${`${url}${name}/`.padEnd(url.length + 20)} ${kind.padEnd(7)} ${from}`);
  }
  const where = told.place === "" ? "unknown (tell it with --place)" : told.place;
  say(`\n${probed(told.probing, url)} This machine's place: ${where}.`);
  if (network === "public") {
    say("Only public addresses are connected to (--private-network: all).");
  }
  const payload = firstPath(repositories);
  say(`\nTry:  curl -sI ${url}${payload}\n      curl -s '${url}${payload}?trace'`);
  say("Ctrl-C stops it.");
}

function probed(probing: string, url: string): string {
  if (probing === "all") return `All mirrors are probed: ${url}api/v1/mirrors tells.`;
  return probing === "off"
    ? "Mirrors are not probed: their state is unknown, which is usable (--probe asks them)."
    : `Mirrors are probed once they are candidates for somebody: ${url}api/v1/mirrors tells.`;
}
