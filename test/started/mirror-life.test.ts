/** The whole life of a mirror by the command line alone, against the service on loopback with real probes. */
import { spawn } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openControl } from "../../scripts/service/control.ts";
import { storeLayout } from "../../scripts/service/store-layout.ts";
import { type Service, startService } from "../../scripts/service.ts";
import { type EntryValue, judgeEntries } from "../../worker/list/entries.ts";
import { givenListText } from "../../worker/list/given-list.ts";
import { listEntriesKey } from "../../worker/views/views-key.ts";
import { type Lab, type LabMirror, startLab } from "../lab/lab.ts";
import { labProbing } from "../lab/probing.ts";
import { type BuiltTrees, buildTrees } from "../lab/trees.ts";
import { temporaryFolder } from "../unit/temporary-folder.ts";

const program = join(import.meta.dirname, "../../scripts/nearmirror.js");
const secret = "of-a-test-alone-0123456789-0123456789";
/** A command that waits this long for the service, ms, hangs. */
const commandMs = 120_000;

let trees: BuiltTrees;
let lab: Lab;
let service: Service;
const home = temporaryFolder("life-home-");
const work = temporaryFolder("life-");

beforeAll(async () => {
  trees = await buildTrees(1);
  lab = await startLab({ trees, mirrors: 2 });
  const entries = new Map<string, EntryValue>([
    ["mirrors/mirror1", site(lab.mirror("mirror1"))],
    [
      "repositories/lab-cd",
      {
        name: "lab-cd",
        kind: "images",
        title: "The lab's images",
        origin: `${lab.origin.url}lab-cd/`,
        architectures: ["amd64"],
        roots: ["SHA256SUMS"],
        redirect: { minSize: "0B" },
      },
    ],
  ]);
  const version = Date.now();
  const { views, errors } = await judgeEntries(entries, version);
  if (views === undefined) throw new Error(JSON.stringify(errors));
  const store = join(temporaryFolder("life-store-"), "s");
  service = await startService({
    views: views(version),
    persist: store,
    vars: { ...labProbing, BOOTSTRAP_SECRET: secret },
    log: () => undefined,
  });
  const control = openControl(join(storeLayout(store).run, "control.sock"));
  await control.put(listEntriesKey, givenListText({ version, entries }));
}, commandMs);

afterAll(async () => {
  await service?.stop();
  await lab?.stop();
  trees?.remove();
});

function site({ name, url, place }: LabMirror): Exclude<EntryValue, string> {
  const { country, latitude, longitude } = place;
  const base = { http: url };
  return {
    name,
    country,
    latitude,
    longitude,
    base,
    repositories: { "lab-cd": { path: "lab-cd/" } },
  };
}

function environment(): Record<string, string | undefined> {
  return { ...process.env, HOME: home, XDG_CONFIG_HOME: "", XDG_CACHE_HOME: "", NO_COLOR: "1" };
}

/** Runs the program to its end. */
async function run(args: string[], input = "") {
  const child = spawn(process.execPath, [program, ...args], {
    env: environment(),
    timeout: commandMs,
  });
  const printed = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed.err += text;
  });
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, ...printed };
}

/** The same, of a command that succeeds. @returns what it printed */
async function done(...args: string[]): Promise<string> {
  const { status, out, err } = await run(args);
  expect(err).toBe("");
  expect(status).toBe(0);
  return out;
}

/** Waits for a state, as `watch` tells it. */
async function watched(wanted: { mirror: string; after: string }) {
  const child = spawn(process.execPath, [program, "watch", "--json", "--states"], {
    env: environment(),
    timeout: commandMs,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { mirror, data } = JSON.parse(line) as { mirror: string; data: { to: string } };
      if (mirror === wanted.mirror && data.to === wanted.after) return;
    }
    throw new Error(`watch ended before ${wanted.mirror} was ${wanted.after}`);
  } finally {
    child.kill("SIGINT");
    // Told to end it ends well.
    expect(await ended).toBe(0);
  }
}

/** Where a client is sent that asks for the image. */
async function sentTo(): Promise<string> {
  const answer = await fetch(`${service.url}lab-cd/near-1.0-amd64.iso`, { redirect: "manual" });
  await answer.body?.cancel();
  return answer.headers.get("Location") ?? String(answer.status);
}

