/** `npm start`: the service on this machine, with the mirror list of this checkout and embedded stores. */
import { watch } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Views } from "../worker/mirrors/compiled-list.ts";
import type { Repository } from "../worker/repositories/catalogue.ts";
import { takeVersion, withVersion } from "./mirrors/list-version.ts";
import { momentText } from "./mirrors/moment.ts";
import { formatProblem, type Problem } from "./mirrors/problem.ts";
import { placeOfTimeZone } from "./own-place.ts";
import { root } from "./service/bundle.ts";
import { addressFault } from "./service/check-address.ts";
import { claimStore } from "./service/claim-store.ts";
import { givenVariables } from "./service/given-variables.ts";
import { type ListToServe, listToServe } from "./service/list-to-serve.ts";
import { networkOf } from "./service/network.ts";
import { builtDatabases, databasePaths } from "./service/platform.ts";
import { type Service, startService } from "./service.ts";

const usage = `npm start -- [--port N] [--host ADDRESS] [--list DIR] [--place "DE 50.1 8.7"] [--trust-proxy CIDR,...]
                [--store DIR] [--databases DIR] [--private-network] [--probe] [--set NAME=VALUE]...

  --port N           port to listen at (8080)
  --host ADDRESS     address to listen at (127.0.0.1)
  --list DIR         mirror list to serve (mirror-list); changes are taken up while running
  --place PLACE      where this machine is, for clients with local addresses: country, latitude, longitude
                     (guessed from the time zone)
  --trust-proxy CIDR proxies that set X-Forwarded-For and X-Forwarded-Proto, which are believed of no other
  --store DIR        folder for the embedded stores (.nearmirror); one service has it at a time
  --databases DIR    folder of the IP databases country.mmdb and asn.mmdb (geo-data/built)
  --private-network  connect to private addresses as well: for an intranet whose names look public. Without it they
                     are connected to where the list itself has an address or a name inside a network
  --probe            ask mirrors whether they are up and fresh: only those that are candidates for the places
                     that files are asked for from. Without it nothing is asked of any mirror.
  --set NAME=VALUE   any variable of docs/configuration.md, as PROBE_SECONDS=60; may be given several times
`;
const defaultPort = 8080;
/** Editors write a file in several steps; the list is read again when they have been quiet this long, ms. */
const settleMs = 200;

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: "string", default: String(defaultPort) },
        host: { type: "string", default: "127.0.0.1" },
        list: { type: "string", default: join(root, "mirror-list") },
        place: { type: "string" },
        "trust-proxy": { type: "string" },
        store: { type: "string", default: join(root, ".nearmirror") },
        databases: { type: "string", default: builtDatabases },
        "private-network": { type: "boolean", default: false },
        probe: { type: "boolean", default: false },
        set: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error));
  }
}

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

function guessedPlace(): string {
  const place = placeOfTimeZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  return place === undefined ? "" : `${place.country} ${place.latitude} ${place.longitude}`;
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

const given = readArguments();
if (given.help) {
  console.log(usage);
  process.exit(0);
}
const port = /^\d+$/.test(given.port) ? Number(given.port) : Number.NaN;
if (!(port <= 65_535)) {
  misused(`--port ${given.port} is not a port; give a number from 0 (any) to 65535.`);
}
const variables = givenVariables({
  set: given.set,
  options: {
    OWN_PLACE: { option: "--place", value: given.place },
    TRUSTED_PROXIES: { option: "--trust-proxy", value: given["trust-proxy"] },
    PROBING: { option: "--probe", value: given.probe ? "asked" : undefined },
  },
  usual: {
    OWN_PLACE: guessedPlace(),
    VIEWS_REFRESH_SECONDS: "1",
    ROSTER_AGE_SECONDS: "1",
  },
});
if ("wrong" in variables) misused(variables.wrong.join("\n"));
const { vars } = variables;
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
  claimStore(given.store);
  const service = await startService({
    views: await newest(views, given.store),
    port,
    host: given.host,
    vars,
    persist: given.store,
    databases: given.databases,
    network: given["private-network"] ? "any" : networkOf(views),
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
