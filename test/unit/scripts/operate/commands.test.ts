/** The verbs against the operators' API itself, without a network between. */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Terminal } from "../../../../scripts/program/terminal.ts";
import { callerHeader } from "../../../../worker/http/caller-header.ts";
import { answerOperators } from "../../../../worker/operate/answer.ts";
import { bootstrapSecret, openOffice, site, type TestOffice } from "../../operate/office.ts";
import { BreakableSqlite } from "../../runtime/sqlite.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { runIn, testTerminal } from "../program/test-terminal.ts";

let database: BreakableSqlite;
let office: TestOffice;
let admin: string;
/** Everything that was printed, in all tests. */
let printed = "";
const secrets: string[] = [];

beforeEach(async () => {
  database = new BreakableSqlite(join(temporaryFolder("cli-"), "a.sqlite"));
  office = openOffice(database.sql);
  admin = await office.admin();
  secrets.push(admin);
});
afterEach(() => database.close());

/** A terminal whose network is the office alone. */
function terminalOf(token: string, given: Parameters<typeof testTerminal>[0] = {}) {
  return testTerminal({
    environment: { NEARMIRROR_URL: "https://operators.invalid/", NEARMIRROR_TOKEN: token },
    home: temporaryFolder("home-"),
    newKey: randomUUID,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      request.headers.set(callerHeader, "192.0.2.7");
      return await answerOperators(request, office.office);
    },
    ...given,
  });
}

async function run(...args: string[]) {
  return await runAs(terminalOf(admin), ...args);
}

async function runAs(terminal: ReturnType<typeof testTerminal>, ...args: string[]) {
  const told = await runIn(terminal, ...args);
  printed += told.out + told.err;
  return told;
}

/** The office's list, exported. */
async function exported(): Promise<string> {
  const dir = join(temporaryFolder("exported-"), "list");
  expect(await run("export", dir)).toMatchObject({ status: 0, err: "" });
  return dir;
}

function textsIn(dir: string): Record<string, string> {
  return Object.fromEntries(
    ["mirrors", "repositories"].flatMap((folder) =>
      readdirSync(join(dir, folder)).map((name) => [
        `${folder}/${name}`,
        readFileSync(join(dir, folder, name), "utf8"),
      ]),
    ),
  );
}

