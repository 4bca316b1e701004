/** The words of the lab's console: what each line typed does to a running lab. */

import { type Fault, faults, isFaultKind } from "./faults.ts";
import type { Lab } from "./lab.ts";
import { formatRequest } from "./request-log.ts";
import type { LabServer } from "./server.ts";

interface Command {
  /** Shown by `help`. */
  usage: string;
  /** Resolves to what to print. Throws an Error that says what was wrong with the words. */
  run(lab: Lab, words: string[]): Promise<string> | string;
}

const commands: Record<string, Command> = {
  fault: {
    usage: "fault SERVER KIND [option=value ...]   e.g. fault mirror3 slow bytesPerSecond=5000",
    async run(lab, [name, ...words]) {
      const server = serverOf(lab, name);
      await server.setFault(parseFault(words));
      return `${server.name}: ${stateOf(server)}`;
    },
  },
  heal: {
    usage: "heal SERVER|all",
    async run(lab, [name]) {
      const servers = name === "all" ? [lab.origin, ...lab.mirrors] : [serverOf(lab, name)];
      await Promise.all(servers.map((server) => server.setFault(undefined)));
      return `${servers.map((server) => server.name).join(", ")}: well`;
    },
  },
  publish: {
    usage: "publish VERSION [SERVER ...]            all servers when none is named",
    run(lab, [version, ...names]) {
      const number = Number(version);
      if (names.length === 0) lab.publish(number);
      else lab.checkVersion(number);
      for (const name of names) serverOf(lab, name).serve(number);
      return `version ${number} at ${names.join(", ") || "origin and all mirrors"}`;
    },
  },
  log: {
    usage: "log SERVER                              its last 20 requests",
    run(lab, [name]) {
      const lines = serverOf(lab, name).log.requests.slice(-20).map(formatRequest);
      return lines.join("\n") || "nothing asked yet";
    },
  },
  status: {
    usage:
      "status                                  every server, its fault and how often it was asked",
    run: (lab) =>
      [lab.origin, ...lab.mirrors]
        .map((server) => {
          const asked = `${server.log.requests.length} requests`;
          return `${server.name.padEnd(9)} ${server.url}  version ${server.version}, ${asked}, ${stateOf(server)}`;
        })
        .join("\n"),
  },
  help: { usage: "help", run: () => helpText() },
};

/** What can be typed: the commands and the faults. */
export function helpText(): string {
  const kinds = Object.entries(faults).map(([kind, { says }]) => `  ${kind.padEnd(14)} ${says}`);
  const usages = Object.values(commands).map(({ usage }) => `  ${usage}`);
  return ["Commands:", ...usages, "  quit", "Faults:", ...kinds].join("\n");
}

/**
 * Does what a line says (`fault mirror3 slow`).
 * @returns what to print; a mistake in the line is part of that, not an exception.
 */
export async function runCommand(lab: Lab, line: string): Promise<string> {
  const [word = "", ...words] = line.trim().split(/\s+/);
  if (word === "") return "";
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (!command) return `No command ${word}.\n${helpText()}`;
  try {
    return await command.run(lab, words);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Reads a fault from words: its kind, then options as `name=value`.
 * @throws Error naming what is allowed.
 */
export function parseFault([kind = "", ...options]: string[]): Fault {
  if (!isFaultKind(kind)) {
    throw new Error(`No fault ${kind || "given"}. There are: ${Object.keys(faults).join(", ")}`);
  }
  const fault: Fault = { kind };
  for (const option of options) {
    const [name = "", ...rest] = option.split("=");
    const value = rest.join("=");
    switch (name) {
      case "paths":
        fault.paths = new RegExp(value);
        break;
      case "to":
        fault.to = value;
        break;
      case "status":
      case "bytesPerSecond":
      case "afterBytes":
      case "version":
      case "share":
      case "seed":
        if (value === "" || !Number.isFinite(Number(value))) {
          throw new Error(`${option}: ${name} takes a number`);
        }
        fault[name] = Number(value);
        break;
      default:
        throw new Error(
          `No option ${name}. There are: status, bytesPerSecond, afterBytes, version, to, paths, share, seed`,
        );
    }
  }
  return fault;
}

function serverOf(lab: Lab, name: string | undefined): LabServer {
  return name === "origin" ? lab.origin : lab.mirror(name ?? "");
}

function stateOf(server: LabServer): string {
  return server.fault ? `${server.fault.kind}: ${faults[server.fault.kind].says}` : "well";
}
