/**
 * The trial `container`: the folder is built, and what the Containerfile says is done in a bare Debian by chroot, as no
 * engine is needed for it. Then it is started as an engine would, with a root that may only be read, and used.
 */
import { cpSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { buildFolder } from "../../scripts/build/build-folder.ts";
import { freePort } from "../../scripts/service/free-port.ts";
import { keptDebian } from "../clients/debian-make.ts";
import {
  buildImage,
  type Image,
  runIn,
  type Started,
  startContainer,
} from "../lab/container/image.ts";
import { type Lab, startLab } from "../lab/lab.ts";
import { makeScratch } from "../lab/scratch.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

/** Kept between runs: debootstrap takes a minute. */
const base = "/var/tmp/nearmirror-bookworm";
/** Of the image that the Containerfile begins with, what matters here: the suite. */
const baseImage = "docker.io/library/debian:bookworm-slim";
const readyMs = 30_000;
/** An engine kills what hasn't ended 10 s after SIGTERM, ms. */
const stopMs = 10_000;

export const containerTrial: Trial = {
  name: "container",
  says: "the Containerfile's steps in a bare Debian; started read-only, healthy, stopped, started again on its volume",
  needs: { debootstrap: "debootstrap", unshare: "util-linux" },
  deadlineMs: { short: 300_000, whole: 300_000 },
  run,
};

async function run({ trees, progress, signal }: TrialContext): Promise<TrialResult> {
  if (process.getuid?.() !== 0) throw new Error("chroot needs root: run as root");
  progress("making a bare Debian");
  await keptDebian({
    suite: "bookworm",
    name: "Debian 12",
    packages: [],
    directory: base,
    tell: progress,
    signal,
  });
  const scratch = makeScratch("container");
  const lab = await startLab({ trees, mirrors: 1 });
  const trying = new Trying(lab, scratch.directory);
  try {
    progress("building the folder");
    await trying.build();
    progress("starting the container");
    await trying.use("first start");
    progress("starting it again");
    await trying.use("second start");
  } catch (error) {
    trying.evidence.push(error instanceof Error ? error.message : String(error));
  } finally {
    await trying.end();
    await lab.stop();
    scratch.remove();
  }
  const { evidence, figures } = trying;
  const passed = evidence.length === 0;
  return {
    trial: containerTrial.name,
    passed,
    why: passed
      ? `built in ${figures.buildSeconds} s, serves ${figures.firstAnswerSeconds} s after its start, by user 990 and a root that may only be read`
      : (evidence[0] ?? ""),
    figures,
    evidence: evidence.slice(0, 20),
  };
}

class Trying {
  readonly evidence: string[] = [];
  readonly figures: Record<string, number> = {};
  readonly #lab: Lab;
  readonly #root: string;
  readonly #folder: string;
  #image: Image | undefined;
  #started: Started | undefined;

  constructor(lab: Lab, directory: string) {
    this.#lab = lab;
    this.#root = join(directory, "root");
    this.#folder = join(directory, "nearmirror");
  }

  async build(): Promise<void> {
    const began = performance.now();
    const built = await buildFolder(this.#folder);
    const sums = readFileSync(join(this.#folder, "SHA256SUMS"), "utf8");
    // It takes its own place; the same sources make the same bytes.
    await buildFolder(this.#folder);
    if (readFileSync(join(this.#folder, "SHA256SUMS"), "utf8") !== sums) {
      this.evidence.push("built again, it has other bytes");
    }
    this.figures.folderMegabytes = Math.round(built.bytes / 1e6);
    cpSync(base, this.#root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const file = join(this.#folder, "share/production/container/Containerfile");
    const image = await buildImage(file, this.#folder, this.#root);
    this.figures.buildSeconds = Math.round((performance.now() - began) / 100) / 10;
    if (image.from !== baseImage) throw new Error(`it begins with ${image.from}`);
    // Nothing that builds anything may be needed from here on.
    rmSync(this.#folder, { recursive: true });
    this.#putList(image);
    this.#image = image;
  }

  /** Where an operator mounts one. */
  #putList({ root }: Image): void {
    const { origin, mirrors } = this.#lab;
    const list = join(root, "etc/nearmirror/mirror-list");
    for (const folder of ["mirrors", "repositories"])
      mkdirSync(join(list, folder), { recursive: true });
    const repository = `name: lab-cd\nkind: images\ntitle: Lab\norigin: ${origin.url}lab-cd/\nroots: [SHA256SUMS]\n`;
    writeFileSync(join(list, "repositories/lab-cd.yaml"), repository);
    for (const { name, url } of mirrors) {
      const mirror = `name: ${name}\nbase:\n  http: ${url}\nrepositories:\n  lab-cd:\n    path: lab-cd/\n`;
      writeFileSync(join(list, `mirrors/${name}.yaml`), mirror);
    }
  }

  /** Starts, uses and stops it. */
  async use(what: string): Promise<void> {
    const image = this.#image;
    if (image === undefined) throw new Error("there is no image");
    const port = await freePort();
    const wrong = (text: string) => this.evidence.push(`${what}: ${text}`);
    const began = performance.now();
    const started = startContainer(image, { NEARMIRROR_PORT: String(port) });
    this.#started = started;
    const url = `http://127.0.0.1:${port}/`;
    await this.#answers(url, started);
    this.figures.firstAnswerSeconds ??= Math.round((performance.now() - began) / 100) / 10;
    const pid = childOf(started.child.pid ?? 0);
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    if (!/^Uid:\t990\t990\t990\t990$/m.test(status)) wrong("it isn't user 990");
    if (!readlinkSync(`/proc/${pid}/exe`).endsWith("/opt/nearmirror/lib/node"))
      wrong("process 1 isn't Node");
    const iso = await fetch(`${url}lab-cd/near-1.0-amd64.iso`, { redirect: "manual" });
    const location = iso.headers.get("Location") ?? "";
    await iso.body?.cancel();
    if (!this.#lab.mirrors.some((mirror) => location.startsWith(mirror.url))) {
      wrong(`the image is ${iso.status} ${location}`);
    }
    await this.#health(image, port, wrong);
    process.kill(pid, "SIGTERM");
    const late = setTimeout(() => process.kill(pid, "SIGKILL"), stopMs);
    const code = await started.ended;
    clearTimeout(late);
    if (code !== 0) wrong(`it ended with ${code}: ${started.printed().slice(-2000)}`);
    for (const line of started.printed().trim().split("\n")) {
      if (!isLogLine(line)) wrong(`a line of its log is no JSON: ${line}`);
    }
    const after = await runIn(image, image.healthcheck);
    if (after.code !== 1) wrong(`it is stopped, and the health check ends with ${after.code}`);
    this.#started = undefined;
  }

  async #health(image: Image, port: number, wrong: (text: string) => void): Promise<void> {
    const environment = { ...image.environment, NEARMIRROR_PORT: String(port) };
    const { code, stdout, stderr } = await runIn({ ...image, environment }, image.healthcheck);
    if (code !== 0) wrong(`the health check ends with ${code}: ${stdout}${stderr}`);
    if (!/^NEARMIRROR (OK|WARNING) - /.test(stdout)) wrong(`the health check says ${stdout}`);
  }

  async #answers(url: string, started: Started): Promise<void> {
    const end = Date.now() + readyMs;
    while (Date.now() < end) {
      const answer = await fetch(`${url}api/v1/health`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.status === 200) return;
      await pause(50);
    }
    throw new Error(`nothing answers at ${url}: ${started.printed()}`);
  }

  async end(): Promise<void> {
    // With --kill-child its children end with it.
    this.#started?.child.kill("SIGKILL");
    await this.#started?.ended;
  }
}

/** The first process of the namespace, as this machine numbers it. */
function childOf(pid: number): number {
  const [child = ""] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return Number(child);
}

function isLogLine(line: string): boolean {
  try {
    const told: unknown = JSON.parse(line);
    return ["time", "level", "message"].every(
      (name) => typeof Reflect.get(Object(told), name) === "string",
    );
  } catch {
    return false;
  }
}
