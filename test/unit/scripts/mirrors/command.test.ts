import { spawnSync } from "node:child_process";
import { existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCommand } from "../../../../scripts/mirrors/command.ts";
import { CurrentViews } from "../../../../worker/views/views.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { listFolder, now, siteText } from "./list.ts";

const script = fileURLToPath(new URL("../../../../scripts/mirrors.ts", import.meta.url));
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** Runs a command in this process. */
async function mirrors(...args: string[]) {
  const printed = { stdout: "", stderr: "" };
  const status = await runCommand(args, {
    out: (text) => {
      printed.stdout += text;
    },
    err: (text) => {
      printed.stderr += text;
    },
    isTerminal: false,
    now: () => now,
  });
  return { status, ...printed };
}

/** Files of a list's `mirrors`, by name, hidden ones too. */
function filesOf(dir: string): Record<string, string> {
  const folder = join(dir, "mirrors");
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

const drain = ["drain", "a.example", "--by", "me", "--why", "disk"];

test.each([
  [[]],
  [["chekc"]],
  [["check", "extra"]],
  [["check", "--colour"]],
  [["import", "arhc", "x"]],
  [["import", "metalink", "x"]],
  [["import", "mirrorz", "--repository", "debian", "x"]],
  [["import", "kali", "--dated", "yesterday", "x"]],
  [["import", "kali", "--names", "cname.json", "x"]],
  [["import", "debian"]],
  [["export", "there"]],
  [["export", "--format", "xml", "--repository", "debian"]],
  [["export", "--format", "metalink", "--repository", "debian"]],
  [["drain", "a.example"]],
  [["drain", "../a", "--by", "me", "--why", "x"]],
  [[...drain, "--until", "yesterday"]],
])("wrong usage is told and exits 2: %j", async (args) => {
  const { status, stdout, stderr } = await mirrors(...args);
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("Usage:");
});

test("as a process of its own it prints and exits the same", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  const dir = listFolder({ "a.example": siteText("a.example") });
  expect(run("check", "--list", dir)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("0 errors, 0 warnings"),
    stderr: "",
  });
  expect(run("chekc")).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("Usage:"),
  });
});

test("check: 0 and a count, 1 and file:line:column, and the same as JSON", async () => {
  const good = listFolder({ "a.example": siteText("a.example") });
  expect(await mirrors("check", "--list", good)).toMatchObject({ status: 0, stderr: "" });
  const bad = listFolder({ "a.example": siteText("b.example") });
  const file = join(bad, "mirrors", "a.example.yaml");
  const text = await mirrors("check", "--list", bad);
  expect(text.status).toBe(1);
  expect(text.stderr).toContain(`${file}:1:7: `);
  const json = await mirrors("check", "--list", bad, "--json");
  expect(json.status).toBe(1);
  expect(JSON.parse(json.stdout)).toEqual({
    files: 5,
    mirrors: 0,
    repositories: 4,
    errors: [{ file, line: 1, column: 7, message: expect.stringContaining("b.example") }],
    warnings: [],
  });
});

test("check refuses coordinates that are swapped, and warns of others far outside the country", async () => {
  const swapped = siteText("a.example", "country: DE\nlatitude: 8.7\nlongitude: 50.1\n");
  const dir = listFolder({ "a.example": swapped });
  const { status, stderr } = await mirrors("check", "--list", dir);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /a\.example\.yaml:8:11: .*DE\. Swapped \(latitude 50\.1, longitude 8\.7\)/,
  );
  const far = siteText("a.example", "country: DE\nlatitude: 20.1\nlongitude: 100.2\n");
  const warned = await mirrors("check", "--list", listFolder({ "a.example": far }));
  expect(warned.status).toBe(0);
  expect(warned.stderr).toMatch(/a\.example\.yaml:8:11: warning: .*DE/);
});

test("drain, enable and build", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const file = join(dir, "mirrors", "a.example.yaml");
  const out = join(dir, "built", "views.txt");
  const state = async () => {
    expect((await mirrors("build", "--list", dir, "--out", out)).status).toBe(0);
    const edge = new CurrentViews(readFileSync(join(dir, "built", "edge.txt"), "utf8")).open;
    expect(edge.roster.mirrors.map(({ resource }) => resource.name)).toEqual(["a.example"]);
    return JSON.parse(readFileSync(out, "utf8")).roster.mirrors[0].state;
  };
  writeFileSync(join(dir, "edge.txt"), "somebody else's");
  const elsewhere = join(dir, "views.txt");
  expect((await mirrors("build", "--list", dir, "--out", elsewhere)).status).toBe(0);
  expect(readFileSync(join(dir, "edge.txt"), "utf8")).toBe("somebody else's");
  expect((await mirrors(...drain, "--list", dir)).status).toBe(0);
  expect(await state()).toBe("drained");
  expect((await mirrors("enable", "a.example", "--list", dir)).status).toBe(0);
  expect(await state()).toBe("unknown");
  expect(readFileSync(file, "utf8")).toBe(siteText("a.example"));
  expect((await mirrors("enable", "a.example", "--list", dir)).status).toBe(1);
  const other = ["drain", "b.example", "--by", "me", "--why", "x"];
  expect((await mirrors(...other, "--list", dir)).status).toBe(1);
});

