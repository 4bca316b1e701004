/** `npm run test:clients`: real package managers against the service and the lab, one row a check. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs, styleText } from "node:util";
import { clients } from "../test/clients/clients.ts";
import { type Machine, thisMachine } from "../test/clients/machine.ts";
import type { RowResult, StartService } from "../test/clients/row.ts";
import { rows } from "../test/clients/rows.ts";
import { runRows } from "../test/clients/run-rows.ts";
import { sid, sidClients, sidName, sidWithout } from "../test/clients/sid.ts";
import { type PagePart, page, tellSums, textTable } from "../test/clients/table.ts";
import { trixie, trixieName } from "../test/clients/trixie.ts";
import { type Certificates, makeCertificates } from "../test/lab/certificates.ts";
import { labAddresses } from "../test/lab/lab.ts";
import { makeScratch, type Scratch } from "../test/lab/scratch.ts";
import { buildTrees } from "../test/lab/trees.ts";
import { endAtOnce } from "./end-at-once.ts";

const usage = `npm run test:clients -- [--nginx] [--json] [--require] [--write] [--jobs N] [--only ROW]...

  --only ROW   only rows whose name is or begins with ROW; may be given several times
  --nginx      the rows that can be compared against a plain nginx redirector as well
  --jobs N     rows at a time; they mostly wait (default 3)
  --json       print an array of {row, promise, client, version, result, why, plain} and nothing else
  --require    a row that isn't run is a failure too
  --write      write docs/clients.md, the part of these clients; wants all rows

With CLIENTS_TRIXIE=1 the clients are those of Debian 13, which debootstrap brings into a folder once, as root; with
CLIENTS_SID=1 they are dnf5, zypper, aria2, wget2 and curl of Debian unstable. CLIENTS_TRIXIE_ROOT and CLIENTS_SID_ROOT name
the folder; without it, it is in the system's temporary directory.
`;

/** Whose clients. */
const isTrixie = process.env.CLIENTS_TRIXIE === "1";
const isSid = process.env.CLIENTS_SID === "1";

/** The page that `--write` writes. */
const pageFile = join(import.meta.dirname, "../docs/clients.md");

endAtOnce();

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    nginx: { type: "boolean", default: false },
    require: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    jobs: { type: "string", default: "3" },
    only: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

/** After the last row, ms. */
const leftOpenMs = 10_000;

if (values.help) {
  process.stdout.write(usage);
} else {
  const code = await main();
  process.exitCode = code;
  // What a row left open must not keep the process, and is to be known.
  setTimeout(() => {
    process.stderr.write(`left open: ${process.getActiveResourcesInfo().join(", ")}\n`);
    process.exit(code);
  }, leftOpenMs).unref();
}

async function main(): Promise<number> {
  const wanted = rows.filter(
    ({ row, client }) =>
      isHere(client) &&
      !(isSid && sidWithout.some((start) => row.startsWith(start))) &&
      (values.only.length === 0 || values.only.some((start) => row.startsWith(start))),
  );
  if (wanted.length === 0) {
    const names = rows.map(({ row }) => row).join(" ");
    process.stderr.write(`No row ${values.only.join(", ")}. There are: ${names}\n`);
    return 2;
  }
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1 || (values.write && values.only.length > 0)) {
    process.stderr.write(usage);
    return 2;
  }
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupted.abort());
  }
  let machine: Machine;
  try {
    machine = await machineOf(interrupted.signal);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
  const scratch = makeScratch("authority");
  const trees = await buildTrees(2, ["pacman", "apk", "files", "images"]);
  try {
    const certificates = await trusted(scratch);
    const results = await runRows({
      rows: wanted,
      clients,
      machine,
      trees,
      startService: await serviceStarter(),
      certificates,
      againstPlain: values.nginx,
      atOnce: jobs,
      signal: interrupted.signal,
      done: (result) => {
        if (!values.json) process.stdout.write(line(result));
      },
    });
    process.stdout.write(
      values.json
        ? `${JSON.stringify(results, undefined, 2)}\n`
        : `\n${textTable(results)}\n${tellSums(results)}\n`,
    );
    if (values.write && !interrupted.signal.aborted) {
      const before = existsSync(pageFile) ? readFileSync(pageFile, "utf8") : "";
      writeFileSync(pageFile, page(before, machineName(), results));
    }
    const bad = results.filter(
      ({ result }) => result === "failed" || (values.require && result === "not run"),
    );
    return bad.length > 0 ? 1 : 0;
  } finally {
    trees.remove();
    scratch.remove();
  }
}

/** Whether the machine may have a client at all: one that it lacks though it may is a row that isn't run. */
function isHere(name: string): boolean {
  const client = clients.find((one) => one.name === name);
  return isSid ? sidClients.includes(name) : client?.unstable === undefined;
}

/** The heading of its part of the page. */
function machineName(): PagePart {
  if (isSid) return sidName;
  return isTrixie ? trixieName : "this machine";
}

/** @throws Error as `trixie` and `sid` */
async function machineOf(signal: AbortSignal): Promise<Machine> {
  if (isTrixie && isSid)
    throw new Error("CLIENTS_TRIXIE and CLIENTS_SID are two machines: one of them");
  if (isSid) return sid(process.env.CLIENTS_SID_ROOT, signal);
  return isTrixie ? trixie(process.env.CLIENTS_TRIXIE_ROOT, signal) : thisMachine;
}

/** Certificates that the service's own questions to mirrors trust as well. To be called before `serviceStarter`. */
async function trusted(scratch: Scratch): Promise<Certificates> {
  const made = await makeCertificates(scratch.directory, labAddresses());
  process.env.NODE_EXTRA_CA_CERTS = made.authorityFile;
  // For what rows ask themselves: this process has read that variable already.
  const authority = readFileSync(made.authorityFile, "utf8");
  setDefaultCACertificates([...getCACertificates("default"), authority]);
  return made;
}

/** Loaded when rows are run: `--help` and a wrong option needn't wait for it. workerd trusts `NODE_EXTRA_CA_CERTS` as it is then. */
async function serviceStarter(): Promise<StartService> {
  const { startService } = await import("./service.ts");
  return startService;
}

function line({ row, client, version, result, why, plain }: RowResult): string {
  const [first = "", ...evidence] = why.split("\n");
  const colour = result === "passed" ? "green" : result === "failed" ? "red" : "yellow";
  const marked = styleText(colour, result.padEnd(8), { stream: process.stdout });
  const compared =
    plain === undefined ? "" : ` [nginx ${plain.result}: ${plain.why.split("\n")[0]}]`;
  const head = `${row.padEnd(28)} ${`${client} ${version}`.padEnd(14)} ${marked} ${first}${compared}\n`;
  return result === "failed" ? head + evidence.map((text) => `    ${text}\n`).join("") : head;
}
