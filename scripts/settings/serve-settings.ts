/** What `nearmirror serve` is to do, read from all sources at once. Pure. */

import { bytesOf } from "../../worker/list/byte-size.ts";
import { checkVariables } from "../../worker/settings/check.ts";
import { variables } from "../../worker/settings/table.ts";
import type { LogFormat, LogLevel } from "../log/levels.ts";
import { logFormats, logLevels } from "../log/levels.ts";
import { withoutUserInfo } from "../log/user-info.ts";
import type { UsualPlaces } from "../program/usual-places.ts";
import {
  type ProgramSetting,
  type ProgramSettingName,
  programSettings,
} from "./program-settings.ts";
import { type GivenSettings, type Held, resolveSettings, sourceText } from "./sources.ts";

/** What is served, and how. */
export interface ServeSettings {
  port: number;
  host: string;
  /** Folders. */
  list: string;
  store: string;
  databases: string;
  cacheMaxBytes: number;
  /** Undefined: by the size of the disk. */
  diskMarginBytes: number | undefined;
  isPrivateNetwork: boolean;
  log: { level: LogLevel; format: LogFormat };
  /** Of the Worker. */
  vars: Record<string, string>;
}

export interface Usual {
  places: UsualPlaces;
  /** The Worker's variables that a service on this machine has unless somebody says otherwise. */
  vars: Readonly<Record<string, string>>;
}

/** The settings with where each comes from, or what is wrong, a sentence each. */
export type ReadSettings = { settings: ServeSettings; held: Held[] } | { wrong: string[] };

/** Reads and judges all settings. */
export function readServeSettings(given: GivenSettings, usual: Usual): ReadSettings {
  const { held, wrong } = resolveSettings(given);
  const own = (name: ProgramSettingName): string => {
    const setting: ProgramSetting = programSettings[name];
    const one = held.get(name);
    if (one === undefined) return setting.usual(usual.places);
    if (setting.isTaken(one.value)) return one.value;
    wrong.push(`${named(one)} is "${one.value}"; it must be ${setting.takes}.${hint(one)}`);
    return setting.usual(usual.places);
  };
  const vars: Record<string, string> = { ...usual.vars };
  for (const [name, one] of held) if (!(name in programSettings)) vars[name] = one.value;
  const [level, format] = [own("LOG_LEVEL"), own("LOG_FORMAT")];
  const margin = own("DISK_MARGIN");
  const settings: ServeSettings = {
    port: Number(own("PORT")),
    host: own("HOST"),
    list: own("LIST"),
    store: own("STORE"),
    databases: own("DATABASES"),
    cacheMaxBytes: bytesOf(own("CACHE_SIZE")),
    diskMarginBytes: margin === "auto" ? undefined : bytesOf(margin),
    isPrivateNetwork: own("PRIVATE_NETWORK") === "yes",
    log: {
      level: logLevels.find((one) => one === level) ?? "info",
      format: logFormats.find((one) => one === format) ?? "text",
    },
    vars,
  };
  for (const sentence of checkVariables(vars)) {
    // In the words that were used: the variable's name stands first in each sentence.
    const [name = ""] = sentence.split(" ");
    const one = held.get(name);
    wrong.push(one === undefined ? sentence : named(one) + sentence.slice(name.length));
  }
  if (wrong.length > 0) return { wrong: wrong.map(withoutUserInfo) };
  const all = [...Object.keys(programSettings), ...Object.keys(variables)];
  return {
    settings,
    held: all.flatMap((name) => {
      const one = held.get(name) ?? usualOf(name, usual);
      return one === undefined ? [] : [one];
    }),
  };
}

/** A setting as the person named it. */
function named(one: Held): string {
  const { name, from } = one;
  switch (from.by) {
    case "option":
      return from.option.startsWith("--set ") ? name : from.option;
    case "file":
      return `${sourceText(name, from)}: NEARMIRROR_${name}`;
    default:
      return sourceText(name, from);
  }
}

/** A trap that is met with Kubernetes: it gives its own `NEARMIRROR_PORT` beside a Service of that name. */
function hint({ name, value }: Held): string {
  return name === "PORT" && value.startsWith("tcp:")
    ? " Kubernetes sets it for a Service called nearmirror: enableServiceLinks: false keeps it from that."
    : "";
}

/** Made by the service itself at each start, unless they are set. */
const madeAtStart: readonly string[] = ["OWN_HOSTS", "INSTANCE_ID"];

function usualOf(name: string, { places, vars }: Usual): Held | undefined {
  if (madeAtStart.includes(name)) return undefined;
  const settings: Readonly<Record<string, ProgramSetting>> = programSettings;
  const ofWorker: Readonly<Record<string, { usual: string }>> = variables;
  const value = settings[name]?.usual(places) ?? vars[name] ?? ofWorker[name]?.usual ?? "";
  return { name, value, from: { by: "default" }, instead: [] };
}
