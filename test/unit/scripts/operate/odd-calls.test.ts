/** Calls that somebody mistypes: each is told what is wrong and what to do, and changes nothing. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { answerOperators } from "../../../../worker/operate/answer.ts";
import { openOffice, type TestOffice } from "../../operate/office.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { runIn, testTerminal } from "../program/test-terminal.ts";

let database: BreakableSqlite;
let office: TestOffice;
let admin: string;

beforeEach(async () => {
  database = new BreakableSqlite(join(temporaryFolder("odd-"), "a.sqlite"));
  office = openOffice(database.sql);
  admin = await office.admin();
});
afterEach(() => database.close());

async function run(...args: string[]) {
  const terminal = testTerminal({
    environment: { NEARMIRROR_URL: "https://operators.invalid/", NEARMIRROR_TOKEN: admin },
    fetch: async (input, init) => await answerOperators(new Request(input, init), office.office),
  });
  return await runIn(terminal, ...args);
}

const hash = "0".repeat(64);

it.each([
  [["--id", "1"], 2, "go together"],
  [["--hash", hash], 2, "go together"],
  [["--id", "x", "--hash", hash], 2, "whole number above 0"],
  [["--id", "1", "--hash", "abc"], 1, "no hash of an entry"],
])("half of a noted entry is no log that was written anew: %s", async (args, status, says) => {
  const told = await run("audit", "verify", ...args);
  expect(told).toMatchObject({ status, out: "" });
  expect(told.err).toContain(says);
  // The API says it too.
  const query = new URLSearchParams(
    args
      .map((one) => one.replace("--", ""))
      .join("&")
      .replace(/(id|hash)&/g, "$1="),
  );
  const answer = await office.ask("GET", `/api/v1/audit/verify?${query}`, { token: admin });
  expect(answer.status).toBe(400);
});

it("a noted entry is found, also in capitals, and another hash isn't", async () => {
  const { id, hash: noted } = office.office.audit.head();
  const upper = noted.toUpperCase();
  expect(await run("audit", "verify", "--id", String(id), "--hash", upper)).toMatchObject({
    status: 0,
  });
  const other = await run("audit", "verify", "--id", String(id), "--hash", hash);
  expect(other).toMatchObject({ status: 1 });
  expect(other.out).toContain("written anew");
});

it("an option before a verb's word is told which words there are", async () => {
  const { status, err } = await run("audit", "--resource", "mirror/a.example");
  expect(status).toBe(2);
  expect(err).toContain("--resource stands behind one of: audit list, audit verify, audit export.");
});

it("a file that can't be added says which, and why", async () => {
  const folder = temporaryFolder("files-");
  const levels = [..."abcdefgh"].map((name, level) => {
    const inside = level === 0 ? "x" : `*${"abcdefgh"[level - 1]}`;
    return `${name}: &${name} [${Array(9).fill(inside).join(", ")}]\n`;
  });
  writeFileSync(join(folder, "aliases.yaml"), levels.join(""));
  mkdirSync(join(folder, "folder.yaml"));
  for (const [name, says] of [
    ["gone.yaml", "gone.yaml isn't there. Give a mirror's"],
    ["folder.yaml", "folder.yaml is a folder."],
    ["aliases.yaml", "too many aliases"],
  ] as const) {
    const { status, err } = await run("add", join(folder, name), "--why", "a test");
    expect(status, err).toBe(2);
    expect(err).toContain(says);
    expect(err).toContain(name);
  }
});

it("an entry that is there already isn't added, and the advice is what changes it", async () => {
  const file = join(temporaryFolder("files-"), "a.yaml");
  writeFileSync(
    file,
    "name: a.example\nbase:\n  https: https://a.example/\nrepositories:\n  debian:\n    path: debian/\n",
  );
  const first = await run("add", file, "--why", "a test");
  const again = await run("add", file, "--why", "a test");
  expect(again.status, first.err).toBe(4);
  expect(again.err).toBe(
    "There is an entry mirrors/a.example already.\n`edit a.example` changes it, and `remove a.example` takes it out.\n",
  );
});

it("an empty folder is no list: it isn't applied, whoever says yes", async () => {
  const dir = temporaryFolder("empty-");
  for (const folder of ["mirrors", "repositories"]) mkdirSync(join(dir, folder));
  const before = office.published.length;
  for (const verb of [["plan"], ["apply", "--why", "a test", "--yes"]]) {
    const { status, out, err } = await run(...verb, "--list", dir);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(`${dir} has no repository, so that nothing would be served.`);
  }
  expect(office.published.length).toBe(before);
});

it("a weight that is no finite number is misuse", async () => {
  const { status, err } = await run("weight", "a.example", "1e400", "--why", "a test");
  expect(status).toBe(2);
  expect(err).toContain("MBITS");
});
