import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newToken } from "../../../../worker/accounts/token.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { runIn, testTerminal } from "../program/test-terminal.ts";
import { type StandIn, standIn } from "./stand-in.ts";

const tokenOf = (seed: number) =>
  newToken((bytes) => new Uint8Array(bytes).fill(seed)).token.show();
const [ofFile, ofEnvironment, ofTokenFile] = [tokenOf(1), tokenOf(2), tokenOf(3)];
const me = {
  principal: { name: "root", role: "admin", mirrors: [] },
  token: { scopes: [] },
  verbs: [],
};

/** A home whose stored configuration has this text. */
function homeWith(text: string, mode = 0o600): string {
  const home = temporaryFolder("home-");
  mkdirSync(join(home, ".config/nearmirror"), { recursive: true });
  writeFileSync(join(home, ".config/nearmirror/client.conf"), text);
  chmodSync(join(home, ".config/nearmirror/client.conf"), mode);
  return home;
}

const stored = ({ url }: StandIn) => `NEARMIRROR_URL='${url}'\nNEARMIRROR_TOKEN='${ofFile}'\n`;
const sent = ({ asked }: StandIn) => asked.map(({ headers }) => headers.authorization);

it("options come before the environment, and that before the file", async () => {
  const service = await standIn({ body: me });
  const home = homeWith(stored(service));
  const file = join(home, "token");
  writeFileSync(file, `${ofTokenFile}\n`, { mode: 0o600 });
  const environment = { NEARMIRROR_TOKEN: ofEnvironment };
  await runIn(testTerminal({ fetch, home }), "whoami");
  await runIn(testTerminal({ fetch, home, environment }), "whoami");
  await runIn(testTerminal({ fetch, home, environment }), "whoami", "--token-file", file);
  expect(sent(service)).toEqual([ofFile, ofEnvironment, ofTokenFile].map((one) => `Bearer ${one}`));
});

it("a stored token goes to the service that it is of alone", async () => {
  const [own, other] = [await standIn({ body: me }), await standIn({ body: me })];
  const terminal = testTerminal({ fetch, home: homeWith(stored(own)) });
  const { status, err } = await runIn(terminal, "whoami", "--url", other.url);
  expect(status).toBe(2);
  expect(err).toContain("isn't sent to");
  const environment = { NEARMIRROR_URL: own.url, NEARMIRROR_TOKEN: ofEnvironment };
  const both = testTerminal({ fetch, environment });
  expect((await runIn(both, "whoami", "--url", other.url)).status).toBe(2);
  expect(other.asked).toEqual([]);
});

it.each([0o640, 0o604, 0o622])("a file that others can reach is refused: %o", async (mode) => {
  const service = await standIn({ body: me });
  const home = homeWith(stored(service), mode);
  const { status, err } = await runIn(testTerminal({ fetch, home }), "whoami");
  expect(status).toBe(2);
  expect(err).toContain(`chmod 600 ${join(home, ".config/nearmirror/client.conf")}`);
  const file = join(home, "token");
  writeFileSync(file, ofTokenFile);
  chmodSync(file, mode);
  const named = ["--url", service.url, "--token-file", file];
  expect((await runIn(testTerminal({ fetch }), "whoami", ...named)).err).toContain(
    `chmod 600 ${file}`,
  );
  expect(service.asked).toEqual([]);
});

it("a token goes by http to this machine alone, unless that is meant", async () => {
  const environment = { NEARMIRROR_TOKEN: ofEnvironment };
  const asked: string[] = [];
  const terminal = testTerminal({
    environment,
    fetch: async (input) => {
      asked.push(String(input));
      return Response.json(me);
    },
  });
  const by = async (url: string, ...more: string[]) =>
    (await runIn(terminal, "whoami", "--url", url, ...more)).status;
  expect(await by("http://mirrors.example/")).toBe(2);
  expect(terminal.printed.err).toContain("--insecure-http");
  expect(await by("http://127.evil.example/")).toBe(2);
  expect(asked).toEqual([]);
  expect(await by("http://mirrors.example/", "--insecure-http")).toBe(0);
  for (const url of ["https://mirrors.example", "http://localhost:1/", "http://[::1]:1/"]) {
    expect(await by(url), url).toBe(0);
  }
});

it.each([
  ["ftp://a.example/", "no service's URL"],
  ["https://me:secret@a.example/", "no service's URL"],
  ["a.example", "no service's URL"],
])("%s is no service", async (url, why) => {
  const { status, err } = await runIn(testTerminal(), "whoami", "--url", url);
  expect(status).toBe(2);
  expect(err).toContain(why);
  expect(err).not.toContain("secret");
});

it("what is odd in the file is told with its line, and never its value", async () => {
  const home = homeWith(`NEARMIRROR_URL='https://a.example/'\nNEARMIRROR_TOKNE='${ofFile}'\n`);
  const { status, err } = await runIn(testTerminal({ home }), "whoami");
  expect(status).toBe(2);
  expect(err).toContain("client.conf:2: There is no NEARMIRROR_TOKNE");
  const slip = homeWith(`NEARMIRROR_URL='https://a.example/'\nNEARMIRROR_TOKEN='${ofFile}x'\n`);
  const told = await runIn(testTerminal({ home: slip }), "whoami");
  expect(told.status).toBe(2);
  expect(told.err).not.toContain(ofFile.slice(15, 40));
});

it("without a service it says how to name one", async () => {
  const { status, err } = await runIn(testTerminal(), "versions");
  expect(status).toBe(2);
  expect(err).toContain("--url URL, set NEARMIRROR_URL, or store both by `login");
});

it("login stores the service and the token for the caller alone", async () => {
  const service = await standIn({ status: 201, body: { secret: ofFile } }, { body: me });
  const home = temporaryFolder("home-");
  const terminal = testTerminal({ fetch, home, input: async () => "the secret\n" });
  const { status, out, err } = await runIn(terminal, "login", "--url", service.url);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  expect(JSON.parse(service.asked[0]?.body ?? "")).toEqual({
    secret: "the secret",
    name: "somebody",
  });
  const file = join(home, ".config/nearmirror/client.conf");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toContain(ofFile);
  expect(out).not.toContain(ofFile);
  // Written over what others could read, it isn't readable for them any more.
  chmodSync(file, 0o644);
  const again = testTerminal({ fetch, home, input: async () => `${ofEnvironment}\n` });
  expect((await runIn(again, "login", "--with-token", "--url", service.url)).status).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it("the secret of the first sign-in is sent once, whatever comes of it", async () => {
  const service = await standIn({ breaks: true });
  const terminal = testTerminal({ fetch, input: async () => "the secret" });
  expect((await runIn(terminal, "login", "--url", service.url)).status).toBe(5);
  expect(service.asked).toHaveLength(1);
});
