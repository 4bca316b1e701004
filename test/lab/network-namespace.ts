/** Networks of their own for tests that need more than loopback. Gone with this process; nothing of the machine changes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { findProgram, runOrThrow } from "./process.ts";

/** What they need; root besides. */
const tools = { ip: "iproute2", unshare: "util-linux", nsenter: "util-linux" } as const;

/** Why there can be none here, and what to do; undefined: there can. */
export function missingForNamespaces(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const absent = Object.entries(tools).filter(([tool]) => findProgram(tool) === undefined);
  if (absent.length === 0) return undefined;
  return `needs ${[...new Set(absent.map(([, one]) => one))].join(" ")}`;
}

/** A network without anything but loopback, until it is connected. */
export class NetworkNamespace {
  /** A process that is in it for as long as it is there. */
  readonly pid: number;
  readonly #holder: ChildProcess;
  readonly #kill: () => void;

  private constructor(holder: ChildProcess, pid: number) {
    this.#holder = holder;
    this.pid = pid;
    this.#kill = () => holder.kill("SIGKILL");
    process.once("exit", this.#kill);
  }

  /** Makes one. @throws Error where this process may not */
  static async make(): Promise<NetworkNamespace> {
    const holder = spawn("unshare", ["--net", "sleep", "infinity"], { stdio: "ignore" });
    const { pid } = holder;
    if (pid === undefined) throw new Error("unshare could not be started");
    const made = new NetworkNamespace(holder, pid);
    const own = readlinkSync("/proc/self/ns/net");
    // No event tells that unshare has become the program that it starts.
    while (readlinkSync(`/proc/${pid}/ns/net`) === own) {
      if (holder.exitCode !== null) throw new Error("unshare --net was refused");
      await pause(5);
    }
    await made.run("ip", "link", "set", "lo", "up");
    return made;
  }

  /** The words that run a program in it. */
  words(...words: string[]): [string, string[]] {
    return ["nsenter", [`--net=/proc/${this.pid}/ns/net`, ...words]];
  }

  /** What the program printed. @throws Error with the evidence when it fails */
  run(...words: string[]): Promise<string> {
    return runOrThrow(...this.words(...words));
  }

  /**
   * A cable between two of them.
   * @param addresses of this end and the other, with their prefixes' lengths: `10.9.0.1/16`
   */
  async connect(
    other: NetworkNamespace,
    addresses: { here: readonly string[]; there: readonly string[] },
  ): Promise<void> {
    const peer = ["peer", "name", "cable", "netns", String(other.pid)];
    await this.run("ip", "link", "add", "cable", "type", "veth", ...peer);
    const ends = [
      [this, addresses.here],
      [other, addresses.there],
    ] as const;
    for (const [end, own] of ends) {
      for (const address of own) {
        // Without a search for duplicates an address of IPv6 can be used at once.
        const at = address.includes(":") ? ["nodad"] : [];
        await end.run("ip", "addr", "add", address, "dev", "cable", ...at);
      }
      await end.run("ip", "link", "set", "cable", "up");
    }
  }

  async end(): Promise<void> {
    process.off("exit", this.#kill);
    const ended = once(this.#holder, "exit");
    this.#kill();
    await ended;
  }
}
