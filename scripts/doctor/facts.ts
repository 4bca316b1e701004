/** What the doctor knows of a deployment: gathered first, judged then. */
import type { HealthAnswer } from "../health/ask-health.ts";
import type { ServeSettings } from "../settings/serve-settings.ts";

export interface Facts {
  /** Unix ms. */
  now: number;
  command: string;
  settings: ServeSettings;
  config?: { path: string; mode: number; uid: number };
  /** Of the user that the doctor runs as. */
  uid: number;
  program: ProgramFacts;
  address: AddressFacts;
  store: StoreFacts;
  list: ListFacts;
  databases: DatabaseFacts[];
  /** Absent: PUBLIC_URL isn't set. */
  publicUrl?: { url: string; answer: HealthAnswer };
  /** Open files that a process may have at most; undefined: not known. */
  openFiles?: { soft: number; hard: number; of: "service" | "doctor" };
  /** Absent: not asked for. */
  network?: OriginFacts[];
}

export interface ProgramFacts {
  /** Whether the system has certificates of authorities: workerd doesn't start without. */
  hasAuthorities: boolean;
  /** As workerd says it of itself, or why it doesn't. */
  workerd: { version: string } | { fault: string };
  node: string;
  /** Unix ms of the program's own files: no right clock is before it. */
  builtAt: number;
}

export interface AddressFacts {
  /** Base URL of what listens at the settings' address. */
  url: string;
  /** Undefined: the address is free. */
  inUse?: HealthAnswer;
  /** Why nothing could listen there, other than that it is in use. */
  fault?: string;
}

export interface StoreFacts {
  folder: string;
  isThere: boolean;
  /** Why it can't be written by this user; undefined: it can. */
  unwritable?: string;
  /** Owner of the folder. */
  uid?: number;
  /** A path in it that belongs to another user than the folder. */
  foreignPart?: string;
  /** Process that has it. */
  lockedBy?: string;
  /** Of `format.json`; undefined: there is none. */
  format?: number;
  /** That this program knows. */
  knownFormat: number;
  /** Why the format can't be read. */
  formatFault?: string;
  /** Folders of parts that were moved aside. */
  broken: string[];
  /** Folders of what was there before restores. */
  beforeRestores: string[];
  isRestoreInterrupted: boolean;
  disk?: { freeBytes: number; marginBytes: number; freeFiles: number };
  /** Unix ms that the list's version says; a clock before it was ahead once, or is behind now. */
  listVersion?: number;
}

export interface ListFacts {
  folder: string;
  /** Why it can't be read. */
  fault?: string;
  mirrors: number;
  repositories: number;
  /** `file:line:column: message`. */
  errors: string[];
  /** When its newest file was changed, Unix ms. */
  changedAt?: number;
}

export interface DatabaseFacts {
  file: string;
  isThere: boolean;
  fault?: string;
  /** Unix ms. */
  builtAt?: number;
}

export interface OriginFacts {
  repository: string;
  origin: string;
  /** Why it couldn't be reached, or what it answered. */
  fault?: string;
  /** Its `Date`, Unix ms, and when it came by this machine's clock. */
  date?: { said: number; at: number };
}
