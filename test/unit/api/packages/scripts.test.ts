/** The lines of `docs/packages.md`, run as a visitor runs them: by bash, curl and rmadison. */
import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerPackages } from "../../../../worker/api/packages/answer-packages.ts";
import { readDocument } from "../../docs/documents.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { standIn } from "./stand-in.ts";

const { service } = standIn();
/** Pages have no more, whatever is asked for. */
let mostOnPage: number | undefined;
const server = createServer((asked, answering) => {
  const path =
    mostOnPage === undefined ? asked.url : asked.url?.replace(/limit=\d+/, `limit=${mostOnPage}`);
  const request = new Request(`http://127.0.0.1${path}`, { method: asked.method ?? "GET" });
  void answerPackages(request, service).then(async (answer) => {
    answering.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []));
    answering.end(await answer?.text());
  });
});
let near = "";

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  near = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
});
afterAll(() => server.close());

/** All scripts of the document, for the service of the test. */
function documented(): string[] {
  const text = readDocument("docs/packages.md");
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return blocks.map((block) => block.replaceAll("http://127.0.0.1:8080", near));
}

/** What the document shows, by its number. */
function shown(number: number): string {
  const text = readDocument("docs/packages.md");
  return [...text.matchAll(/```console\n([\s\S]*?)```/g)][number]?.[1] ?? "";
}

interface Ran {
  status: number;
  stdout: string;
  stderr: string;
}

function bash(script: string, home = temporaryFolder("near-home-")): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? "", HOME: home, LC_ALL: "C.UTF-8" };
  return new Promise((ended) => {
    execFile("bash", ["-c", script], { env, timeout: 30_000 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      ended({ status, stdout, stderr });
    });
  });
}

/** The block that has this in it, behind the first, which says where the service is. */
function withBlock(part: string, then: string): string {
  const blocks = documented();
  const block = blocks.find((one) => one.includes(part)) ?? "false";
  return `${blocks[0]}\n${block}\n${then}`;
}

const hasCurl = existsSync("/usr/bin/curl");
const hasRmadison = hasCurl && existsSync("/usr/bin/rmadison");

test.skipIf(!hasRmadison)("rmadison (devscripts; skipped where it is missing)", async () => {
  const [, ask = ""] = documented();
  expect(await bash(`${documented()[0]}\n${ask}`)).toEqual({
    status: 0,
    stdout: shown(0),
    stderr: "",
  });
  // By its name in ~/.devscripts, with lists as it takes them.
  const home = temporaryFolder("near-home-");
  writeFileSync(
    join(home, ".devscripts"),
    documented().find((one) => one.includes("URL_MAP")) ?? "",
  );
  const named = await bash("rmadison -s bookworm,trixie -a amd64 -g mc:amd64 mc-data", home);
  expect(named.stdout.split("\n")).toEqual([
    "mc         | 3:4.8.29-2    | bookworm   | amd64",
    "mc         | 3:4.8.33-1    | trixie     | amd64",
    "mc-data    | 3:4.8.29-2    | bookworm   | all",
    "mc-data    | 3:4.8.33-1    | trixie     | all",
    "",
    "mc (>= 3:4.8.33-1)",
    "mc-data (>= 3:4.8.33-1)",
    "",
  ]);
  const all = await bash("rmadison -a '*' -S -t 'libstdc++6' gcc-12", home);
  expect(all.stdout).toBe("libstdc++6 | 12.2.0-14     | bookworm   | amd64\n");
  const wrong = await bash("rmadison -s bookwurm mc", home);
  expect([wrong.status, wrong.stdout]).toEqual([1, ""]);
  const none = await bash("rmadison nothing", home);
  expect(none).toEqual({ status: 0, stdout: "", stderr: "" });
});

test.skipIf(!hasCurl)("the function that asks for files", async () => {
  const search = await bash(withBlock("near_file()", "near_file search bin/mc"));
  expect(search).toEqual({ status: 0, stdout: shown(1), stderr: "" });
  const blanks = await bash(
    withBlock("near_file()", "near_file search '/usr/share/a file with blanks'"),
  );
  expect(blanks.stdout).toBe("mc: /usr/share/a file with blanks\n");
  const list = await bash(withBlock("near_file()", "near_file list mc"));
  expect(list.stdout.split("\n")).toHaveLength(4);
  mostOnPage = 1;
  const pages = await bash(withBlock("near_file()", "near_file list mc"));
  mostOnPage = undefined;
  expect(pages).toEqual(list);
  const missing = await bash(withBlock("near_file()", "near_file list nothing"));
  expect([missing.status, missing.stdout]).toEqual([22, ""]);
  expect((await bash(withBlock("near_file()", "near_file"))).status).toBe(2);
});

test.skipIf(!hasCurl)("the handler of bash for commands that aren't there", async () => {
  const [, ...lines] = shown(2).split("\n");
  const mcedit = await bash(withBlock("command_not_found_handle()", "mcedit some 'thing'"));
  expect(mcedit).toEqual({ status: 127, stdout: "", stderr: lines.join("\n") });
  const odd = await bash(withBlock("command_not_found_handle()", "'$(touch nothing) & x=1'"));
  expect([odd.status, odd.stderr]).toEqual([
    127,
    "bash: $(touch nothing) & x=1: command not found\n",
  ]);
  // A service that can't be reached costs no more than its line.
  const gone = await bash(
    `${withBlock("command_not_found_handle()", "near=http://127.0.0.1:1; mcedit")}`,
  );
  expect([gone.status, gone.stderr]).toEqual([127, "bash: mcedit: command not found\n"]);
});