it("is added, planned, applied, probed, up, used, drained, disabled, removed, and all of it is in the audit log", async () => {
  const signedIn = await run(["login", "--url", service.url, "--name", "root"], `${secret}\n`);
  expect(signedIn).toMatchObject({ status: 0, err: "" });
  expect(signedIn.out).toContain("as root (admin)");
  const stored = join(home, ".config/nearmirror/client.conf");
  expect(statSync(stored).mode & 0o777).toBe(0o600);
  expect(await done("whoami")).toContain("root, admin");

  // Add.
  const file = join(work, "mirror2.yaml");
  const mirror2 = lab.mirror("mirror2");
  writeFileSync(file, JSON.stringify(site(mirror2)));
  expect(await done("add", file, "--why", "a second mirror")).toContain("mirrors/mirror2 is added");

  // Export, plan, apply.
  const list = join(work, "list");
  await done("export", list);
  const unchanged = await run(["plan", "--list", list, "--detailed-exitcode"]);
  expect(unchanged).toMatchObject({ status: 0, err: "" });
  const path = join(list, "mirrors/mirror2.yaml");
  writeFileSync(path, `${readFileSync(path, "utf8")}note: a note\n`);
  const changed = await run(["plan", "--list", list, "--detailed-exitcode"]);
  expect(changed).toMatchObject({ status: 2, err: "" });
  expect(changed.out).toContain('~ mirrors/mirror2\n    note: + "a note"\n');
  const refused = await run(["apply", "--list", list, "--why", "a note"]);
  expect(refused.status).toBe(2);
  expect(refused.err).toContain("--yes");
  expect(await done("apply", "--list", list, "--why", "a note", "--yes")).toContain("Applied");
  expect(await done("plan", "--list", list)).toContain("nothing to change");

  // Probed, and up.
  await done("probe-now", "mirror2");
  await watched({ mirror: "mirror2", after: "up" });
  expect(await done("list", "--state", "up", "--repository", "lab-cd")).toContain("mirror2");
  expect(await done("show", "mirror2")).toContain("a note");

  // Traffic: the other one gets no new clients.
  await done("drain", "mirror1", "--why", "a test", "--until", "2h");
  await watched({ mirror: "mirror1", after: "drained" });
  await expect.poll(sentTo, { timeout: 20_000 }).toContain(mirror2.url);
  expect(await done("explain", "127.0.0.1", "/lab-cd/near-1.0-amd64.iso")).toContain("mirror2");
  await done("enable", "mirror1", "--why", "the test is over");
  await expect
    .poll(async () => await done("list", "--state", "up"), { timeout: 20_000 })
    .toContain("mirror1");

  // Drained, disabled, removed.
  await done("drain", "mirror2", "--why", "its disk");
  await watched({ mirror: "mirror2", after: "drained" });
  await expect.poll(sentTo, { timeout: 20_000 }).toContain(lab.mirror("mirror1").url);
  await done("disable", "mirror2", "--why", "its disk");
  await watched({ mirror: "mirror2", after: "disabled" });
  expect(await done("remove", "mirror2", "--yes", "--why", "its end")).toContain("is removed");
  expect((await run(["show", "mirror2"])).status).toBe(1);
  expect(await done("rollback", "--help")).toContain("Usage:");

  const { entries } = JSON.parse(await done("audit", "list", "--json", "--limit", "100")) as {
    entries: { verb: string; resource: string; principal: string; why: string }[];
  };
  const told = entries.map(({ verb, resource, why }) => `${verb} ${resource}: ${why}`).reverse();
  expect(told.filter((one) => !/^(account|token)\./.test(one))).toEqual([
    "mirror.add mirror/mirror2: a second mirror",
    "list.apply mirror/mirror2: a note",
    "mirror.probe mirror/mirror2: ",
    "mirror.drain mirror/mirror1: a test",
    "mirror.enable mirror/mirror1: the test is over",
    "mirror.drain mirror/mirror2: its disk",
    "mirror.disable mirror/mirror2: its disk",
    "mirror.remove mirror/mirror2: its end",
  ]);
  expect(await done("audit", "verify")).toContain("Intact");
  // The list that the service was given is the first.
  expect(JSON.parse(await done("versions", "--json")).versions).toHaveLength(8);
}, 300_000);
