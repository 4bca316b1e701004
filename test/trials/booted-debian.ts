/**
 * A Debian in a folder, started: systemd is the first process of namespaces of its own. What is changed there is gone
 * with it; the folder stays as it was. Needs root.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { NetworkNamespace } from "../lab/network-namespace.ts";
import { type Outcome, type RunOptions, run } from "../lab/process.ts";

const cgroups = "/sys/fs/cgroup";
/** Hierarchies of version 1 that systemd 252 uses where they are there, by name, with the options that mount them. */
const controllers = ["memory", "pids", "cpu", "cpuacct", "devices", "blkio"];
const bootDeadlineMs = 30_000;

/**
 * Mounts and changes the root: from a changed root (`chroot`) no process may make a user namespace (`PrivateUsers=`).
 * In order: a layer above the folder; what the kernel shows; devices; control groups as this machine has them.
 */
const boot = `set -e
root=$1 layer=$2
mount --make-rprivate /
mount -t tmpfs tmpfs "$layer"
mkdir "$layer/upper" "$layer/work" "$layer/root"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$layer/upper,workdir=$layer/work" "$layer/root"
cd "$layer/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do touch dev/$device; mount --bind /dev/$device dev/$device; done
mkdir -p dev/pts dev/shm
mount -t devpts devpts dev/pts -o newinstance,ptmxmode=0666
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then mount -t cgroup2 cgroup2 sys/fs/cgroup
else
  mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
  mkdir sys/fs/cgroup/unified sys/fs/cgroup/systemd
  mount -t cgroup2 cgroup2 sys/fs/cgroup/unified
  mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
  for one in ${controllers.join(" ")}; do
    mkdir sys/fs/cgroup/$one
    mount -t cgroup -o $one cgroup sys/fs/cgroup/$one || rmdir sys/fs/cgroup/$one
  done
fi
mkdir -p before
pivot_root . before
umount -l /before
rmdir /before
export container=nearmirror-trial
exec /lib/systemd/systemd --system --log-target=journal --show-status=no </dev/null
`;

export class BootedDebian {
  /** Of systemd. */
  readonly pid: number;
  readonly #outer: ChildProcess;
  readonly #group: string;
  readonly #kill: () => void;

  private constructor(outer: ChildProcess, pid: number, group: string) {
    this.#outer = outer;
    this.pid = pid;
    this.#group = group;
    this.#kill = () => {
      outer.kill("SIGKILL");
      removeGroups(group);
    };
    process.once("exit", this.#kill);
  }

  /**
   * Starts it, and waits until systemd has started all that it starts by itself.
   * @param root folder of the Debian, with systemd
   * @param layer an empty folder, over which memory is mounted for what is changed
   * @throws Error with what was printed
   */
  static async start(
    root: string,
    layer: string,
    network: NetworkNamespace,
  ): Promise<BootedDebian> {
    const group = `nearmirror-trial-${process.pid}`;
    makeGroups(group);
    // In a group of its own before the namespace is made, so that it sees that group as the root of all.
    const join = `for tasks in ${cgroups}/${group}/cgroup.procs ${cgroups}/*/${group}/cgroup.procs; do echo $$ > $tasks || true; done 2>/dev/null; exec "$@"`;
    const apart = ["--pid", "--mount", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child"];
    const [program, args] = network.words(
      ...["sh", "-c", join, "sh"],
      ...["unshare", ...apart, "sh", "-c", boot, "sh", root, layer],
    );
    const outer = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [outer.stdout, outer.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-4096);
      });
    }
    const deadline = Date.now() + bootDeadlineMs;
    let booted: BootedDebian | undefined;
    while (Date.now() < deadline && outer.exitCode === null) {
      const inner = childOf(outer.pid ?? 0);
      if (inner !== undefined && isSystemd(inner)) {
        booted ??= new BootedDebian(outer, inner, group);
        const state = await booted.run("systemctl", ["is-system-running"], { deadlineMs: 5000 });
        if (/^(running|degraded)$/m.test(state.stdout)) return booted;
      }
      await pause(100);
    }
    outer.kill("SIGKILL");
    removeGroups(group);
    throw new Error(`systemd did not start in ${root}: ${said}`);
  }

  /** Runs a program there, as `run` in `process.ts`. */
  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const into = ["-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w"];
    const outcome = await run("nsenter", ["-t", String(this.pid), ...into, program, ...args], {
      ...options,
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        HOME: "/root",
        LC_ALL: "C.UTF-8",
        ...options.env,
      },
    });
    return { ...outcome, command: [program, ...args].join(" ") };
  }

  /** A file there. Its folder is made. */
  write(path: string, bytes: string | Buffer, mode = 0o644): void {
    const there = join(`/proc/${this.pid}/root`, path);
    mkdirSync(join(there, ".."), { recursive: true });
    writeFileSync(there, bytes, { mode });
  }

  async end(): Promise<void> {
    process.off("exit", this.#kill);
    const ended = once(this.#outer, "exit");
    // It is the first process of its namespace: the kernel ends all others with it.
    process.kill(this.pid, "SIGKILL");
    this.#outer.kill("SIGKILL");
    await ended;
    const deadline = Date.now() + 5000;
    while (!removeGroups(this.#group) && Date.now() < deadline) await pause(50);
  }
}

/** Every hierarchy that this machine has: the folder itself (version 2 alone), or those in it. */
function hierarchies(): string[] {
  if (existsSync(join(cgroups, "cgroup.controllers"))) return [cgroups];
  return readdirSync(cgroups, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(cgroups, name));
}

function makeGroups(group: string): void {
  for (const hierarchy of hierarchies()) {
    // Without processors of its own nobody can join there.
    if (!hierarchy.endsWith("cpuset")) mkdirSync(join(hierarchy, group), { recursive: true });
  }
}

/** @returns whether none is left; while a process of it is still ending, some are */
function removeGroups(group: string): boolean {
  return hierarchies().every((hierarchy) => removeGroup(join(hierarchy, group)));
}

function removeGroup(path: string): boolean {
  if (!existsSync(path)) return true;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroup(join(path, entry.name));
  }
  try {
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function childOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return text === "" ? undefined : Number(text.split(" ")[0]);
  } catch {
    return undefined;
  }
}

function isSystemd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "systemd";
  } catch {
    return false;
  }
}
