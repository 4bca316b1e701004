/**
 * The trial `from-bare`: a minimal Debian with systemd becomes a service with TLS by the commands of
 * docs/operating/self-hosting.md, and a real apt in another minimal Debian installs from it.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { missingForNamespaces } from "../lab/network-namespace.ts";
import { describe, type Outcome } from "../lab/process.ts";
import { makeScratch } from "../lab/scratch.ts";
import { BootedDebian } from "./booted-debian.ts";
import { type BareClient, installBy, lostWhile, redirectOf } from "./from-bare-client.ts";
import { type PageBlock, pageBlocks } from "./from-bare-page.ts";
import {
  addresses,
  type End,
  networks,
  prepare,
  putFiles,
  putList,
  serviceName,
  startOrigin,
} from "./from-bare-prepare.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const page = fileURLToPath(new URL("../../docs/operating/self-hosting.md", import.meta.url));

/** A file that the mirror has, below the service. */
const payload = "debian/pool/main/n/near-huge/near-huge_5.0-1_all.deb";

/** For one block of commands, ms. */
const blockMs = 180_000;

export const fromBareTrial: Trial = {
  name: "from-bare",
  says: "a bare Debian serves apt with TLS by the commands of docs/operating/self-hosting.md, under a real systemd",
  needs: {
    debootstrap: "debootstrap",
    "apt-ftparchive": "apt-utils",
    gpg: "gpg gpg-agent",
    openssl: "openssl",
    curl: "curl",
    ...{ ip: "iproute2", nsenter: "util-linux", tar: "tar" },
  },
  cannot: missingForNamespaces,
  deadlineMs: { short: 900_000, whole: 1_200_000 },
  run,
};

async function run(context: TrialContext): Promise<TrialResult> {
  const blocks = pageBlocks(readFileSync(page, "utf8"));
  const of = (mark: string) => blocks.filter((block) => block.mark === mark);
  const scratch = makeScratch("from-bare");
  const figures: Record<string, number> = {};
  const ends: End[] = [() => scratch.remove()];
  try {
    const prepared = await prepare(context, blocks, scratch.directory);
    const { network, outside } = await networks(ends);
    const base = await startOrigin(outside, context.trees.root(1), ends);
    const layer = join(scratch.directory, "layer");
    mkdirSync(layer);
    context.progress("starting systemd");
    const machine = await BootedDebian.start(prepared.root, layer, network);
    ends.unshift(() => machine.end());
    putFiles(machine, prepared);
    // Both proxies are installed; on the page one is.
    await orThrow(machine.run("systemctl", ["disable", "--now", "--quiet", "nginx", "caddy"]));
    const client: BareClient = {
      ...prepared,
      network: outside,
      address: addresses.service,
      name: serviceName,
    };
    const timed = async (figure: string, work: Promise<unknown>) => {
      const began = performance.now();
      await work;
      figures[figure] = round((performance.now() - began) / 1000);
    };

    const began = performance.now();
    for (const block of of("host")) {
      context.progress(`line ${block.line} of the page`);
      await runBlock(machine, block);
      // The list of somebody who has one repository, in place of the one that comes with the folder.
      if (block.text.includes("/etc/nearmirror/mirror-list")) putList(machine, context, base);
    }
    figures.hostSeconds = round((performance.now() - began) / 1000);
    await timed("aptSeconds", installBy(client, of("client")));
    figures.hostAndAptSeconds = round((performance.now() - began) / 1000);
    expectRedirect(await redirectOf(client, payload), base.mirror);

    context.progress("starting anew under requests");
    figures.lostInRestart = await lostWhile(client, () =>
      orThrow(machine.run("systemctl", ["restart", "nearmirror"], { deadlineMs: blockMs })),
    );
    figures.lostByKill = await lostWhile(client, () => killWorkerd(machine));
    for (const [mark, figure] of [
      ["upgrade", "upgradeSeconds"],
      ["roll back", "rollBackSeconds"],
    ] as const) {
      context.progress(mark);
      for (const block of of(mark)) await timed(figure, runBlock(machine, block, "/root"));
    }
    if (context.length === "whole") {
      for (const block of of("nginx host")) await runBlock(machine, block);
      await timed("aptByNginxSeconds", installBy(client, of("client")));
      await orThrow(machine.run("systemctl", ["disable", "--now", "--quiet", "nginx"]));
      for (const block of of("direct")) await runBlock(machine, block);
      expectRedirect(await redirectOf(client, payload), base.mirror);
    }
    const lost = figures.lostInRestart + figures.lostByKill;
    if (lost > 0) return failed(`${lost} requests were lost`, [JSON.stringify(figures)], figures);
    return {
      trial: "from-bare",
      passed: true,
      why: `${figures.hostAndAptSeconds} s from the packages to apt's first package by https, besides the download of packages`,
      figures,
      evidence: [],
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return failed(text.split("\n")[0] ?? "", text.split("\n"), figures);
  } finally {
    for (const end of ends) await end();
  }
}

function failed(
  why: string,
  evidence: string[],
  figures: Record<string, number> = {},
): TrialResult {
  return { trial: "from-bare", passed: false, why, figures, evidence };
}

const round = (seconds: number) => Math.round(seconds * 10) / 10;

function expectRedirect(location: string, mirror: string): void {
  if (!location.startsWith(mirror)) throw new Error(`no redirect to the mirror: "${location}"`);
}

/** Where the block before it ended; a person's shell is there as well. */
const whereFile = "/run/trial-where";

/** @param where the folder in which it begins. Default: where the one before it ended. @throws Error with the evidence */
async function runBlock(machine: BootedDebian, block: PageBlock, where?: string): Promise<void> {
  const from = where ?? `"$(cat ${whereFile} 2>/dev/null || echo /root)"`;
  const script = `cd ${from}\n${block.text}\npwd > ${whereFile}\n`;
  const outcome = await machine.run("/bin/sh", ["-ec", script], {
    deadlineMs: blockMs,
    // Node knows no other authorities than its own and these (`nearmirror doctor`).
    env: { NODE_EXTRA_CA_CERTS: "/root/authority.pem" },
  });
  if (outcome.code === 0) return;
  const journal = await machine.run("journalctl", ["--no-pager", "-n", "40"]);
  throw new Error(
    `docs/operating/self-hosting.md:${block.line} ends with ${outcome.code}\n${describe(outcome, 30)}\n${journal.stdout}`,
  );
}

async function orThrow(running: Promise<Outcome>): Promise<void> {
  const outcome = await running;
  if (outcome.code !== 0) throw new Error(describe(outcome));
}

/** Kills workerd as the kernel does that is out of memory, and waits until another one serves. */
async function killWorkerd(machine: BootedDebian): Promise<void> {
  const kill = `for process in /proc/[0-9]*; do
    [ "$(readlink "$process/exe")" != /opt/nearmirror/lib/workerd ] || kill -9 "\${process#/proc/}"
  done`;
  await orThrow(machine.run("/bin/sh", ["-c", kill]));
  await orThrow(machine.run("nearmirror", ["health"], { deadlineMs: blockMs }));
}
