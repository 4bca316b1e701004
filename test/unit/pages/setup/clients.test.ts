/** Real package managers in roots that a script set up, against a lab mirror. */

import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setupOf } from "../../../../worker/pages/setup/setup.ts";
import { setupScript } from "../../../../worker/pages/setup/setup-script.ts";
import { AptRoot } from "../../../clients/apt.ts";
import { DnfRoot } from "../../../clients/dnf.ts";
import { type Lab, startLab } from "../../../lab/lab.ts";
import { describe as evidence, findProgram, type Outcome, run } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import type { LabServer } from "../../../lab/server.ts";
import { type BuiltTrees, buildTrees } from "../../../lab/trees.ts";
import { archlinux, done, everything, makeRoot, plainShell, repository } from "./hosts.ts";

let trees: BuiltTrees;
let lab: Lab;
const scratch = makeScratch("setup-clients");

beforeAll(async () => {
  trees = await buildTrees(1);
  const suites = join(trees.root(1), "lab/dists");
  // The lab's suite under its codename, as archives have it.
  if (trees.missing.apt === undefined) {
    cpSync(join(suites, "stable"), join(suites, "nearby"), { recursive: true });
  }
  lab = await startLab({ trees, mirrors: 1 });
}, 60_000);

afterAll(async () => {
  await lab?.stop();
  trees?.remove();
  scratch.remove();
});

/** Makes a root a host of that release that has the lab's key where the client looks for it. */
function asHost(root: string, release: string, key: string): void {
  mkdirSync(join(root, dirname(key)), { recursive: true });
  copyFileSync(key, join(root, key));
  mkdirSync(join(root, "etc"), { recursive: true });
  writeFileSync(join(root, "etc/os-release"), release);
}

function ended(outcome: Outcome): void {
  expect(outcome.code, evidence(outcome)).toBe(0);
  expect(outcome.stderr).not.toMatch(/^[WE]: /m);
}

/** How often origin and mirror were asked since the last time. */
function asked(): { origin: boolean; mirror: boolean } {
  const [mirror] = lab.mirrors;
  const counted = {
    origin: lab.origin.log.requests.length > 0,
    mirror: (mirror?.log.requests.length ?? 0) > 0,
  };
  lab.origin.log.clear();
  mirror?.log.clear();
  return counted;
}

const shell = plainShell();

describe("apt", () => {
  it.for([
    // The root's own entry is for `stable`, at the origin.
    { suites: "stable", origin: false, entry: "disabled" },
    { suites: "trixie", origin: true, entry: "left, being another suite" },
  ])(
    "updates from us, suite $suites; its own entry is $entry",
    async ({ suites, origin }, { skip }) => {
      const key = trees.publicKeyFile;
      if (trees.missing.apt !== undefined || key === undefined || !findProgram("apt-get")) {
        return skip(trees.missing.apt ?? "apt-get is missing");
      }
      const directory = join(scratch.directory, suites);
      const apt = new AptRoot({
        directory,
        repositoryUrl: `${lab.origin.url}lab/`,
        publicKeyFile: key,
      });
      asHost(directory, "ID=lab\nVERSION_CODENAME=nearby\n", key);
      const setup = { suites, components: "main", signedBy: key };
      const of = repository("apt", "lab", setup, { origin: `${lab.origin.url}lab/` });
      const script = setupScript(of, lab.mirror("mirror1").url) ?? "";
      const before = everything(join(directory, "etc"));

      done(script, directory, shell, "--apply");
      asked();
      // apt knows no root for a list of places: there the list is where it is on the host.
      const own = join(directory, "etc/apt/sources.list.d/nearmirror.sources");
      const written = readFileSync(own, "utf8");
      writeFileSync(own, written.replace("mirror+file:/", `mirror+file:${directory}/`));
      ended(await apt.update());
      writeFileSync(own, written);
      expect(asked()).toEqual({ origin, mirror: true });
      const suite = suites === "stable" ? "stable" : "nearby";
      expect(apt.lists().join()).toContain(`nearmirror-lab.list_dists_${suite}_InRelease`);
      expect(done(script, directory, shell, "--apply")).toMatch(/Nothing to change\.\n$/);

      done(script, directory, shell, "--undo");
      expect(everything(join(directory, "etc"))).toEqual(before);
      rmSync(join(directory, "var/lib/apt/lists"), { recursive: true });
      mkdirSync(join(directory, "var/lib/apt/lists/partial"), { recursive: true });
      ended(await apt.update());
      expect(asked()).toEqual({ origin: true, mirror: false });
    },
  );
});