describe("plan, apply and export", () => {
  it("what is exported plans to nothing", async () => {
    const dir = await exported();
    const { status, out } = await run("plan", "--list", dir, "--detailed-exitcode");
    expect(out).toContain("nothing to change");
    expect(status).toBe(0);
  });

  it("the running list is written in another form, and so is a folder's", async () => {
    const mirmon = ["export", "--format", "mirmon", "--repository", "debian"];
    expect(await run(...mirmon)).toEqual({
      status: 0,
      out: "",
      err: "Left out: 2 without a country.\n",
    });
    const hosts = await run("export", "--format", "kali", "--repository", "debian", "--json");
    expect(JSON.parse(hosts.out)).toMatchObject({ mirrors: 0, leftOut: { "without http": 2 } });
    const list = await run("export", "--format", "debian", "--repository", "debian");
    expect(list.out).toContain("Site: b.example\n");
    const dir = await exported();
    rmSync(join(dir, "mirrors/b.example.yaml"));
    const ofFolder = await runAs(
      testTerminal({ home: temporaryFolder("home-") }),
      ...["export", "--format", "debian", "--repository", "debian", "--list", dir],
    );
    expect(ofFolder).toMatchObject({ status: 0, err: "" });
    expect(ofFolder.out).toBe("Site: a.example\nType: leaf\nArchive-https: /debian/\n");
  });

  it("what can't be written is refused, and --list is of a form alone", async () => {
    const refused = [
      ["export"],
      ["export", "--list", "there", "to"],
      ["export", "--repository", "debian", "to"],
      ["export", "--format", "tunasync", "to"],
      ["export", "--format", "mirrorlist", "--repository", "debian"],
      ["export", "--format", "mirrorz"],
    ];
    for (const args of refused) {
      expect(await run(...args), args.join(" ")).toMatchObject({ status: 2, out: "" });
    }
  });

  it("a plan tells what is added, changed field by field, and removed", async () => {
    const dir = await exported();
    const a = join(dir, "mirrors/a.example.yaml");
    writeFileSync(a, `${readFileSync(a, "utf8")}capacity: 500\n`);
    rmSync(join(dir, "mirrors/b.example.yaml"));
    writeFileSync(join(dir, "mirrors/c.example.yaml"), JSON.stringify(site("c.example")));
    const { status, out } = await run("plan", "--list", dir, "--detailed-exitcode");
    expect(status).toBe(2);
    expect(out).toContain("1 added, 1 changed, 1 removed.\n");
    expect(out).toContain(
      "~ mirrors/a.example\n    capacity: + 500\n- mirrors/b.example\n+ mirrors/c.example\n",
    );
    const json = await run("plan", "--list", dir, "--json");
    expect(json.status).toBe(0);
    expect(JSON.parse(json.out).changes).toHaveLength(3);
    expect((await run("plan", "--list", dir)).status).toBe(0);
  });

  it("errors of the list are placed in its files, and end with 1 by any exit codes", async () => {
    const dir = await exported();
    const a = join(dir, "mirrors/a.example.yaml");
    writeFileSync(a, `# a comment\n${readFileSync(a, "utf8")}capacity: none\n`);
    const { status, err } = await run("plan", "--list", dir, "--detailed-exitcode");
    expect(status).toBe(1);
    expect(err).toMatch(/mirrors\/a\.example\.yaml:\d+:1\d: /);
    writeFileSync(a, "name: [");
    const broken = await run("plan", "--list", dir, "--json");
    expect(broken.status).toBe(1);
    expect(JSON.parse(broken.err).errors[0].at).toContain("a.example.yaml:1:");
    expect((await run("plan", "--lits", dir, "--detailed-exitcode")).status).toBe(1);
  });

  it("a mirror far from its country is warned of", async () => {
    const dir = await exported();
    const place = { country: "DE", latitude: 35.7, longitude: 139.7 };
    writeFileSync(join(dir, "mirrors/c.example.yaml"), JSON.stringify(site("c.example", place)));
    const { out } = await run("plan", "--list", dir);
    expect(out).toMatch(/warning: .*c\.example\.yaml:1:\d+: The coordinates are \d+ km from/);
  });

  it("a mirror that goes while much leads to it is warned of", async () => {
    const dir = await exported();
    rmSync(join(dir, "mirrors/b.example.yaml"));
    const { fetch } = terminalOf(admin);
    const withStatistics: Terminal["fetch"] = async (input, init) =>
      String(input).includes("/api/v1/stats")
        ? Response.json({ rows: [{ name: "b.example", share: 0.25 }] })
        : await fetch(input, init);
    const terminal = terminalOf(admin, { fetch: withStatistics });
    const { out } = await runAs(terminal, "plan", "--list", dir);
    expect(out).toContain("warning: mirrors/b.example: 25 % of the last day's redirects");
  });

  it("new URLs are asked where that is wanted, and no others", async () => {
    const dir = await exported();
    const place = { country: "DE", latitude: 50.1, longitude: 8.7 };
    for (const name of ["c.example", "d.example"]) {
      const base = { https: `https://${name}/`, http: `http://${name}/` };
      writeFileSync(
        join(dir, `mirrors/${name}.yaml`),
        JSON.stringify(site(name, { base, ...place })),
      );
    }
    const asked: string[] = [];
    const { fetch } = terminalOf(admin);
    const given: Partial<Terminal> = {
      fetch: async (input, init) => {
        const { href, host } = new URL(String(input));
        if (host === "operators.invalid") return await fetch(input, init);
        asked.push(`${init?.method} ${href}`);
        if (host === "c.example") return new Response(null, { status: 404 });
        throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
      },
      // Addresses that are in the same country for many years (Google, Deutsche Telekom).
      lookup: async (host) => (host === "c.example" ? ["8.8.8.8"] : ["194.25.0.60"]),
    };
    await runAs(terminalOf(admin, given), "plan", "--list", dir);
    expect(asked).toEqual([]);
    const { out } = await runAs(terminalOf(admin, given), "plan", "--list", dir, "--check-urls");
    expect(asked.sort()).toEqual([
      "HEAD http://c.example/debian/",
      "HEAD http://d.example/debian/",
      "HEAD https://c.example/debian/",
      "HEAD https://d.example/debian/",
    ]);
    const warnings = out.split("\n").filter((line) => line.startsWith("warning:"));
    expect(warnings).toEqual([
      expect.stringMatching(/c\.example\.yaml:1:\d+: https:.* answers 404, asked from here\.$/),
      expect.stringMatching(/c\.example\.yaml:1:\d+: http:.* answers 404, asked from here\.$/),
      expect.stringMatching(/c\.example\.yaml:1:\d+: .* 8\.8\.8\.8 in US, \d+ km from these/),
      expect.stringMatching(/d\.example\.yaml:.* doesn't answer \(connect ECONNREFUSED\)/),
      expect.stringMatching(/d\.example\.yaml:.* doesn't answer \(connect ECONNREFUSED\)/),
    ]);
  });

  it("apply asks, and refuses where nobody can be asked", async () => {
    const dir = await exported();
    rmSync(join(dir, "mirrors/b.example.yaml"));
    const refused = await run("apply", "--list", dir, "--why", "gone");
    expect(refused.status).toBe(2);
    expect(refused.err).toContain("say --yes");
    const no = await runAs(terminalOf(admin, { answers: ["n"] }), "apply", "--list", dir);
    expect(no).toMatchObject({ status: 1 });
    expect(no.err).toContain("1 removed?");
    expect(office.published).toEqual([]);
    const yes = terminalOf(admin, { answers: ["y", "it is gone"] });
    expect(await runAs(yes, "apply", "--list", dir)).toMatchObject({ status: 0 });
    expect(office.published).toHaveLength(1);
    const { out } = await run("versions", "--json");
    expect(JSON.parse(out).versions[0]).toMatchObject({ by: "root", why: "it is gone" });
    const again = await run("apply", "--list", dir, "--yes", "--json", "--why", "again");
    expect(JSON.parse(again.out)).toMatchObject({ changes: [] });
  });

  it("a list that somebody changed meanwhile is not overwritten: what they did is told", async () => {
    const dir = await exported();
    rmSync(join(dir, "mirrors/b.example.yaml"));
    const weights = ["50", "60"];
    const other = async () =>
      await run("weight", "a.example", weights.shift() ?? "", "--why", "half of it is for others");
    const script = terminalOf(admin);
    const { fetch } = script;
    let isFirst = true;
    const between: Terminal["fetch"] = async (input, init) => {
      if (isFirst && String(input).endsWith("/apply")) {
        isFirst = false;
        await other();
      }
      return await fetch(input, init);
    };
    const told = await runAs(
      terminalOf(admin, { fetch: between }),
      ...["apply", "--list", dir, "--yes", "--why", "gone"],
    );
    expect(told.status).toBe(4);
    expect(told.err).toContain("root: half of it is for others");
    const { entries } = (await office.office.list.inForce()) ?? { entries: new Map() };
    expect(entries.has("mirrors/b.example")).toBe(true);
    // With somebody there it is planned again, with what is undone by it in sight.
    isFirst = true;
    const asking = terminalOf(admin, { fetch: between, answers: ["y", "y"] });
    const person = await runAs(asking, "apply", "--list", dir, "--why", "gone");
    expect(person.status).toBe(0);
    expect(person.err).toContain("Planned again:");
    expect(person.out.split("Applied")[0]).toContain("capacity: - 60");
  });

  it("export leaves what says the same, edits what differs, and keeps comments", async () => {
    const dir = await exported();
    const before = textsIn(dir);
    const a = join(dir, "mirrors/a.example.yaml");
    const text = `# Ours since 2019.\n${before["mirrors/a.example.yaml"]}capacity: 10 # a line of theirs\n`;
    writeFileSync(a, text);
    const b = join(dir, "mirrors/b.example.yaml");
    const spaced = (before["mirrors/b.example.yaml"] ?? "").replace("name: b", "name:    b");
    writeFileSync(b, spaced);
    await run("weight", "a.example", "20", "--why", "more");
    writeFileSync(join(dir, "mirrors/z.example.yaml"), JSON.stringify(site("z.example")));
    expect((await run("export", dir)).status).toBe(2);
    expect(readFileSync(a, "utf8")).toBe(text);
    expect(await run("export", dir, "--yes")).toMatchObject({ status: 0 });
    expect(readFileSync(a, "utf8")).toBe(text.replace("capacity: 10", "capacity: 20"));
    expect(readFileSync(b, "utf8")).toBe(spaced);
    expect(existsSync(join(dir, "mirrors/z.example.yaml"))).toBe(false);
    expect((await run("plan", "--list", dir, "--detailed-exitcode")).status).toBe(0);
  });

  it("keys and rules are exported as their bytes, and planned from them", async () => {
    const { ask } = office;
    const key = Buffer.from([0, 1, 2, 255]).toString("base64");
    const entries = {
      "images/own.ini":
        "[a]\ndistro = A\nlocation = debian/*.iso\npattern = (\\d+)\nversion = $1\n",
      "keys/unused.gpg": key,
    };
    const base = (await ask("GET", "/api/v1/list", { token: admin })).body.version;
    const answer = await ask("POST", "/api/v1/list/apply", {
      token: admin,
      body: { base, changes: entries, why: "x" },
    });
    expect(answer.status).toBe(200);
    const dir = await exported();
    expect(readFileSync(join(dir, "keys/unused.gpg"))).toEqual(Buffer.from([0, 1, 2, 255]));
    expect(readFileSync(join(dir, "images/own.ini"), "utf8")).toBe(entries["images/own.ini"]);
  });
});

describe("single entries", () => {
  it("add, show, edit, remove", async () => {
    const file = join(temporaryFolder("add-"), "c.yaml");
    writeFileSync(
      file,
      "name: c.example\nbase: {https: https://c.example/}\nrepositories: {debian: {path: d/}}\n",
    );
    expect(await run("add", file)).toMatchObject({ status: 0, err: "" });
    const twice = await run("add", file);
    expect(twice.status).toBe(4);
    expect(twice.err).toContain("already");
    const set = ["--set", "capacity=500", "--set", "sponsor.name=A: B", "--set", "families=[ipv4]"];
    const edited = await run("edit", "c.example", ...set, "--why", "as they say");
    expect(edited).toMatchObject({ status: 1 });
    const quoted = set.map((one) => (one === "sponsor.name=A: B" ? "sponsor.name='A: B'" : one));
    const told = await run("edit", "c.example", ...quoted, "--why", "as they say");
    expect(told).toMatchObject({ status: 0, err: "" });
    expect(told.out).toContain(
      '    capacity: + 500\n    families: + ["ipv4"]\n    sponsor: + {"name":"A: B"}\n',
    );
    await run("edit", "c.example", "--unset", "families", "--set", "/repositories/debian/path=e/");
    const { out } = await run("show", "c.example", "--json");
    expect(JSON.parse(out).entry).toEqual({
      ...Object(site("c.example")),
      capacity: 500,
      sponsor: { name: "A: B" },
      repositories: { debian: { path: "e/" } },
    });
    expect((await run("show", "c.example")).out).toContain("capacity: 500\n");
    expect((await run("remove", "c.example")).status).toBe(2);
    expect((await run("remove", "c.example", "--yes")).status).toBe(0);
    expect((await run("show", "c.example")).status).toBe(1);
    expect((await run("show", "../c")).status).toBe(2);
  });

  it("an editor's text is sent whole, and kept where it can't be", async () => {
    const edit = (change: (text: string) => string) => ({
      isAsking: true,
      edit: async (file: string) => writeFileSync(file, change(readFileSync(file, "utf8"))),
    });
    const with500 = terminalOf(
      admin,
      edit((text) => `${text}capacity: 500\n`),
    );
    expect(await runAs(with500, "edit", "a.example")).toMatchObject({ status: 0 });
    const nothing = terminalOf(
      admin,
      edit((text) => text),
    );
    expect((await runAs(nothing, "edit", "a.example")).err).toBe("Nothing was changed.\n");
    const other = terminalOf(admin, {
      isAsking: true,
      edit: async (file) => {
        await run("weight", "a.example", "7", "--why", "meanwhile");
        writeFileSync(file, readFileSync(file, "utf8").replace("500", "600"));
      },
    });
    const late = await runAs(other, "edit", "a.example");
    expect(late.status).toBe(4);
    const [, kept = ""] = /What you wrote is in (.*)\./.exec(late.err) ?? [];
    expect(readFileSync(kept, "utf8")).toContain("capacity: 600");
    rmSync(join(kept, ".."), { recursive: true });
  });

  it("several mirrors are drained, also where one of them isn't there", async () => {
    const told = await run(
      "drain",
      "a.example",
      "no.example",
      "b.example",
      "--why",
      "x",
      "--until",
      "2h",
    );
    expect(told.status).toBe(1);
    expect(told.out).toMatch(
      /a\.example is drained until 2026-11-22T14:00:00Z, in the running service.*b\.example is/s,
    );
    expect(told.err).toBe(
      "1 of 3 mirrors weren't changed.\n  mirrors/no.example: There is no mirror no.example in the list.\n",
    );
    expect((await run("drain", "a.example", "--why", "x", "--until", "yesterday")).status).toBe(2);
    expect((await run("drain", "a.example")).err).toContain("--why");
    expect((await run("drain", "a.example", "--why", "x", "--by", "me")).status).toBe(2);
  });

  it("with --list the file is changed, and no service", async () => {
    const dir = await exported();
    const both = ["--list", dir, "--url", "https://operators.invalid/"];
    const by = ["--by", "me", "--why", "x"];
    expect((await run("drain", "a.example", ...both, ...by)).status).toBe(2);
    expect((await run("drain", "a.example", "--list", dir, "--why", "x")).err).toContain(
      "--by WHO",
    );
    const { status, out } = await run("drain", "a.example", "--list", dir, ...by);
    expect({ status, out }).toEqual({
      status: 0,
      out: `In the files of ${dir}, no running service:\na.example is drained.\n`,
    });
    expect(readFileSync(join(dir, "mirrors/a.example.yaml"), "utf8")).toContain("is: drained");
    expect(office.published).toEqual([]);
  });

  it("probe-now and synced have the mirror probed", async () => {
    await run("probe-now", "a.example");
    await run("synced", "b.example");
    expect(office.probed).toEqual(["a.example", "b.example"]);
  });

  it("rollback goes back to a version, which versions tells", async () => {
    await run("weight", "a.example", "1", "--why", "one");
    const first = JSON.parse((await run("versions", "--json")).out).versions[0].version;
    await run("weight", "a.example", "2", "--why", "two");
    expect((await run("rollback", String(first), "--why", "x")).status).toBe(2);
    const { out } = await run("rollback", String(first), "--why", "two was wrong", "--yes");
    expect(out).toContain("capacity: 2 -> 1");
    expect((await run("versions", String(first))).out).toContain("capacity: + 1");
    expect((await run("rollback", "7", "--yes", "--why", "x")).status).toBe(1);
  });
});

describe("accounts", () => {
  it("accounts and tokens are made, and end", async () => {
    expect((await run("account", "add", "ann")).err).toContain("--role");
    const mirrors = ["--mirror", "a.example", "--mirror", "b.example"];
    await run("account", "add", "ann", "--role", "mirror-admin", ...mirrors);
    expect((await run("account", "list")).out).toMatch(/ann +mirror-admin +a\.example b\.example/);
    const file = join(temporaryFolder("token-"), "token");
    const made = await run(
      ...["token", "create", "--account", "ann", "--description", "her hook", "--days", "7"],
      ...["--scope", "mirrors=a.example", "--out", file],
    );
    expect(made.status).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const token = readFileSync(file, "utf8").trim();
    secrets.push(token);
    const who = await runAs(terminalOf(token), "whoami");
    expect(who.out).toContain("ann, mirror-admin");
    expect(who.out).toContain("narrowed to: mirrors=a.example");
    const denied = await runAs(terminalOf(token), "drain", "b.example", "--why", "x");
    expect(denied.status).toBe(3);
    expect(denied.err).toContain("whoami");
    const id = JSON.parse((await run("token", "list", "--account", "ann", "--json")).out).tokens[0]
      .id;
    expect((await run("token", "revoke", id)).status).toBe(2);
    expect((await run("token", "revoke", id, "--yes")).out).toBe(`Revoked: ${id}.\n`);
    expect((await runAs(terminalOf(token), "whoami")).status).toBe(3);
    expect((await run("account", "edit", "ann", "--role", "reader")).status).toBe(1);
    expect((await run("account", "disable", "ann", "--yes", "--why", "left")).status).toBe(0);
    expect((await run("account", "list")).out).toContain("disabled");
    expect((await run("account", "enable", "ann", "--why", "is back")).status).toBe(0);
    expect((await run("account", "erase", "ann", "--yes")).out).toBe("ann is erased.\n");
  });

  it("a token's secret is shown once, alone on the standard output", async () => {
    const { out } = await run("token", "create", "--description", "a test");
    secrets.push(out.trim());
    expect(out).toMatch(/^nmt_\w+\n$/);
    printed = printed.replaceAll(out, "");
  });

  it("the audit log is told, verified and exported", async () => {
    await run("weight", "a.example", "5", "--why", "its new line");
    const { out } = await run("audit", "list", "--verb", "mirror.*");
    expect(out).toMatch(/root +mirror\.weight +mirror\/a\.example .* its new line\n/);
    expect((await run("audit", "verify")).out).toContain("Intact");
    const lines = (await run("audit", "export")).out.trim().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ id: 1, verb: "account.bootstrap" });
    database.sql.exec("UPDATE audit SET why = 'another' WHERE id = 1");
    const broken = await run("audit", "verify");
    expect(broken).toMatchObject({ status: 1 });
    expect(broken.out).toContain("Broken at entry 1");
  });
});

