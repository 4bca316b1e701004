/** Does what an engine would do with a Containerfile, in a root of its own, by chroot: where there is no engine. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, run } from "../process.ts";
import { readContainerfile, variablesOf, wordsOf } from "./containerfile.ts";

/** For a RUN, ms. */
const stepDeadlineMs = 60_000;

export interface Image {
  root: string;
  from: string;
  environment: Record<string, string>;
  user: string;
  workdir: string;
  volumes: string[];
  ports: string[];
  healthcheck: string[];
  entrypoint: string[];
  command: string[];
}

/**
 * Runs the instructions.
 *
 * @param root has the base's files already
 * @param context folder that COPY copies of
 * @throws Error with the instruction that failed
 */
export async function buildImage(
  containerfile: string,
  context: string,
  root: string,
): Promise<Image> {
  const image: Image = {
    root,
    from: "",
    environment: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    user: "root",
    workdir: "/",
    volumes: [],
    ports: [],
    healthcheck: [],
    entrypoint: [],
    command: [],
  };
  for (const { name, text, line } of readContainerfile(readFileSync(containerfile, "utf8"))) {
    try {
      await step(image, { name, text, context });
    } catch (error) {
      throw new Error(`line ${line}, ${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return image;
}

async function step(
  image: Image,
  { name, text, context }: { name: string; text: string; context: string },
): Promise<void> {
  switch (name) {
    case "FROM":
      image.from = text;
      return;
    case "RUN": {
      const outcome = await runIn(image, wordsOf(text), "root");
      if (outcome.code !== 0) throw new Error(describe(outcome));
      return;
    }
    case "COPY": {
      const [source = "", target = "", ...more] = text.split(" ");
      if (more.length > 0) throw new Error("one source is copied by this runner");
      const from = join(context, source);
      const to = join(image.root, target);
      mkdirSync(to, { recursive: true });
      if (!statSync(from).isDirectory()) throw new Error(`${source} is no folder`);
      cpSync(from, to, { recursive: true, preserveTimestamps: true });
      return;
    }
    case "ENV":
      Object.assign(image.environment, variablesOf(text));
      return;
    case "USER":
      image.user = text;
      return;
    case "WORKDIR":
      image.workdir = text;
      return;
    case "VOLUME":
      image.volumes.push(text);
      return;
    case "EXPOSE":
      image.ports.push(text);
      return;
    case "HEALTHCHECK":
      image.healthcheck = wordsOf(text.replace(/^(?:--\S+ )*CMD /, ""));
      return;
    case "ENTRYPOINT":
      image.entrypoint = wordsOf(text);
      return;
    case "CMD":
      image.command = wordsOf(text);
      return;
    case "STOPSIGNAL":
      if (text !== "SIGTERM") throw new Error(`${text} is not sent by this runner`);
  }
}

/** Runs words in the image's root, which can be written. */
export function runIn(image: Image, words: readonly string[], user = image.user) {
  const { root, environment } = image;
  return run("chroot", [`--userspec=${user}`, root, ...words], {
    env: environment,
    deadlineMs: stepDeadlineMs,
  });
}

export interface Started {
  /** Of the process that is number 1 in the container, as this machine numbers it. */
  child: ChildProcess;
  printed(): string;
  ended: Promise<number | string>;
}

/**
 * Starts what the image starts, as `run --read-only` does: in namespaces of its own for mounts and processes, its root may
 * only be read but for volumes, `/tmp` and `/dev`. The network is this machine's.
 */
export function startContainer(image: Image, environment: Record<string, string>): Started {
  const { root, volumes, user, workdir, entrypoint, command } = image;
  const mounts = [
    `mount --bind '${root}' '${root}'`,
    ...volumes.map((path) => `mount --bind '${root}${path}' '${root}${path}'`),
    `mount -o remount,bind,ro '${root}'`,
    `mount -t proc proc '${root}/proc'`,
    `mount --rbind /dev '${root}/dev'`,
    `mount -t tmpfs tmpfs '${root}/tmp'`,
  ];
  // An engine's process begins in the working directory, without what the engine has open.
  const inside = `cd '${workdir}' && exec "$@"`;
  const script = `set -e\n${mounts.join("\n")}\nexec chroot --userspec='${user}' '${root}' /bin/sh -c '${inside.replaceAll("'", "'\\''")}' sh "$@"`;
  const child = spawn(
    "unshare",
    [
      "--mount",
      "--pid",
      "--fork",
      "--kill-child",
      "/bin/sh",
      "-c",
      script,
      "sh",
      ...entrypoint,
      ...command,
    ],
    { env: { ...image.environment, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text = (text + chunk).slice(-20_000);
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? ""));
  });
  return { child, printed: () => text, ended };
}
