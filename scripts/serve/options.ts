/** How `nearmirror serve` is called, and where its settings come from. */
import { readFileSync, readlinkSync } from "node:fs";
import { parseArgs } from "node:util";
import { placeOfTimeZone } from "../own-place.ts";
import { type Parts, parts } from "../program/parts.ts";
import { type UsualPlaces, usualPlaces } from "../program/usual-places.ts";
import {
  configName,
  type ProgramSetting,
  programSettings,
  variableOptions,
} from "../settings/program-settings.ts";
import { type ReadSettings, readServeSettings } from "../settings/serve-settings.ts";
import { readSettingsFile, type SettingsFile } from "../settings/settings-file.ts";
import { ownTimeZone } from "./own-time-zone.ts";

/** Name of a setting by its option; the usage and the reading both go by it. */
const optionRows: readonly { name: string; option: string; argument?: string }[] = [
  ...Object.entries<ProgramSetting>(programSettings).map(([name, { option, argument }]) => ({
    name,
    option,
    ...(argument !== undefined && { argument }),
  })),
  ...Object.entries(variableOptions).map(([name, row]) => ({ name, ...row })),
];

/** Of the running program. */
export function serveUsage({ command }: Parts = parts): string {
  return `Usage: ${command} serve [options]

Serves the mirror list, and takes up its changes while running.

  --port N             port to listen at (8080); 0: any that is free
  --host ADDRESS       address to listen at (127.0.0.1); * for all
  --public-url URL     base URL that clients reach the service under
  --list DIR           mirror list to serve
  --store DIR          folder of the embedded stores; one service has it at a time
  --databases DIR      folder of the IP databases country.mmdb and asn.mmdb
  --place PLACE        where this machine is, for clients with local addresses: country, latitude, longitude
                       (guessed from the time zone)
  --trust-proxy CIDR   proxies that set X-Forwarded-For and X-Forwarded-Proto, which are believed of no other
  --cache-size SIZE    room for the cache in the store, as 500MiB or 2GiB (1GiB)
  --disk-margin SIZE   with less free on the store's disk nothing is stored (auto: 1GiB, or a twentieth of a small disk)
  --private-network    connect to private addresses as well: for an intranet whose names look public. Without it they
                       are connected to where the list itself has an address or a name inside a network
  --probing WHICH      ask mirrors whether they are up and fresh: asked, those that are candidates for the places that
                       files are asked for from; all; off (off). --probe is short for --probing asked
  --log-level LEVEL    error, warn, info or debug (info)
  --log-format FORMAT  text, or json: one object a line (text)
  --set NAME=VALUE     any variable of docs/configuration.md, as PROBE_SECONDS=60; may be given several times
  --config FILE        a file of settings, NEARMIRROR_NAME=VALUE a line. Options come before the environment
                       (NEARMIRROR_PORT=8080), the environment before the file
  --check              tell what would hold and from where each value comes, and start nothing; with --json as JSON

Exit status: 0 stopped when told to, or --check found nothing wrong; 1 can't serve; 2 misused.
`;
}

/** What a person asks `serve` for. */
export interface ServeAsked {
  help: boolean;
  check: boolean;
  json: boolean;
  read: ReadSettings;
}

/** What of this machine the settings depend on. */
export interface OptionsWorld {
  environment: Readonly<Record<string, string | undefined>>;
  places: UsualPlaces;
  /** IANA name. */
  timeZone: string;
  /** Throws as `readFileSync` does. */
  readFile(path: string): string;
}

/** The world of this process. */
export function thisWorld(): OptionsWorld {
  return {
    environment: process.env,
    places: usualPlaces(parts, process.env),
    timeZone: ownTimeZone({
      TZ: process.env.TZ,
      localtime: () => readlinkSync("/etc/localtime"),
      icu: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    }),
    readFile: (path) => readFileSync(path, "utf8"),
  };
}

/**
 * Reads options, environment and file.
 *
 * @param args as the shell gave them, behind the verb
 */
