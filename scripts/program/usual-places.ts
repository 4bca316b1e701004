/** Where things are that nobody has named: of this machine in production, of the checkout else. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Parts } from "./parts.ts";

/** Of a machine that runs a built folder. */
export const machineConfig = "/etc/nearmirror/nearmirror.conf";
const machineList = "/etc/nearmirror/mirror-list";
const machineStore = "/var/lib/nearmirror";

export interface UsualPlaces {
  /** File of settings; undefined: none is read unless it is named. */
  config: string | undefined;
  list: string;
  store: string;
  databases: string;
}

/**
 * @param environment `STATE_DIRECTORY` is set by systemd's `StateDirectory=`
 * @param isThere whether a path exists
 */
export function usualPlaces(
  { layout, root, list, databases }: Parts,
  environment: Readonly<Record<string, string | undefined>>,
  isThere: (path: string) => boolean = existsSync,
): UsualPlaces {
  if (layout === "checkout") {
    return { config: undefined, list, store: join(root, ".nearmirror"), databases };
  }
  // Several are separated by colons; the first is the one that the unit names first.
  const [given = ""] = (environment.STATE_DIRECTORY ?? "").split(":");
  return {
    config: isThere(machineConfig) ? machineConfig : undefined,
    list: isThere(machineList) ? machineList : list,
    store: given === "" ? machineStore : given,
    databases,
  };
}