it("what others wrote moves no cursor", async () => {
  const evil = "\u001b]0;x\u0007\u009b2Jdone\r";
  await run("weight", "a.example", "9", "--why", evil);
  await run("edit", "a.example", "--set", `note=${JSON.stringify(evil)}`);
  await run("account", "add", "eve", "--role", "reader", "--contact", evil);
  const dir = await exported();
  await run("edit", "a.example", "--unset", "note");
  for (const verb of [
    "versions",
    "audit list",
    "account list",
    "show a.example",
    `plan --list ${dir}`,
    "edit a.example --set note=x",
  ]) {
    const { out, err } = await run(...verb.split(" "));
    expect(out, verb).not.toMatch(/[^\P{Cc}\n]/u);
    expect(err, verb).toBe("");
  }
});

it("no secret was printed by any of it", () => {
  expect(printed.length).toBeGreaterThan(1000);
  for (const secret of [...secrets, bootstrapSecret])
    expect(printed).not.toContain(secret.slice(15));
});

describe("explain", () => {
  it("asks for a past moment, and tells the service's own words where it can't be answered", async () => {
    const asked: string[] = [];
    const terminal = terminalOf("", {
      fetch: async (input) => {
        const url = new URL(new Request(input).url);
        asked.push(`${url.pathname}?${url.searchParams}`);
        return url.searchParams.get("at") === "2h"
          ? new Response("It went to mirror.example.org.\n")
          : new Response("The oldest moment is 2026-11-23T00:00:00Z.\n", { status: 404 });
      },
    });
    const told = await runAs(terminal, "explain", "192.0.2.7", "debian/x.deb", "--at", "2h");
    expect(told).toMatchObject({ status: 0, out: "It went to mirror.example.org.\n" });
    expect(asked).toEqual(["/debian/x.deb?trace=text&ip=192.0.2.7&at=2h"]);
    const refused = await runAs(terminal, "explain", "192.0.2.7", "debian/x.deb", "--at", "30d");
    expect(refused.status).toBe(1);
    expect(refused.err).toContain("2026-11-23T00:00:00Z");
  });
});
