/** `nearmirror probe` as a person runs it, against an origin and mirrors on loopback. */
import { createHash } from "node:crypto";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readOptions } from "../../../../scripts/probe/options.ts";
import { incompressible } from "../../../lab/bytes.ts";
import { type Lab, type LabMirror, startLab } from "../../../lab/lab.ts";
import { run } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";

const script = fileURLToPath(new URL("../../../../scripts/nearmirror.js", import.meta.url));
const scratch = makeScratch("probe-command");
const root = (version: number) => join(scratch.directory, "trees", String(version));
/** Days between the versions: more than a copy may be behind before it is stale. */
const versionDays = 5;
let lab: Lab;
let mirror: LabMirror;

function write(file: string, bytes: string | Buffer, date = new Date()): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  utimesSync(file, date, date);
}

/** The versions have the same images, and tell themselves apart in the root; `other/` is another repository. */
function writeTree(version: number): void {
  const date = new Date(Date.now() - (3 - version) * versionDays * 86_400_000);
  const names = [1, 2, 3, 4].map((number) => `near-${number}.0-amd64.iso`);
  const sums = names.map((name) => {
    const image = incompressible(name, 100_000);
    write(join(root(version), "cd", name), image, date);
    return `${createHash("sha256").update(image).digest("hex")}  ${name}\n`;
  });
  write(join(root(version), "cd", "SHA256SUMS"), `# ${version}\n${sums.join("")}`, date);
  const other = incompressible("other", 1_000);
  const hash = createHash("sha256").update(other).digest("hex");
  write(join(root(version), "other", "other-1.0-amd64.iso"), other, date);
  write(join(root(version), "other", "OTHERSUMS"), `${hash}  other-1.0-amd64.iso\n`, date);
}

const list = join(scratch.directory, "list");
const repositoryText = (name: string, path: string, sums: string) =>
  `name: ${name}\nkind: images\ntitle: ${name}\norigin: ${lab.origin.url}${path}/\nroots: [${sums}]\n`;

beforeAll(async () => {
  writeTree(1);
  writeTree(2);
  lab = await startLab({
    trees: { versions: 2, root },
    mirrors: 2,
    basePath: () => "/",
  });
  mirror = lab.mirror("mirror1");
  lab.publish(2);
  write(join(list, "repositories", "near-cd.yaml"), repositoryText("near-cd", "cd", "SHA256SUMS"));
  write(join(list, "repositories", "other.yaml"), repositoryText("other", "other", "OTHERSUMS"));
  write(
    join(list, "mirrors", "one.example.yaml"),
    `name: one.example\nbase:\n  http: ${mirror.url}\nrepositories:\n  near-cd:\n    path: cd/\n`,
  );
});
afterAll(async () => {
  await lab.stop();
  scratch.remove();
});
afterEach(async () => {
  lab.publish(2);
  await lab.reset();
});

const probe = (...args: string[]) => probeWith({}, ...args);

async function probeWith(more: Record<string, string>, ...args: string[]) {
  const { NO_COLOR: _, FORCE_COLOR: __, ...rest } = process.env;
  const env = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const outcome = await run(process.execPath, [script, "probe", "--list", list, ...args], {
    env: { ...env, ...more },
    deadlineMs: 18_000,
  });
  return { code: outcome.code, stdout: outcome.stdout, stderr: outcome.stderr };
}

const copy = () => `${mirror.url}cd/`;

test("a right copy: what was found, for a person, without colours where there is no terminal", async () => {
  const { code, stdout, stderr } = await probe(copy());
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout).toContain("near-cd (images), listed by one.example");
  expect(stdout).toContain("IPv4");
  expect(stdout).toMatch(/freshness +fresh \(SHA256SUMS\)/);
  expect(stdout).toMatch(/near-\d\.0-amd64\.iso: size and bytes are right/);
  expect(stdout).toMatch(/Verdict +ok/);
  expect(stdout).not.toContain("\u001b");
});

