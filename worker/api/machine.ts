/** What the machine says on which this service runs by itself: room on its disk, open files. The platform has no such thing. */
import { inTime } from "../runtime/deadline.ts";
import { type Labels, metric } from "../runtime/prometheus-text.ts";
import type { Alarm } from "./alarms.ts";

/** As the launcher tells it. */
export interface MachineState {
  diskFreeBytes?: number;
  /** With less free nothing is cached, and no metadata is stored. */
  diskMarginBytes?: number;
  /** Of the process that serves. */
  openFiles?: number;
  openFilesLimit?: number;
  /** Sentences about what was found when the service started. */
  notes: readonly string[];
}

/** It is in the same process, ms. */
const deadlineMs = 1000;
/** At this part of the limit, connections are about to be refused. */
const manyFiles = 0.9;

/** The platform's `Fetcher`, as far as it is used. */
export interface MachineBinding {
  fetch(url: string): Promise<{ json(): Promise<unknown> }>;
}

/** Asks for the last state that was told. @returns undefined where there is none: it is no reason to fail anything */
export async function askMachine(binding: MachineBinding): Promise<MachineState | undefined> {
  try {
    const answer = await inTime(binding.fetch("http://machine/"), deadlineMs);
    return readMachine(await answer.json());
  } catch {
    return undefined;
  }
}

/** Reads a state; what isn't as it should be is left out. */
export function readMachine(told: unknown): MachineState {
  const number = (name: string) => {
    const value: unknown = Reflect.get(Object(told), name);
    return typeof value === "number" && Number.isFinite(value) ? { [name]: value } : {};
  };
  const notes: unknown = Reflect.get(Object(told), "notes");
  return {
    ...number("diskFreeBytes"),
    ...number("diskMarginBytes"),
    ...number("openFiles"),
    ...number("openFilesLimit"),
    notes: Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : [],
  };
}

/** Whether the store's disk has less room than is to stay. */
export function isDiskFull({ diskFreeBytes, diskMarginBytes }: MachineState): boolean {
  return (
    diskFreeBytes !== undefined && diskMarginBytes !== undefined && diskFreeBytes < diskMarginBytes
  );
}

/** What of it wants an operator's eye. */
export function machineAlarms(state: MachineState): Alarm[] {
  const { diskFreeBytes, diskMarginBytes, openFiles, openFilesLimit, notes } = state;
  const alarms: Alarm[] = notes.map((detail) => ({ name: "store", detail }));
  if (isDiskFull(state)) {
    const detail = `The store's disk has ${diskFreeBytes} bytes left, and ${diskMarginBytes} are to stay: nothing is cached and no new metadata is stored.`;
    alarms.push({ name: "disk full", detail });
  }
  if (
    openFiles !== undefined &&
    openFilesLimit !== undefined &&
    openFiles > openFilesLimit * manyFiles
  ) {
    const detail = `${openFiles} of ${openFilesLimit} files are open: at the limit nobody can connect.`;
    alarms.push({ name: "open files", detail });
  }
  return alarms;
}

const figures = [
  ["diskFreeBytes", "nearmirror_disk_free_bytes", "Free bytes of the disk that the stores are on."],
  ["diskMarginBytes", "nearmirror_disk_margin_bytes", "With less free nothing is stored."],
  ["openFiles", "nearmirror_open_files", "Open files of the process that serves."],
  ["openFilesLimit", "nearmirror_open_files_limit", "At this nobody can connect."],
] as const;

/** Its lines in `/metrics`. */
export function machineLines(state: MachineState): string[] {
  return figures.flatMap(([field, name, help]) => {
    const value = state[field];
    if (value === undefined) return [];
    const sample: [Labels, number] = [{}, value];
    return metric(name, "gauge", help, [sample]);
  });
}
