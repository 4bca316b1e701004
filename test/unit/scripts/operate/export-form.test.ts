/** `export --format` of a running service that has probed its mirrors. */
import { expect, it } from "vitest";
import { newToken } from "../../../../worker/accounts/token.ts";
import type { EntryValue } from "../../../../worker/list/entries.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { runIn, testTerminal } from "../program/test-terminal.ts";

const token = newToken((bytes) => new Uint8Array(bytes).fill(7)).token.show();

const entries: Record<string, EntryValue> = {
  "repositories/arch": {
    name: "arch",
    kind: "pacman",
    title: "Arch Linux",
    origin: "https://origin.example/",
  },
  "mirrors/a.example": {
    name: "a.example",
    country: "DE",
    base: { https: "https://a.example/", http: "http://a.example/" },
    repositories: { arch: { path: "arch/" } },
  },
};

const target = (scheme: string, family: string, freshness: string, repository = "arch") => ({
  repository,
  scheme,
  family,
  freshness,
  state: "up",
});

/** Answers as a service: its list, and its mirrors on pages of one each. */
const answers: Record<string, unknown> = {
  "/api/v1/list": { version: 7, owner: "service", entries },
  "/api/v1/mirrors?repository=arch&limit=500": {
    mirrors: [
      {
        name: "a.example",
        targets: [
          target("https", "ipv4", "fresh"),
          target("https", "ipv6", "stale"),
          target("http", "ipv4", "lagging"),
          target("http", "ipv4", "fresh", "debian"),
        ],
      },
    ],
    next: "/api/v1/mirrors?page=2",
  },
  "/api/v1/mirrors?page=2": { mirrors: [{ name: "b.example", targets: [] }], next: null },
};

function terminalOf(list: unknown = answers["/api/v1/list"]) {
  return testTerminal({
    environment: {
      NEARMIRROR_URL: "https://operators.invalid/",
      NEARMIRROR_TOKEN: token,
    },
    home: temporaryFolder("home-"),
    fetch: async (input) => {
      const { pathname, search } = new URL(new Request(input).url);
      const body = pathname === "/api/v1/list" ? list : answers[pathname + search];
      return body === undefined
        ? Response.json({ detail: "not here" }, { status: 404 })
        : Response.json(body);
    },
  });
}

it("Arch's status says where the probes found the newest state", async () => {
  const asked = ["export", "--format", "arch", "--repository", "arch"];
  const { status, out, err } = await runIn(terminalOf(), ...asked);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  const { urls } = JSON.parse(out);
  expect(urls).toMatchObject([
    { url: "https://a.example/arch/", last_sync: "2026-11-22T12:00:00.000Z", delay: 0 },
    { url: "http://a.example/arch/", last_sync: null, delay: null },
  ]);
});

it("a list with an error isn't written: it would lack mirrors without saying so", async () => {
  const wrong = { ...entries, "mirrors/b.example": { name: "c.example" } };
  const terminal = terminalOf({ version: 7, owner: "service", entries: wrong });
  const asked = ["export", "--format", "mirmon", "--repository", "arch"];
  const { status, out, err } = await runIn(terminal, ...asked);
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain("mirrors/b.example");
});