test("in colour where that is wanted, and JSON never is", async () => {
  const wanted = { FORCE_COLOR: "1" };
  const { stdout } = await probeWith(wanted, copy());
  // SGR 32, green (ECMA-48 section 8.3.117).
  expect(stdout).toContain("\u001b[32mok\u001b[39m");
  expect((await probeWith(wanted, copy(), "--json")).stdout).not.toContain("\u001b");
});

test("the same as JSON", async () => {
  const { code, stdout } = await probe(copy(), "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    base: copy(),
    repository: "near-cd",
    kind: "images",
    mirror: "one.example",
    reference: { roots: 1, samples: 4 },
    probes: [
      {
        family: "ipv4",
        observation: { freshness: { is: "fresh", lagSeconds: 0 }, ranges: true, warnings: [] },
      },
    ],
    ok: true,
  });
});

describe("exit status 1", () => {
  test("for a mirror that is down", async () => {
    await mirror.setFault({ kind: "refuse" });
    const { code, stdout } = await probe(copy());
    expect(code).toBe(1);
    expect(stdout).toContain("unreachable: The connection was refused (ECONNREFUSED).");
    expect(stdout).toMatch(/Verdict +failing/);
  });

  test("for other bytes", async () => {
    await mirror.setFault({ kind: "corrupt", paths: /iso$/ });
    const { code, stdout } = await probe(copy(), "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).probes[0].observation.failure).toMatchObject({ kind: "content" });
  });

  test("for a stale copy", async () => {
    await mirror.setFault({ kind: "stale", version: 1 });
    const { code, stdout } = await probe(copy(), "--json");
    expect(code).toBe(1);
    const { failure, freshness } = JSON.parse(stdout).probes[0].observation;
    expect(failure).toBeUndefined();
    expect(freshness).toMatchObject({ is: "stale", lagSeconds: versionDays * 86_400 });
  });
});

describe("which repository it is", () => {
  const unlisted = (path: string) => `${lab.mirror("mirror2").url}${path}/`;

  test("is found by its roots, with a slash that was forgotten", async () => {
    const { code, stdout } = await probe(unlisted("cd").slice(0, -1), "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ repository: "near-cd", foundBy: "by its roots" });
  });

  test("is taken as said, even where the list says otherwise", async () => {
    const right = await probe(unlisted("other"), "--json", "--repository", "other");
    expect(right.code).toBe(0);
    expect(JSON.parse(right.stdout)).toMatchObject({ repository: "other", foundBy: "as asked" });
    const wrong = await probe(copy(), "--json", "--repository", "other");
    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.stdout).probes[0].observation.failure).toMatchObject({ status: 404 });
  });

  test("is told where it can't be found", async () => {
    const { code, stdout, stderr } = await probe(unlisted("nothing"));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`has its root at ${unlisted("nothing")}. Say which one with`);
  });
});

test.each([
  [[], "Which URL?"],
  [["http://127.0.0.1/a/", "http://127.0.0.1/b/"], "One URL at a time"],
  [["mirror.example/debian"], "isn't an absolute URL"],
  [["ftp://127.0.0.1/debian/"], "neither https nor http"],
  [["http://me:secret@127.0.0.1/"], "holds credentials"],
  [["http://127.0.0.1/?a"], "query"],
  [["http://127.0.0.1/", "--kind", "deb"], "There is no kind deb. There are: apt, rpm"],
  [["http://127.0.0.1/", "--ipv4", "--ipv6"], "exclude each other"],
  [["http://127.0.0.1/", "--fast"], "--fast"],
])("misused: %j", (args, sentence) => {
  expect(readOptions(args)).toContain(sentence);
});

test.each([
  [["http://127.0.0.1/", "--fast"], "--fast"],
  [["http://127.0.0.1/", "--repository", "debain"], "There is no repository debain. There are:"],
  [["http://127.0.0.1/", "--repository", "other", "--kind", "apt"], "of kind images, not apt"],
])("misused, as a process: %j", async (args, sentence) => {
  const { code, stdout, stderr } = await probe(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(sentence);
});
