/** What `nearmirror serve` is to do, by options, environment and file. */
import { expect, it } from "vitest";
import {
  type OptionsWorld,
  readServeOptions,
  serveUsage,
} from "../../../../scripts/serve/options.ts";
import { programSettings, variableOptions } from "../../../../scripts/settings/program-settings.ts";
import { settingsAsJson, shownSettings } from "../../../../scripts/settings/shown.ts";
import { variables } from "../../../../worker/settings/table.ts";

const places = { config: undefined, list: "/list", store: "/store", databases: "/databases" };

function world(
  environment: Record<string, string> = {},
  files: Record<string, string> = {},
): OptionsWorld {
  return {
    environment,
    places,
    timeZone: "Europe/Berlin",
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error("no such file");
      return text;
    },
  };
}

function settings(args: string[], on = world()) {
  const asked = readServeOptions(args, on);
  if ("misused" in asked) throw new Error(asked.misused);
  if ("wrong" in asked.read) throw new Error(asked.read.wrong.join("\n"));
  return asked.read;
}

function wrong(args: string[], on = world()): string[] {
  const asked = readServeOptions(args, on);
  if ("misused" in asked) return [asked.misused];
  return "wrong" in asked.read ? asked.read.wrong : [];
}

it("what holds where nobody says anything", () => {
  expect(settings([]).settings).toEqual({
    port: 8080,
    host: "127.0.0.1",
    list: "/list",
    store: "/store",
    databases: "/databases",
    cacheMaxBytes: 1024 ** 3,
    diskMarginBytes: undefined,
    isPrivateNetwork: false,
    log: { level: "info", format: "text" },
    vars: {
      CLIENT_PLACE: "database",
      OWN_PLACE: expect.stringMatching(/^DE 5/),
      VIEWS_REFRESH_SECONDS: "1",
      ROSTER_AGE_SECONDS: "1",
    },
  });
});

it("room for the cache and on the disk is told in people's sizes", () => {
  const { settings: read } = settings(["--cache-size", "16MiB", "--disk-margin", "0B"]);
  expect(read).toMatchObject({ cacheMaxBytes: 16 * 1024 ** 2, diskMarginBytes: 0 });
  for (const [option, size] of [
    ["cache-size", "15MiB"],
    ["cache-size", "1GB"],
    ["disk-margin", "much"],
  ])
    expect(wrong([`--${option}`, size ?? ""])).toEqual([
      expect.stringContaining(`--${option} is "${size}"; it must be`),
    ]);
});

it("an option comes before the environment, the environment before the file, the file before the default", () => {
  const file = "NEARMIRROR_PORT=3\nNEARMIRROR_HOST=192.0.2.3\nNEARMIRROR_PROBING=all\n";
  const on = world({ NEARMIRROR_PORT: "2", NEARMIRROR_HOST: "192.0.2.2" }, { "/c.conf": file });
  const read = settings(["--port", "1", "--config", "/c.conf"], on);
  expect(read.settings).toMatchObject({ port: 1, host: "192.0.2.2", vars: { PROBING: "all" } });
  const shown = shownSettings(read.held).split("\n");
  const line = (name: string) => shown.find((one) => one.startsWith(`NEARMIRROR_${name}=`));
  expect(line("PORT")).toMatch(
    /^NEARMIRROR_PORT=1 +--port, not NEARMIRROR_PORT in the environment, \/c\.conf:1$/,
  );
  expect(line("HOST")).toMatch(/=192\.0\.2\.2 +NEARMIRROR_HOST in the environment, not .*:2$/);
  expect(line("PROBING")).toMatch(/=all +\/c\.conf:3$/);
  expect(line("STORE")).toMatch(/=\/store +default$/);
});

it("the file is named by an option, the environment, or the place of the program", () => {
  const files = {
    "/a": "NEARMIRROR_PORT=1\n",
    "/b": "NEARMIRROR_PORT=2\n",
    "/c": "NEARMIRROR_PORT=3\n",
  };
  const usual = { ...world({}, files), places: { ...places, config: "/c" } };
  expect(settings([], usual).settings.port).toBe(3);
  const named = { ...usual, environment: { NEARMIRROR_CONFIG: "/b" } };
  expect(settings([], named).settings.port).toBe(2);
  expect(settings(["--config", "/a"], named).settings.port).toBe(1);
  expect(wrong(["--config", "/none"], usual)).toEqual([
    "The file of settings /none can't be read: no such file.",
  ]);
});

