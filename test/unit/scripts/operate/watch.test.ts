import { expect, it } from "vitest";
import { runIn, testTerminal } from "../program/test-terminal.ts";

const page = (...states: [string, string][]) => ({
  mirrors: states.map(([name, state]) => ({
    name,
    targets: [{ repository: "debian", scheme: "https", family: "any", state }],
  })),
  next: null,
});

/** Watches pages that come one after the other, until there are no more. */
async function watched(pages: (object | undefined)[], ...args: string[]) {
  const ended = new AbortController();
  const left = [...pages];
  const terminal = testTerminal({
    environment: { NEARMIRROR_URL: "https://a.example/" },
    interruption: () => ended.signal,
    fetch: async () => {
      const next = left.shift();
      if (left.length === 0) ended.abort();
      return next === undefined
        ? Response.json({ detail: "Not now." }, { status: 500 })
        : Response.json(next);
    },
  });
  return await runIn(terminal, "watch", ...args);
}

const pages = [
  page(["a.example", "up"], ["b.example", "up"]),
  page(["a.example", "up"], ["b.example", "up"]),
  undefined,
  page(["a.example", "down"], ["c.example", "unknown"]),
];

it("tells what changes, and goes on where the service doesn't answer for once", async () => {
  const { status, out, err } = await watched(pages);
  expect({ status, err }).toEqual({ status: 0, err: "Not now.\n" });
  expect(out.split("\n").map((line) => line.slice("2026-11-22T12:00:00Z  ".length))).toEqual([
    "a.example  debian by https: up -> down",
    "b.example  debian by https: up -> not listed",
    "c.example  debian by https: not listed -> unknown",
    "",
  ]);
});

it("begins with the states where that is asked for, as JSON an object a line", async () => {
  const { out } = await watched(pages.slice(0, 1), "--states", "--json");
  expect(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(
    ["a.example", "b.example"].map((mirror) => ({
      at: Date.parse("2026-11-22T12:00:00Z"),
      mirror,
      repository: "debian",
      scheme: "https",
      after: "up",
    })),
  );
});

it("a service that never answered is a failure", async () => {
  expect((await watched([undefined])).status).toBe(5);
});