describe("dnf", () => {
  it("reads metadata from us, its signature checked, and from the origin again after --undo", {
    timeout: 60_000,
  }, async ({ skip }) => {
    const key = trees.publicKeyFile;
    if (trees.missing.rpm !== undefined || key === undefined || !findProgram("dnf")) {
      return skip(trees.missing.rpm ?? "dnf is missing");
    }
    const directory = join(scratch.directory, "dnf");
    const source = `metalink=${lab.origin.url}none\nbaseurl=${lab.origin.url}lab-rpm/`;
    const dnf = new DnfRoot({ directory, source, publicKeyFile: key });
    asHost(directory, "ID=lab\nVERSION_ID=1\n", key);
    symlinkSync("../repos", join(directory, "etc/yum.repos.d"));
    const setup = { channels: { lab: "" }, signedBy: `file://${key}` };
    const script =
      setupScript(repository("rpm", "lab-rpm", setup), lab.mirror("mirror1").url) ?? "";
    const before = everything(join(directory, "repos"));

    done(script, directory, shell, "--apply");
    asked();
    ended(await dnf.makecache());
    expect(asked()).toEqual({ origin: false, mirror: true });
    expect(done(script, directory, shell, "--apply")).toBe("Nothing to change.\n");

    done(script, directory, shell, "--undo");
    expect(everything(join(directory, "repos"))).toEqual(before);
    await dnf.makecache();
    expect(asked()).toEqual({ origin: true, mirror: false });
  });
});

describe("dnf with our section beside the distribution's", () => {
  it("has packages from us, and from the distribution where we can't be reached", {
    timeout: 60_000,
  }, async ({ skip }) => {
    const key = trees.publicKeyFile;
    if (trees.missing.rpm !== undefined || key === undefined || !findProgram("dnf")) {
      return skip(trees.missing.rpm ?? "dnf is missing");
    }
    const directory = join(scratch.directory, "dnf-beside");
    const source = `baseurl=${lab.origin.url}lab-rpm/`;
    const dnf = new DnfRoot({ directory, source, publicKeyFile: key });
    const mirror = lab.mirror("mirror1");
    const of = repository("rpm", "lab-rpm", { signedBy: `file://${key}` });
    const [ours] = setupOf(of, mirror.url);
    writeFileSync(join(directory, "repos/nearmirror-lab-rpm.repo"), `${ours?.text}\n`);
    const packages = ({ log }: Pick<LabServer, "log">) =>
      log.requests.filter(({ path }) => /\.rpm$/.test(path));

    asked();
    ended(await dnf.download("near-rpm-app"));
    expect(dnf.downloaded().join()).toContain("near-rpm-app-");
    expect(packages(mirror)).not.toEqual([]);
    expect(packages(lab.origin)).toEqual([]);

    await mirror.setFault({ kind: "refuse" });
    try {
      dnf.forgetMetadata();
      rmSync(join(directory, "downloaded"), { recursive: true });
      mkdirSync(join(directory, "downloaded"));
      asked();
      const outcome = await dnf.download("near-rpm-base");
      expect(outcome.code, evidence(outcome)).toBe(0);
      expect(dnf.downloaded().join()).toContain("near-rpm-base-");
      expect(packages(lab.origin)).not.toEqual([]);
    } finally {
      await mirror.setFault(undefined);
    }
  });
});

describe("pacman", () => {
  it.skipIf(findProgram("pacman-conf") === undefined)("has our server first", async () => {
    const root = makeRoot({
      "etc/os-release": "ID=arch\n",
      "etc/pacman.d/mirrorlist": "Server = https://geo.example/$repo/os/$arch\n",
    });
    const configuration = join(root, "etc/pacman.conf");
    const list = join(root, "etc/pacman.d/mirrorlist");
    writeFileSync(configuration, `[options]\nArchitecture = x86_64\n[core]\nInclude = ${list}\n`);
    done(setupScript(archlinux, "https://near.example/") ?? "", root, shell, "--apply");
    const args = ["--config", configuration, "--repo", "core", "Server"];
    const { stdout } = await run(findProgram("pacman-conf") ?? "", args);
    expect(stdout).toBe(
      "https://near.example/archlinux/core/os/x86_64\nhttps://geo.example/core/os/x86_64\n",
    );
  });
});
