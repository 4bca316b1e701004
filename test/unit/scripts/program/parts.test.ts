/** Where the program's parts are, and the verbs that it has. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parts, partsBelow } from "../../../../scripts/program/parts.ts";
import { usualPlaces } from "../../../../scripts/program/usual-places.ts";
import { programUsage, verbNamed, verbs } from "../../../../scripts/program/verbs.ts";
import { givenSocket } from "../../../../scripts/serve/socket-activation.ts";
import { temporaryFolder } from "../../temporary-folder.ts";

it("a checkout's parts are there", () => {
  expect(parts.layout).toBe("checkout");
  const { workerd, xz, list, cities, divisions } = parts;
  for (const path of [workerd, xz, list, cities, divisions])
    expect(existsSync(path), path).toBe(true);
});

it("a built folder is known by its file, and has all parts in it", () => {
  const folder = temporaryFolder("nearmirror-parts-");
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(folder, "nearmirror-folder.json"), "{}");
  const built = partsBelow(join(folder, "lib"));
  expect(built).toMatchObject({ layout: "folder", command: "nearmirror" });
  const { workerd, scripts = "", xz, list, databases, cities, divisions } = built;
  for (const path of [workerd, scripts, xz, list, databases, cities, divisions]) {
    expect(path.startsWith(folder), path).toBe(true);
  }
});

it("a production machine has its own places; a checkout has none outside of it", () => {
  const built = {
    ...parts,
    layout: "folder" as const,
    root: "/opt/nearmirror/",
    list: "/opt/l",
    databases: "/opt/d",
  };
  expect(usualPlaces(built, {}, () => false)).toEqual({
    config: undefined,
    list: "/opt/l",
    store: "/var/lib/nearmirror",
    databases: "/opt/d",
  });
  // As systemd sets it for `StateDirectory=nearmirror other` (systemd.exec(5)).
  const environment = { STATE_DIRECTORY: "/var/lib/private/nearmirror:/var/lib/other" };
  expect(usualPlaces(built, environment, () => true)).toMatchObject({
    config: "/etc/nearmirror/nearmirror.conf",
    list: "/etc/nearmirror/mirror-list",
    store: "/var/lib/private/nearmirror",
  });
  expect(usualPlaces(parts, environment, () => true)).toMatchObject({
    config: undefined,
    list: parts.list,
    store: join(parts.root, ".nearmirror"),
  });
});

it("a verb that is misspelt gets a suggestion", () => {
  expect(verbNamed("serve")).toMatchObject({ name: "serve" });
  expect(verbNamed("docter")).toBe("There is no verb docter. Did you mean doctor?");
  expect(verbNamed("xylophone")).toBe("There is no verb xylophone.");
  for (const { name } of verbs) expect(programUsage("nearmirror")).toContain(`\n  ${name} `);
});

// sd_listen_fds(3): the first socket is descriptor 3, and LISTEN_PID says for whom they are.
it("a socket of systemd's is taken where it is meant for this process", () => {
  expect(givenSocket({ LISTEN_PID: "17", LISTEN_FDS: "1" }, 17)).toBe(3);
  expect(givenSocket({ LISTEN_PID: "16", LISTEN_FDS: "1" }, 17)).toBeUndefined();
  expect(givenSocket({}, 17)).toBeUndefined();
  expect(() => givenSocket({ LISTEN_PID: "17", LISTEN_FDS: "2" }, 17)).toThrow(/2 sockets/);
  for (const said of ["abc", "-1", "1.5", ""]) {
    const environment = { LISTEN_PID: "17", LISTEN_FDS: said };
    expect(() => givenSocket(environment, 17)).toThrow(`LISTEN_FDS is "${said}"`);
  }
});
