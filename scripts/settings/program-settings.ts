/** What the program itself is told, besides the Worker's variables: one table for options, environment, file and docs. */

import { bytesOf } from "../../worker/list/byte-size.ts";
import { logFormats, logLevels } from "../log/levels.ts";
import type { UsualPlaces } from "../program/usual-places.ts";

/** Goes before every name in the environment and in the file. */
export const prefix = "NEARMIRROR_";

/** One setting of the program. */
export interface ProgramSetting {
  /** Of `nearmirror serve`, without the dashes. */
  option: string;
  /** What stands for its value in the usage; undefined: a switch, which is `yes` or `no` elsewhere. */
  argument?: string;
  /** What it must be. Goes behind "it must be". */
  takes: string;
  /** The text that holds where nobody says anything. */
  usual(places: UsualPlaces): string;
  /** What holds then, for people, where it depends on the place. */
  usually?: string;
  /** Whether the text can be taken. */
  isTaken(text: string): boolean;
  /** One or two sentences. */
  what: string;
}

/** A cache with less room holds no large file, and goes through its rows all the time, bytes. */
const leastCacheBytes = 16 * 1024 * 1024;

const words = (list: readonly string[]) => ({
  takes: `one of ${list.join(", ")}`,
  isTaken: (text: string) => list.includes(text),
});

const folder = {
  argument: "DIR",
  takes: "a folder's path",
  isTaken: (text: string) => text !== "",
};

export const programSettings = {
  PORT: {
    option: "port",
    argument: "N",
    takes: "a port from 0 (any that is free) to 65535",
    isTaken: (text) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535,
    usual: () => "8080",
    what: "Port to listen at.",
  },
  HOST: {
    option: "host",
    argument: "ADDRESS",
    takes: "an address or a name of this machine, or * for all",
    isTaken: (text) => text !== "" && !/[\s/]/.test(text),
    usual: () => "127.0.0.1",
    what: "Address to listen at.",
  },
  LIST: {
    ...folder,
    option: "list",
    usual: ({ list }) => list,
    usually:
      "`mirror-list` of a checkout; `/etc/nearmirror/mirror-list` of a built folder where it is there, else the list in the folder",
    what: "Mirror list to serve. Changes are taken up while running.",
  },
  STORE: {
    ...folder,
    option: "store",
    usual: ({ store }) => store,
    usually:
      "`.nearmirror` of a checkout; of a built folder the state folder that systemd names, else `/var/lib/nearmirror`",
    what: "Folder of the embedded stores. One service has it at a time.",
  },
  DATABASES: {
    ...folder,
    option: "databases",
    usual: ({ databases }) => databases,
    usually: "those that came with the program",
    what: "Folder of the IP databases `country.mmdb` and `asn.mmdb`.",
  },
  CACHE_SIZE: {
    option: "cache-size",
    argument: "SIZE",
    takes: "a size as 500MiB or 2GiB, 16MiB at least",
    isTaken: (text) => bytesOf(text) >= leastCacheBytes,
    usual: () => "1GiB",
    what: "Room for the cache in the store: small files of mirrors, what servers said of files. What was used longest ago goes first.",
  },
  DISK_MARGIN: {
    option: "disk-margin",
    argument: "SIZE",
    takes: "auto, or a size as 500MiB or 2GiB",
    isTaken: (text) => text === "auto" || bytesOf(text) >= 0,
    usual: () => "auto",
    what: "With less free on the store's disk nothing is cached and no new metadata is stored; answers go on. `auto`: 1 GiB, or a twentieth of a small disk.",
  },
  PRIVATE_NETWORK: {
    option: "private-network",
    takes: "yes or no",
    isTaken: (text) => ["yes", "no"].includes(text),
    usual: () => "no",
    what: "Connect to private addresses as well: for an intranet whose names look public. Without it private addresses are connected to only where the list itself has an address or a name inside a network.",
  },
  LOG_LEVEL: {
    ...words(logLevels),
    option: "log-level",
    argument: "LEVEL",
    usual: () => "info",
    what: "The least important lines that are logged: `error`, `warn`, `info` or `debug`.",
  },
  LOG_FORMAT: {
    ...words(logFormats),
    option: "log-format",
    argument: "FORMAT",
    usual: () => "text",
    what: "`text`, or `json`: one object a line, with `time`, `level` and `message`.",
  },
} as const satisfies Record<string, ProgramSetting>;

export type ProgramSettingName = keyof typeof programSettings;

/** Variables of the Worker that have an option of their own, without the dashes. `--set` gives any of them. */
export const variableOptions = {
  PUBLIC_URL: { option: "public-url", argument: "URL" },
  OWN_PLACE: { option: "place", argument: "PLACE" },
  TRUSTED_PROXIES: { option: "trust-proxy", argument: "CIDR,..." },
  PROBING: { option: "probing", argument: "off|asked|all" },
} as const;

/** Where the file of settings is named in the environment. */
export const configName = `${prefix}CONFIG`;
