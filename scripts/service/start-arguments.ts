/** What `npm start` is asked for: its options, and the variables of the service that follow from them. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { placeOfTimeZone } from "../own-place.ts";
import { root } from "./bundle.ts";
import { givenVariables } from "./given-variables.ts";
import { builtDatabases } from "./platform.ts";

export const usage = `npm start -- [--port N] [--host ADDRESS] [--list DIR] [--place "DE 50.1 8.7"] [--trust-proxy CIDR,...]
                [--store DIR] [--databases DIR] [--private-network] [--probe] [--set NAME=VALUE]...

  --port N           port to listen at (8080)
  --host ADDRESS     address to listen at (127.0.0.1)
  --list DIR         mirror list to serve (mirror-list); changes are taken up while running
  --place PLACE      where this machine is, for clients with local addresses: country, latitude, longitude
                     (guessed from the time zone)
  --trust-proxy CIDR proxies that set X-Forwarded-For and X-Forwarded-Proto, which are believed of no other
  --store DIR        folder for the embedded stores (.nearmirror); one service has it at a time
  --databases DIR    folder of the IP databases country.mmdb and asn.mmdb (geo-data/built)
  --private-network  connect to private addresses as well: for an intranet whose names look public. Without it they
                     are connected to where the list itself has an address or a name inside a network
  --probe            ask mirrors whether they are up and fresh: only those that are candidates for the places
                     that files are asked for from. Without it nothing is asked of any mirror.
  --set NAME=VALUE   any variable of docs/configuration.md, as PROBE_SECONDS=60; may be given several times
`;

const defaultPort = 8080;

/** What is started. */
export interface StartGiven {
  port: number;
  host: string;
  /** Folders. */
  list: string;
  store: string;
  databases: string;
  isPrivateNetwork: boolean;
  /** Of the Worker. */
  vars: Record<string, string>;
}

/**
 * Reads the options.
 *
 * @param args as the shell gave them, without program and script
 * @returns sentences where something is wrong with them; `help` where they ask for the usage
 */
export function readStartArguments(
  args: readonly string[],
): StartGiven | "help" | { wrong: string } {
  const given = parsed(args);
  if ("wrong" in given) return given;
  if (given.help) return "help";
  const port = /^\d+$/.test(given.port) ? Number(given.port) : Number.NaN;
  if (!(port <= 65_535)) {
    const wrong = `--port ${given.port} is not a port; give a number from 0 (any) to 65535.`;
    return { wrong };
  }
  const variables = givenVariables({
    set: given.set,
    options: {
      OWN_PLACE: { option: "--place", value: given.place },
      TRUSTED_PROXIES: { option: "--trust-proxy", value: given["trust-proxy"] },
      PROBING: { option: "--probe", value: given.probe ? "asked" : undefined },
    },
    usual: {
      OWN_PLACE: guessedPlace(),
      VIEWS_REFRESH_SECONDS: "1",
      ROSTER_AGE_SECONDS: "1",
    },
  });
  if ("wrong" in variables) return { wrong: variables.wrong.join("\n") };
  const { host, list, store, databases } = given;
  const isPrivateNetwork = given["private-network"];
  return { port, host, list, store, databases, isPrivateNetwork, vars: variables.vars };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string", default: String(defaultPort) },
        host: { type: "string", default: "127.0.0.1" },
        list: { type: "string", default: join(root, "mirror-list") },
        place: { type: "string" },
        "trust-proxy": { type: "string" },
        store: { type: "string", default: join(root, ".nearmirror") },
        databases: { type: "string", default: builtDatabases },
        "private-network": { type: "boolean", default: false },
        probe: { type: "boolean", default: false },
        set: { type: "string", multiple: true, default: [] },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

function guessedPlace(): string {
  const place = placeOfTimeZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
  return place === undefined ? "" : `${place.country} ${place.latitude} ${place.longitude}`;
}