it("an empty value counts as not set, and what Kubernetes sets for its Services is passed over", () => {
  const environment = {
    NEARMIRROR_PORT: "",
    NEARMIRROR_SERVICE_HOST: "192.0.2.1",
    NEARMIRROR_SERVICE_PORT: "80",
    NEARMIRROR_PORT_80_TCP: "tcp://192.0.2.1:80",
  };
  const on = world(environment, { "/c": "NEARMIRROR_PORT=5\nNEARMIRROR_PUBLIC_URL=\n" });
  expect(settings(["--config", "/c"], on).settings.port).toBe(5);
  expect(wrong([], world({ NEARMIRROR_PORT: "tcp://192.0.2.1:80" }))).toEqual([
    expect.stringMatching(/^NEARMIRROR_PORT in the environment is "tcp:.*enableServiceLinks/),
  ]);
});

it.each([
  [["--prot", "1"], /--prot/],
  [["extra"], /extra/],
  [
    ["--port", "65536"],
    /^--port is "65536"; it must be a port from 0 \(any that is free\) to 65535\.$/,
  ],
  [["--port", ""], /^--port is ""/],
  [["--set", "PROBING=all", "--set", "PROBING=off"], /^--set PROBING is given twice\.$/],
  [["--place", "Atlantis"], /^--place is "Atlantis"; /],
  [["--trust-proxy", "10.0.0.0/99"], /^--trust-proxy is "10\.0\.0\.0\/99"; /],
  [["--probe", "--probing", "all"], /^PROBING is given twice, by --probing and by --probe\.$/],
  [
    ["--place", "DE", "--set", "OWN_PLACE=FR"],
    /^OWN_PLACE is given twice, by --place and by --set OWN_PLACE\.$/,
  ],
  [
    ["--set", "PROBE_SECONDS=soon"],
    /^PROBE_SECONDS is "soon"; it must be a number of seconds, above 0\.$/,
  ],
  [["--set", "PROBING"], /^--set PROBING is no NAME=VALUE\.$/],
  [
    ["--set", "PROBE_SECOND=1"],
    /^--set PROBE_SECOND: PROBE_SECOND is no setting\. Did you mean PROBE_SECONDS\?$/,
  ],
])("wrong usage is told: %j", (args, said) => {
  expect(wrong(args)).toEqual([expect.stringMatching(said)]);
});

it("what is wrong in a file or the environment is told with its place", () => {
  const file = "NEARMIRROR_PROBE_SECONDS=soon\nNEARMIRROR_PROT=1\nPORT=1\nwhat\n";
  const on = world({ NEARMIRROR_LOG_LEVEL: "loud", NEARMIRROR_HOSTS: "x" }, { "/c": file });
  expect(wrong(["--config", "/c"], on)).toEqual([
    "/c:4: This line is no NAME=VALUE, and no comment: those begin with #.",
    "Environment: NEARMIRROR_HOSTS is no setting. Did you mean NEARMIRROR_HOST?",
    "/c:2: NEARMIRROR_PROT is no setting. Did you mean NEARMIRROR_PORT?",
    "/c:3: PORT is no setting. Did you mean NEARMIRROR_PORT?",
    'NEARMIRROR_LOG_LEVEL in the environment is "loud"; it must be one of error, warn, info, debug.',
    '/c:1: NEARMIRROR_PROBE_SECONDS is "soon"; it must be a number of seconds, above 0.',
  ]);
});

it("what an operator's shell says of the service that it asks is no setting of this one", () => {
  const on = world({ NEARMIRROR_URL: "https://a.example/", NEARMIRROR_TOKEN: "nmt_" });
  expect(settings([], on).settings.port).toBe(8080);
});

it("an option that is given again replaces itself, as scripts that add to a command line expect", () => {
  expect(settings(["--port", "1", "--port", "2"]).settings.port).toBe(2);
});

it("the bootstrap secret is never shown, only whether it is set", () => {
  const secret = "hidden-0123456789-0123456789-0123456789";
  const on = world({ NEARMIRROR_BOOTSTRAP_SECRET: secret });
  const read = settings([], on);
  expect(read.settings.vars.BOOTSTRAP_SECRET).toBe(secret);
  const shown = shownSettings(read.held) + JSON.stringify(settingsAsJson(read.held));
  expect(shown).not.toContain("hidden");
  expect(shown).toMatch(/NEARMIRROR_BOOTSTRAP_SECRET=\(set, not shown\) +NEARMIRROR_BOOTSTRAP/);
  expect(shownSettings(settings([]).held)).toContain("NEARMIRROR_BOOTSTRAP_SECRET=(unset)");
  for (const bad of ["hidden", `hidden ${secret}`, `${secret}\u00e4`]) {
    const said = wrong([], world({ NEARMIRROR_BOOTSTRAP_SECRET: bad }));
    expect(said).toEqual([
      expect.stringMatching(
        /^NEARMIRROR_BOOTSTRAP_SECRET in the environment can't be taken; it must be 32 characters/,
      ),
    ]);
    expect(said.join()).not.toContain("hidden");
  }
});

it("a password in a URL is never shown", () => {
  const url = "https://user:hidden@mirrors.example.org/";
  const read = settings(["--public-url", url]);
  expect(read.settings.vars.PUBLIC_URL).toBe(url);
  expect(shownSettings(read.held)).not.toContain("hidden");
  expect(JSON.stringify(settingsAsJson(read.held))).not.toContain("hidden");
  expect(wrong(["--public-url", `${url}?query`])).toEqual([expect.not.stringContaining("hidden")]);
});

it.each(Object.entries(variables))(
  "%s can be given by --set and by the environment",
  (name, { usual }) => {
    // Alone it would be refused: any client could write the header.
    const value = name === "PEER_ADDRESS_HEADER" ? "" : usual;
    const given = name === "VIEWS_REFRESH_SECONDS" ? "5" : value;
    expect(settings(["--set", `${name}=${given}`]).settings.vars[name]).toBe(given);
    const on = world({ [`NEARMIRROR_${name}`]: given });
    if (given !== "") expect(settings([], on).settings.vars[name]).toBe(given);
  },
);

it("the usage names every option", () => {
  const rows = [...Object.values(programSettings), ...Object.values(variableOptions)];
  for (const { option } of rows) expect(serveUsage()).toContain(`\n  --${option} `);
});
