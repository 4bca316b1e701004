/**
 * What has a page for people and a form for programs, asked with the very `Accept` that each program sends: folders,
 * `?trace`, `.mirrorlist`. And programs that follow links through a folder of more names than people get on one page.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { longFolder, longFolderFiles } from "../lab/files-tree.ts";
import { PacmanRoot, pacmanServer } from "./pacman.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { aptRoot, succeeded as aptSucceeded } from "./rows-apt.ts";
import { dnfRoot, succeeded as dnfSucceeded } from "./rows-dnf.ts";
import { aria2, imageUrl } from "./rows-downloads.ts";
import { ZypperRoot } from "./zypper.ts";

const image = "/lab-cd/near-1.0-amd64.iso";

interface Form {
  path: string;
  /** What programs get there. */
  type: string;
  /** Only the page for people has it. */
  peoples: RegExp;
}

const forms: readonly Form[] = [
  { path: `${image}?trace`, type: "application/json", peoples: /<html/ },
  { path: `${image}.mirrorlist`, type: "text/plain", peoples: /<html/ },
  { path: "/lab-cd/", type: "text/html", peoples: /role="search"/ },
];

/** Has a program ask the service for something, and asks for all forms with the headers that it sent. */
function getsForms(ask: (context: RowContext) => Promise<unknown>): Row["run"] {
  return async (context) => {
    await ask(context);
    const sent = new Map(
      context.tap.requests.map(({ headers: { accept, "user-agent": agent } }) => [
        accept,
        { ...(accept !== undefined && { Accept: accept }), "User-Agent": agent ?? "" },
      ]),
    );
    check(sent.size > 0, "the program asked for nothing");
    for (const [accept = "no Accept", headers] of sent) {
      for (const { path, type, peoples } of forms) {
        const { status, type: given, text } = await askWith(context, path, headers);
        check(status === 200, `${path} was answered ${status} with ${accept}`);
        const isPeoples = !given.startsWith(type) || peoples.test(text);
        check(!isPeoples, `${path} is the page for people with ${accept}`);
      }
    }
    return `sends ${[...sent.keys()].map((one) => one ?? "no Accept").join(" and ")}`;
  };
}

/** With no header but these: curl leaves out what it is told to. */
async function askWith(
  context: RowContext,
  path: string,
  headers: { Accept?: string; "User-Agent": string },
): Promise<{ status: number; type: string; text: string }> {
  const accept = headers.Accept === undefined ? "Accept:" : `Accept: ${headers.Accept}`;
  const { stdout } = endedWell(
    "curl",
    await runProgram(context, "curl", [
      ...["--disable", "--silent", "--show-error", "--include", "--header", accept],
      ...["--user-agent", headers["User-Agent"], context.service.url.replace(/\/$/, "") + path],
    ]),
  );
  const [head = "", ...body] = stdout.split("\r\n\r\n");
  return {
    status: Number(/^HTTP\/\S+ (\d+)/.exec(head)?.[1]),
    type: /^content-type: *(.*)/im.exec(head)?.[1]?.trim() ?? "",
    text: body.join("\r\n\r\n"),
  };
}

const quiet = ["--no-config", "--no-verbose", "--no-hsts", "--timeout=10", "--tries=2"];

async function curl(context: RowContext): Promise<void> {
  const args = ["--disable", "--silent", "--fail", "--remote-name", "--location"];
  endedWell("curl", await runProgram(context, "curl", [...args, imageUrl(context)]));
}

async function wget(context: RowContext): Promise<void> {
  endedWell("wget", await runProgram(context, "wget", [...quiet, imageUrl(context)]));
}

async function wget2(context: RowContext): Promise<void> {
  endedWell("wget2", await runProgram(context, "wget2", [...quiet, imageUrl(context)]));
}

async function apt(context: RowContext): Promise<void> {
  const root = aptRoot(context);
  aptSucceeded(await root.update());
  aptSucceeded(await root.install("near-data"));
}

async function dnf(context: RowContext): Promise<void> {
  dnfSucceeded(await dnfRoot(context).download("near-rpm-app"));
}

async function zypper(context: RowContext): Promise<void> {
  endedWell("zypper", await new ZypperRoot(context).refresh());
}

async function pacman(context: RowContext): Promise<void> {
  const root = await PacmanRoot.make(context, [`Server = ${pacmanServer(context.tap.url)}`]);
  endedWell("pacman", await root.refresh());
}

/** Follows a folder's links. Throws unless every file of it was saved, with its own bytes. */
function followsLinks(program: string, args: readonly string[]): Row["run"] {
  return async (context) => {
    const url = `${context.tap.url}/lab-files/${longFolder}/`;
    endedWell(program, await runProgram(context, program, [...args, url]));
    const saved = readdirSync(context.directory).filter((name) => /^file-\d+$/.test(name));
    check(saved.length === longFolderFiles, `${saved.length} of ${longFolderFiles} files`);
    const wrong = saved.filter(
      (name) => readFileSync(join(context.directory, name), "utf8") !== `${name.slice(5)}\n`,
    );
    check(wrong.length === 0, `${wrong.length} files have other bytes`);
    const folders = context.tap.requests.filter(({ path }) =>
      new RegExp(`/${longFolder}/(?:\\?|$)`).test(path),
    );
    const { accept = "no Accept" } = folders[0]?.headers ?? {};
    return `${saved.length} files by ${folders.length} pages of the folder, asked for with ${accept}`;
  };
}

/** A level below the folder, nothing above it, all in one directory. */
const recursive = [...quiet, "--recursive", "--level=1", "--no-parent", "--no-directories"];
const formsPromise = (program: string) =>
  `${program} with what it sends gets the programs' forms of folders, ?trace and .mirrorlist`;
const manyDeadlineMs = 300_000;

export const programRows: readonly Row[] = [
  {
    row: "wget-recursive",
    promise: "`wget -r` of a folder of 1,010 files saves them all",
    client: "wget",
    needs: "files",
    deadlineMs: manyDeadlineMs,
    run: followsLinks("wget", recursive),
  },
  {
    row: "wget2-recursive",
    promise:
      "`wget2 -r` of a folder of 1,010 files saves them all, though it accepts as a browser does",
    client: "wget2",
    needs: "files",
    deadlineMs: manyDeadlineMs,
    run: followsLinks("wget2", recursive),
  },
  { row: "forms-curl", promise: formsPromise("curl"), client: "curl", run: getsForms(curl) },
  { row: "forms-wget", promise: formsPromise("wget"), client: "wget", run: getsForms(wget) },
  { row: "forms-wget2", promise: formsPromise("wget2"), client: "wget2", run: getsForms(wget2) },
  {
    row: "forms-aria2",
    promise: formsPromise("aria2"),
    client: "aria2",
    run: getsForms((context) => aria2(context, imageUrl(context))),
  },
  {
    row: "forms-apt",
    promise: formsPromise("apt"),
    client: "apt",
    needs: "apt",
    run: getsForms(apt),
  },
  {
    row: "forms-dnf",
    promise: formsPromise("dnf"),
    client: "dnf",
    needs: "rpm",
    run: getsForms(dnf),
  },
  {
    row: "forms-zypper",
    promise: formsPromise("zypper"),
    client: "zypper",
    needs: "rpm",
    run: getsForms(zypper),
  },
  {
    row: "forms-pacman",
    promise: formsPromise("pacman"),
    client: "pacman",
    needs: "pacman",
    run: getsForms(pacman),
  },
];
