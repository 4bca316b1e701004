/** Which mirror list the list's commands work on unless told otherwise: the one that is served. */
import { relative } from "node:path";
import { parts } from "../program/parts.ts";
import { type OptionsWorld, readMachineSettings, thisWorld } from "../serve/options.ts";

/**
 * As environment and file of settings say it. With settings that are wrong nothing is served, and it is the usual place.
 *
 * @returns as people write it
 */
export function usualList(world: OptionsWorld = thisWorld()): string {
  const read = readMachineSettings(undefined, world);
  const list = "settings" in read ? read.settings.list : world.places.list;
  return list === parts.list && parts.layout === "checkout" ? relative(parts.root, list) : list;
}