test.each([
  ["2026-12-01 06:00", "2026-12-01T06:00:00Z"],
  ["2026-12-01T06:00+01:00", "2026-12-01T05:00:00Z"],
  ["2026-12-01", "2026-12-01T00:00:00Z"],
  ["2h", "2026-11-22T14:00:00Z"],
])("drain --until %j says the moment, and the check takes what it wrote", async (given, until) => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  expect(await mirrors(...drain, "--until", given, "--list", dir)).toEqual({
    status: 0,
    stdout: `a.example is drained until ${until}.\n`,
    stderr: "",
  });
  expect(await mirrors("check", "--list", dir)).toMatchObject({ status: 0, stderr: "" });
  expect(filesOf(dir)["a.example.yaml"]).toContain(`until: ${until}\n`);
});

test.each(["2026-12-1", "12/01/2026", "2027", "2027-02-30", "2026-11-22"])(
  "drain --until %j writes nothing",
  async (given) => {
    const dir = listFolder({ "a.example": siteText("a.example") });
    const { status, stdout, stderr } = await mirrors(...drain, "--until", given, "--list", dir);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`"${given}"`);
    expect(filesOf(dir)).toEqual({ "a.example.yaml": siteText("a.example") });
  },
);

test("a state isn't written into a file that the check would refuse; it is, where it mends the file", async () => {
  const broken = siteText("a.example", "capacity: much\n");
  const dir = listFolder({ "a.example": broken });
  const { status, stdout, stderr } = await mirrors(...drain, "--list", dir);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/a\.example\.yaml:\d+:\d+: `capacity`[\s\S]*nothing was written/);
  expect(filesOf(dir)).toEqual({ "a.example.yaml": broken });

  const file = join(dir, "mirrors", "a.example.yaml");
  const bad = "state: {is: drained, by: me, why: x, until: soon}\n";
  writeFileSync(file, siteText("a.example", bad));
  expect((await mirrors("enable", "a.example", "--list", dir)).status).toBe(0);
  expect(filesOf(dir)).toEqual({ "a.example.yaml": siteText("a.example") });
});

test("an error in another file doesn't keep a mirror from being drained, and it is said that nothing is taken up", async () => {
  const dir = listFolder({ "a.example": siteText("a.example"), "b.example": "name: [" });
  const { status, stdout, stderr } = await mirrors(...drain, "--list", dir);
  expect([status, stdout]).toEqual([1, "a.example is drained.\n"]);
  expect(stderr).toMatch(/b\.example\.yaml:\d+:\d+: [\s\S]*nothing of the list is taken up/);
  expect(filesOf(dir)["a.example.yaml"]).toContain("is: drained");
});

test("a mirror whose file ends in .yml is drained there", async () => {
  const dir = listFolder();
  writeFileSync(join(dir, "mirrors", "a.example.yml"), siteText("a.example"));
  expect((await mirrors(...drain, "--list", dir)).status).toBe(0);
  expect(Object.keys(filesOf(dir))).toEqual(["a.example.yml"]);
  expect(filesOf(dir)["a.example.yml"]).toContain("is: drained");
});

test("a list is never seen half written: drain, build and import put whole files in place", async () => {
  const dir = listFolder({ "ftp.example.pl": siteText("ftp.example.pl") });
  const out = join(dir, "views.txt");
  writeFileSync(out, "before");
  const file = join(dir, "mirrors", "ftp.example.pl.yaml");
  // Whoever has the old file open, as a second name has, goes on seeing all of it.
  const [oldFile, oldOut] = [join(dir, "old.yaml"), join(dir, "old.txt")];
  linkSync(out, oldOut);
  const commands = [
    ["drain", "ftp.example.pl", "--by", "me", "--why", "disk"],
    ["import", "debian", fixture("debian.masterlist")],
  ];
  for (const [at, command] of commands.entries()) {
    const before = readFileSync(file, "utf8");
    linkSync(file, `${oldFile}${at}`);
    expect((await mirrors(...command, "--list", dir)).status).toBe(0);
    expect(readFileSync(`${oldFile}${at}`, "utf8")).toBe(before);
    expect(readFileSync(file, "utf8")).not.toBe(before);
  }
  expect((await mirrors("build", "--list", dir, "--out", out)).status).toBe(0);
  expect(readFileSync(oldOut, "utf8")).toBe("before");
  expect(Object.keys(filesOf(dir)).filter((name) => name.startsWith("."))).toEqual([]);
});