export function readServeOptions(
  args: readonly string[],
  world: OptionsWorld,
): ServeAsked | { misused: string } {
  const parsed = parse(args);
  if ("misused" in parsed) return parsed;
  const { values } = parsed;
  const { help = false, check = false, json = false } = values;
  const options = givenOptions(values);
  const read = settingsOf(options.given, values.config, world);
  const wrong = [...options.wrong, ...("wrong" in read ? read.wrong : [])];
  const asked = { help: help === true, check: check === true, json: json === true };
  return { ...asked, read: wrong.length > 0 ? { wrong } : read };
}

/** Settings as the environment and the file say them, for the other verbs. @param config as `--config` */
export function readMachineSettings(config: string | undefined, world: OptionsWorld): ReadSettings {
  return settingsOf([], config, world);
}

/** The file of settings that holds; undefined: none. @param named as `--config` */
export function configPath(named: string | undefined, world: OptionsWorld): string | undefined {
  const given = named ?? world.environment[configName] ?? "";
  return given === "" ? world.places.config : given;
}

type Given = { name: string; option: string; value: string };

function settingsOf(options: Given[], config: unknown, world: OptionsWorld): ReadSettings {
  const path = configPath(typeof config === "string" ? config : undefined, world);
  const file = path === undefined ? undefined : readFile(path, world);
  const read = readServeSettings(
    {
      options,
      environment: world.environment,
      ...(path !== undefined && file !== undefined && { file: { path, entries: file.entries } }),
    },
    {
      places: world.places,
      vars: {
        CLIENT_PLACE: "database",
        OWN_PLACE: guessedPlace(world.timeZone),
        VIEWS_REFRESH_SECONDS: "1",
        ROSTER_AGE_SECONDS: "1",
      },
    },
  );
  const wrongLines = file?.wrong ?? [];
  if (wrongLines.length === 0) return read;
  return { wrong: [...wrongLines, ...("wrong" in read ? read.wrong : [])] };
}

/** The sentences name the file. */
function readFile(path: string, world: OptionsWorld): SettingsFile {
  try {
    const { entries, wrong } = readSettingsFile(world.readFile(path));
    return { entries, wrong: wrong.map((sentence) => `${path}:${sentence}`) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { entries: [], wrong: [`The file of settings ${path} can't be read: ${reason}.`] };
  }
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

function parse(args: readonly string[]): { values: Values } | { misused: string } {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(
          optionRows.map(({ option, argument }) => [option, argument === undefined ? flag : text]),
        ),
        probe: flag,
        set: { type: "string", multiple: true },
        config: { type: "string" },
        check: flag,
        json: flag,
        help: { type: "boolean", short: "h" },
      },
    });
    return { values };
  } catch (error) {
    return { misused: error instanceof Error ? error.message : String(error) };
  }
}

/** What options say, each with the option's own words. */
function givenOptions(values: Values): { given: Given[]; wrong: string[] } {
  const wrong: string[] = [];
  const given = optionRows.flatMap(({ name, option }): Given[] => {
    const found = values[option];
    if (found === true) return [{ name, option: `--${option}`, value: "yes" }];
    return typeof found === "string" ? [{ name, option: `--${option}`, value: found }] : [];
  });
  if (values.probe === true) given.push({ name: "PROBING", option: "--probe", value: "asked" });
  for (const one of texts(values.set)) {
    const at = one.indexOf("=");
    if (at < 1) wrong.push(`--set ${one} is no NAME=VALUE.`);
    else
      given.push({
        name: one.slice(0, at),
        option: `--set ${one.slice(0, at)}`,
        value: one.slice(at + 1),
      });
  }
  return { given, wrong };
}

function texts(value: Values[string]): string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one) => typeof one === "string");
}

function guessedPlace(timeZone: string): string {
  const place = placeOfTimeZone(timeZone);
  return place === undefined ? "" : `${place.country} ${place.latitude} ${place.longitude}`;
}
