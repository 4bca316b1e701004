/** How the machine stands: room on the store's disk, and workerd's open files. Told to the service, and to the log at each limit. */
import { readdirSync, readFileSync, statfsSync } from "node:fs";
import type { Control, MachineState } from "./control.ts";
import { diskMarginOf } from "./disk-margin.ts";
import type { LogLine } from "./quiet-log.ts";

/** A disk that fills at 100 MB/s loses half the least margin between two looks, ms. */
const lookMs = 5_000;
/** A connection takes two files. At the limit workerd resets new ones, or ends; it is told at this part of it. */
const manyFiles = 0.9;

export interface WatchedMachine {
  /** The store's folder. */
  folder: string;
  /** Of workerd, as it is now. */
  pid(): number;
  control: Pick<Control, "tellMachine">;
  /** Bytes of the disk that are to stay free; absent: a gigabyte, or a twentieth of a small disk. */
  diskMarginBytes?: number | undefined;
  /** Sentences for the service's alarms that hold as long as it runs. */
  notes: readonly string[];
  log(line: LogLine): void;
}

export interface MachineWatch {
  /** Looks at once, as after a start. Never rejects. */
  look(): Promise<void>;
  end(): void;
}

/** Looks now and from time to time. */
export async function watchMachine(machine: WatchedMachine): Promise<MachineWatch> {
  let before: Limits = { isDiskShort: false, areFilesMany: false };
  const look = async () => {
    const state = machineState(machine);
    const now = limitsOf(state);
    for (const line of limitLines(before, now, state)) machine.log(line);
    before = now;
    await machine.control.tellMachine(state);
  };
  await look();
  // A service that is ending gives no answer.
  const lookAgain = () => look().catch(() => undefined);
  const timer = setInterval(lookAgain, lookMs);
  timer.unref();
  return { look: lookAgain, end: () => clearInterval(timer) };
}

function machineState({ folder, pid, diskMarginBytes, notes }: WatchedMachine): MachineState {
  const { bavail, bsize } = statfsSync(folder);
  return {
    diskFreeBytes: bavail * bsize,
    diskMarginBytes: diskMarginBytes ?? diskMarginOf(folder),
    ...openFilesOf(pid()),
    notes,
  };
}

/** As proc(5) tells it; nothing on other systems. */
function openFilesOf(pid: number): Pick<MachineState, "openFiles" | "openFilesLimit"> {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
    const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return {
      openFiles: readdirSync(`/proc/${pid}/fd`).length,
      ...(limit !== undefined && { openFilesLimit: Number(limit) }),
    };
  } catch {
    return {};
  }
}

/** Which limits are reached. */
interface Limits {
  isDiskShort: boolean;
  areFilesMany: boolean;
}

function limitsOf(state: MachineState): Limits {
  const { diskFreeBytes, diskMarginBytes, openFiles = 0, openFilesLimit } = state;
  return {
    isDiskShort: diskFreeBytes < diskMarginBytes,
    areFilesMany: openFilesLimit !== undefined && openFiles > openFilesLimit * manyFiles,
  };
}

/** What to say of limits that were reached or left since the look before. Pure. */
export function limitLines(before: Limits, now: Limits, state: MachineState): LogLine[] {
  const lines: LogLine[] = [];
  const free = `${Math.round(state.diskFreeBytes / 1e6)} MB`;
  if (now.isDiskShort && !before.isDiskShort) {
    const margin = `${Math.round(state.diskMarginBytes / 1e6)} MB`;
    const message = `The store's disk has ${free} left, less than the margin of ${margin}: nothing is cached and no new metadata is stored until there is room.`;
    lines.push({ level: "warn", message });
  }
  if (!now.isDiskShort && before.isDiskShort) {
    lines.push({ level: "info", message: `The store's disk has room again: ${free}.` });
  }
  if (now.areFilesMany && !before.areFilesMany) {
    const message = `workerd has ${state.openFiles} of ${state.openFilesLimit} files open: at the limit new connections are reset, or workerd ends and is started again. Raise it (ulimit -Hn, LimitNOFILE), or limit connections per address (docs/operating/limits.md).`;
    lines.push({ level: "warn", message });
  }
  return lines;
}