test.each([
  ["an empty file", "debian", ""],
  [
    "a page that says 404",
    "debian",
    "<!DOCTYPE html>\n<html><body>\n<h1>Not: found</h1>\n</body></html>\n",
  ],
  [
    "a page that says 404",
    "ubuntu",
    "<!DOCTYPE html>\n<html><body>\n<h1>Not found</h1>\n</body></html>\n",
  ],
  [
    "a page that says 404",
    "almalinux",
    "<!DOCTYPE html>\n<html><body>\n<h1>Not found</h1>\n</body></html>\n",
  ],
  ["nothing but bytes", "ubuntu", "\0\u0001\ufffd\u0007"],
  ["a page that says 404", "kali", "<!DOCTYPE html>\n<h1>Not found</h1>\n"],
  ["an empty file", "arch", ""],
  ["an empty file", "opensuse", ""],
  ["JSON of something else", "mirrorz", "{}"],
])(
  "import of %s as %s's list is an error that names the file, and writes nothing",
  async (_, kind, text) => {
    const dir = listFolder();
    const file = join(dir, "upstream");
    writeFileSync(file, text);
    const { status, stdout, stderr } = await mirrors("import", kind, file, "--list", dir);
    expect(status).toBe(1);
    expect(stdout + stderr).toContain("upstream");
    expect(stderr).toMatch(/nothing was imported/i);
    expect(filesOf(dir)).toEqual({});
  },
);

test("a full disk leaves the file as it was", () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  // No file may be written to: what a process gets that writes to a full disk, but for the error's name.
  const line = 'ulimit -f 0; exec "$0" "$@"';
  const args = ["-c", line, process.execPath, script, ...drain, "--list", dir];
  const { status, stdout, stderr } = spawnSync("bash", args, { encoding: "utf8" });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("EFBIG");
  expect(filesOf(dir)).toEqual({ "a.example.yaml": siteText("a.example") });
});

test("export writes the list in another form: to the standard output, a file, or a folder", async () => {
  const dir = listFolder({ "a.example": siteText("a.example", "country: DE\ncapacity: 5000\n") });
  const to = temporaryFolder("exported-");
  const mirmon = ["export", "--format", "mirmon", "--repository", "debian", "--list", dir];
  const loss = "mirmon can't say, of so many mirrors: capacity (1).\n";
  const line = "de\thttps://a.example/debian/\t\n";
  expect(await mirrors(...mirmon)).toEqual({ status: 0, stdout: line, stderr: loss });
  const file = join(to, "new", "mirmon.txt");
  expect(await mirrors(...mirmon, file)).toEqual({
    status: 0,
    stdout: `${file}: 1 mirrors as mirmon's list\n`,
    stderr: loss,
  });
  expect(readFileSync(file, "utf8")).toBe(line);
  const json = await mirrors(...mirmon, "--json");
  expect(JSON.parse(json.stdout)).toEqual({
    format: "mirmon",
    mirrors: 1,
    leftOut: {},
    lost: [{ fact: "capacity", mirrors: 1 }],
    text: line,
  });
  expect(json.stderr).toBe("");
  const sites = await mirrors("export", "--format", "mirrorz", "--list", dir, to);
  expect(sites).toMatchObject({ status: 0 });
  const { site } = JSON.parse(readFileSync(join(to, "a.example.mirrorz.json"), "utf8"));
  expect(site.url).toBe("https://a.example");
});

test("export refuses what the form can't be, and a list with errors, and writes nothing", async () => {
  const dir = listFolder({ "a.example": siteText("a.example") });
  const to = join(temporaryFolder("exported-"), "to");
  const refused = (...args: string[]) => mirrors("export", "--list", dir, ...args);
  expect(await refused("--format", "alpine", "--repository", "debian", to)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("debian is apt"),
  });
  expect(await refused("--format", "mirrorz")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("name the folder"),
  });
  writeFileSync(join(dir, "mirrors", "b.example.yaml"), siteText("c.example"));
  expect(await refused("--format", "mirmon", "--repository", "debian", to)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("nothing was written"),
  });
  expect(existsSync(to)).toBe(false);
});
