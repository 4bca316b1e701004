/** `npm start`: the service on this machine, with the mirror list of this checkout and embedded stores. */
import { watch } from "node:fs";
import { join } from "node:path";
import type { Views } from "../worker/mirrors/compiled-list.ts";
import type { Repository } from "../worker/repositories/catalogue.ts";
import { takeVersion, withVersion } from "./mirrors/list-version.ts";
import { momentText } from "./mirrors/moment.ts";
import { formatProblem, type Problem } from "./mirrors/problem.ts";
import { addressFault } from "./service/check-address.ts";
import { type ListToServe, listToServe } from "./service/list-to-serve.ts";
import { networkOf } from "./service/network.ts";
import { databasePaths } from "./service/platform.ts";
import { readStartArguments, usage } from "./service/start-arguments.ts";
import { openStore } from "./service/store.ts";
import { type Service, startService } from "./service.ts";

/** Editors write a file in several steps; the list is read again when they have been quiet this long, ms. */
const settleMs = 200;

/** Downloads under way when the service is told to end may go on for so long, ms; systemd kills after 90 s. */
const stopGraceMs = 5_000;

/** The command was called wrongly. */
function misused(reason: string): never {
  console.error(`${reason}\n\n${usage}`);
  process.exit(2);
}

/** Nothing is started. @param reason a sentence that says what to do */
function refused(reason: string): never {
  console.error(reason);
  process.exit(1);
}

/** The list as it can be served now, after telling every error with its place. */
async function readList(list: string): Promise<ListToServe> {
  const read = await listToServe(list, Date.now());
  for (const error of read.errors) console.error(formatProblem(error));
  if (read.notKept !== undefined) {
    console.warn(
      `Warning: what the list compiles to can't be kept for a start that meets errors: ${read.notKept}`,
    );
  }
  return read;
}

/** The list as one that is newer than any that was served from this store. */
async function newest(views: Views, store: string): Promise<Views> {
  return withVersion(views, await takeVersion(store, Date.now()));
}

/** What is worth trying first: a package that every Debian mirror has, else what the list itself offers. */
function firstPath(repositories: readonly Repository[]): string {
  if (repositories.some(({ name }) => name === "debian")) {
    return "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
  }
  const shown = repositories.find(({ setup }) => setup.example !== undefined) ?? repositories[0];
  return shown === undefined ? "" : `${shown.name}/${shown.setup.example ?? ""}`;
}

function greet(
  { url, network }: Service,
  views: Views,
  { place, isProbing }: { place: string; isProbing: boolean },
): void {
  const { mirrors } = views.roster;
  console.log(`Nearmirror serves at ${url}\n`);
  for (const { name, kind } of views.catalogue.repositories) {
    const count = mirrors.filter((mirror) => mirror.carries[name] !== undefined).length;
    const from = count === 0 ? "from its origin" : `${count} mirrors`;
    console.log(`  ${`${url}${name}/`.padEnd(url.length + 20)} ${kind.padEnd(7)} ${from}`);
  }
  const where = place === "" ? "unknown (tell it with --place)" : place;
  const probed = isProbing
    ? `Mirrors are probed once they are candidates for somebody: ${url}api/v1/mirrors tells.`
    : "Mirrors are not probed: their state is unknown, which is usable (--probe asks them).";
  console.log(`\n${probed} This machine's place: ${where}.`);
  if (network === "public") {
    console.log("Only public addresses are connected to (--private-network: all).");
  }
  const payload = firstPath(views.catalogue.repositories);
  console.log(`\nTry:  curl -sI ${url}${payload}\n      curl -s '${url}${payload}?trace'`);
  console.log("Ctrl-C stops it.");
}

/** What the service's alarms say of a list with errors. */
function refusal(errors: readonly Problem[]): string {
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  const which = first === undefined ? "" : ` (${formatProblem(first)}${more})`;
  return `The mirror list on disk has errors, and an older one is served${which}.`;
}

/** Takes up changes of the list; one with errors changes nothing. */
function follow(list: string, store: string, service: Service): void {
  let timer: NodeJS.Timeout | undefined;
  const reread = async () => {
    const { views, errors } = await readList(list);
    if (views === undefined || errors.length > 0) {
      console.error("The mirror list has errors: the one before stays in force.");
      await service.noteList(refusal(errors));
      return;
    }
    if (service.network === "public" && networkOf(views) === "any") {
      console.warn(
        "The changed list has servers inside a network. This process connects to public addresses only: start it again to reach them.",
      );
    }
    await service.publish(await newest(views, store));
    await service.noteList(undefined);
    console.log(`Took up the changed mirror list: ${views.roster.mirrors.length} mirrors.`);
  };
  for (const folder of ["mirrors", "repositories"]) {
    watch(join(list, folder), () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reread().catch((error: unknown) => console.error(error));
      }, settleMs);
    });
  }
}

const given = readStartArguments(process.argv.slice(2));
if (given === "help") {
  console.log(usage);
  process.exit(0);
}
if ("wrong" in given) misused(given.wrong);
const { port, vars } = given;
const place = vars.OWN_PLACE ?? "";
const addressWrong = await addressFault(given.host, port);
if (addressWrong !== undefined) refused(addressWrong);
const { views, errors } = await readList(given.list).catch((error: unknown) => {
  console.error(`${given.list}: ${error instanceof Error ? error.message : error}`);
  return { views: undefined, errors: [] };
});
if (views === undefined) {
  console.error(
    `\nNothing was started: mend the lines above (npm run mirrors -- check tells the same).`,
  );
  process.exit(1);
}
if (errors.length > 0) {
  console.error(
    `\nWARNING: the mirror list has errors, told above. Served is the list as it was when it was last built without any, at ${momentText(views.roster.version)}: nothing that was changed since then holds. Correct it (npm run mirrors -- check tells the same); it is then taken up at once.\n`,
  );
}
if (Object.keys(databasePaths(given.databases)).length < 2) {
  console.warn(
    "Warning: an IP database is missing; clients are told apart less well. npm run geo-data builds them.",
  );
}
try {
  const store = await openStore(given.store, new Date());
  const service = await startService({
    views: await newest(views, given.store),
    port,
    host: given.host,
    vars,
    persist: store,
    stopGraceMs,
    databases: given.databases,
    network: given.isPrivateNetwork ? "any" : networkOf(views),
  });
  await service.noteList(errors.length > 0 ? refusal(errors) : undefined);
  greet(service, views, { place, isProbing: (vars.PROBING ?? "off") !== "off" });
  follow(given.list, given.store, service);
  service.failed.then((reason) => {
    console.error(reason);
    process.exit(1);
  });
  const stop = () => {
    service.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  refused(error instanceof Error ? error.message : String(error));
}
