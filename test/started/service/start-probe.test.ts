/** `npm start` asks no mirror anything; with `--probe` those that somebody could be sent to, with `--probing all` each. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, startLab } from "../../lab/lab.ts";
import { makeTinyTrees } from "../../unit/lab/tiny-trees.ts";
import { listFolder } from "../../unit/scripts/mirrors/list.ts";
import { start } from "./started.ts";

const trees = makeTinyTrees();
let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ trees, mirrors: 9 });
});
afterAll(async () => {
  await lab.stop();
  trees.remove();
});

/** Mirrors 8 and 9 are in Japan, the client and all others in Germany: a redirect names six. */
function list(): string {
  const sites = lab.mirrors.map((mirror, at) => [
    mirror.name,
    `name: ${mirror.name}\ncountry: ${at < 7 ? "DE" : "JP"}\nbase:\n  http: ${mirror.url}\nrepositories:\n  tiny:\n    path: ""\n`,
  ]);
  const tiny = `name: tiny\nkind: apt\ntitle: Tiny\norigin: ${lab.origin.url}\nroots: [dists/Release]\nredirect:\n  minSize: 0KiB\n`;
  return listFolder(Object.fromEntries(sites), { tiny });
}

/** Those that were asked for anything but the very file that a client wanted. */
function asked(names: readonly string[]): string[] {
  return names.filter((name) =>
    lab
      .mirror(name)
      .log.requests.some(
        ({ method, path }) => method !== "HEAD" || !path.endsWith("/pool/big.deb"),
      ),
  );
}

/** As often as a short test wants it. */
const often = ["PROBE_SECONDS=2", "PROBE_CHANGING_SECONDS=1"].flatMap((one) => ["--set", one]);
const near = ["mirror1", "mirror2", "mirror3", "mirror4", "mirror5", "mirror6", "mirror7"];
const far = ["mirror8", "mirror9"];

test("without --probe mirrors are asked for the file that is wanted alone, and states are unknown", async () => {
  const started = start("--port", "0", "--list", list());
  const [, url = ""] = await started.shows(/^Nearmirror serves at (\S+)$/m);
  await started.shows(/^Mirrors are not probed: their state is unknown, which is usable/m);
  const redirect = await fetch(`${url}tiny/pool/big.deb`, { redirect: "manual" });
  expect(redirect.status).toBe(302);
  const told = await (await fetch(`${url}api/v1/mirrors?state=unknown`)).text();
  for (const name of [...near, ...far]) expect(told).toContain(`"${name}"`);
  expect(await (await fetch(`${url}api/v1/health`)).json()).toMatchObject({ probing: "off" });
  expect(asked([...near, ...far])).toEqual([]);
});

test("with --probe those are asked that the place's clients could be sent to", async () => {
  const started = start("--port", "0", "--list", list(), "--probe", ...often);
  const [, url = ""] = await started.shows(/^Nearmirror serves at (\S+)$/m);
  expect(await (await fetch(`${url}api/v1/health`)).json()).toMatchObject({ probing: "asked" });
  expect(asked([...near, ...far])).toEqual([]);

  const redirect = await fetch(`${url}tiny/pool/big.deb`, { redirect: "manual" });
  const location = redirect.headers.get("Location") ?? "";
  await redirect.body?.cancel();
  const [first] = lab.mirrors.filter((mirror) => location.startsWith(mirror.url));
  if (first === undefined) throw new Error(`sent to ${location}, which is no mirror of the lab`);
  // What was offered is told with the next look for views, which a request brings about.
  await expect
    .poll(
      async () => (await (await fetch(`${url}api/v1/mirrors/${first.name}`)).text()).slice(0, 400),
      { timeout: 45_000, interval: 300 },
    )
    .toContain('"state":"up"');
  const agents = first.log.requests.map(({ headers }) => headers["user-agent"]?.split("/")[0]);
  expect([...new Set(agents)].sort()).toEqual(["Nearmirror", "Nearmirror-Probe"]);
  expect(asked(far)).toEqual([]);
}, 60_000);

test("with --probing all every mirror is probed, though nobody asks the service for anything", async () => {
  for (const { log } of lab.mirrors) log.requests.length = 0;
  const started = start("--port", "0", "--list", list(), "--probing", "all", ...often);
  await started.shows(/^All mirrors are probed: /m);
  const all = [...near, ...far];
  // No event tells of a probe but what a mirror was asked.
  await expect.poll(() => asked(all), { timeout: 45_000, interval: 100 }).toEqual(all);
}, 60_000);
