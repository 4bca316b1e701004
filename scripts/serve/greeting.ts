/** What a started service says: to people what to try, to a log one line. */
import type { Views } from "../../worker/mirrors/compiled-list.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import type { Log } from "../log/log.ts";
import { isJournal } from "../log/log.ts";
import type { Service } from "../service.ts";
import type { ServeSettings } from "../settings/serve-settings.ts";

/** What is worth trying first: a package that every Debian mirror has, else what the list itself offers. */
function firstPath(repositories: readonly Repository[]): string {
  if (repositories.some(({ name }) => name === "debian")) {
    return "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
  }
  const shown = repositories.find(({ setup }) => setup.example !== undefined) ?? repositories[0];
  return shown === undefined ? "" : `${shown.name}/${shown.setup.example ?? ""}`;
}

export function greet(
  { url, network }: Service,
  views: Views,
  { settings, log }: { settings: ServeSettings; log: Log },
): void {
  const { mirrors } = views.roster;
  const { repositories } = views.catalogue;
  const { format } = settings.log;
  if (format === "json" || isJournal(process.env)) {
    const message = `Nearmirror serves at ${url}: ${mirrors.length} mirrors, ${repositories.length} repositories.`;
    log.write("info", message, { url, mirrors: mirrors.length, repositories: repositories.length });
    return;
  }
  const say = (text: string) => log.write("info", text);
  say(`Nearmirror serves at ${url}\n`);
  say("");
  for (const { name, kind } of repositories) {
    const count = mirrors.filter((mirror) => mirror.carries[name] !== undefined).length;
    const from = count === 0 ? "from its origin" : `${count} mirrors`;
    say(`  ${`${url}${name}/`.padEnd(url.length + 20)} ${kind.padEnd(7)} ${from}`);
  }
  const place = settings.vars.OWN_PLACE ?? "";
  const where = place === "" ? "unknown (tell it with --place)" : place;
  say(`\n${probed(settings.vars.PROBING, url)} This machine's place: ${where}.`);
  if (network === "public") {
    say("Only public addresses are connected to (--private-network: all).");
  }
  const payload = firstPath(repositories);
  say(`\nTry:  curl -sI ${url}${payload}\n      curl -s '${url}${payload}?trace'`);
  say("Ctrl-C stops it.");
}

function probed(probing: string | undefined, url: string): string {
  if (probing === "all") return `All mirrors are probed: ${url}api/v1/mirrors tells.`;
  return (probing ?? "off") === "off"
    ? "Mirrors are not probed: their state is unknown, which is usable (--probe asks them)."
    : `Mirrors are probed once they are candidates for somebody: ${url}api/v1/mirrors tells.`;
}
