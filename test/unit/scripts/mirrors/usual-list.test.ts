/** The list's commands work on the list that is served: a drain in another one would do nothing, and say it was done. */
import { expect, test } from "vitest";
import { usualList } from "../../../../scripts/mirrors/usual-list.ts";
import { parts } from "../../../../scripts/program/parts.ts";
import type { OptionsWorld } from "../../../../scripts/serve/options.ts";

const world: OptionsWorld = {
  environment: {},
  places: { config: undefined, list: parts.list, store: "/store", databases: "/databases" },
  timeZone: "UTC",
  readFile: () => "NEARMIRROR_LIST=/srv/list\n",
};

test.each([
  ["the checkout's own, as people write it", {}, undefined, "mirror-list"],
  ["by the environment", { NEARMIRROR_LIST: "/home/list" }, undefined, "/home/list"],
  ["by the file of settings", {}, "/etc/nearmirror/nearmirror.conf", "/srv/list"],
  ["the usual one where settings are wrong", { NEARMIRROR_PORT: "x" }, undefined, "mirror-list"],
])("%s", (_, environment, config, list) => {
  expect(usualList({ ...world, environment, places: { ...world.places, config } })).toBe(list);
});
