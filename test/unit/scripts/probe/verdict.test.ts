/** What a probe's verdict says where nothing could be compared. */
import { expect, test } from "vitest";
import { formatReport } from "../../../../scripts/probe/report.ts";
import { type ProbeWorld, runProbe } from "../../../../scripts/probe/run.ts";
import type { Ask } from "../../../../worker/outbound/ask.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";

/** A server that answers every question, for a repository of whose origin nothing is known. */
const ask: Ask = async () => ({
  status: 200,
  headers: new Headers({ "Content-Length": "0" }),
  body: new Uint8Array(),
  whole: true,
  headersMs: 1,
  totalMs: 1,
});
const world: ProbeWorld = {
  ask: () => ask,
  lookup: async () => [],
  readReference: async ({ name }) => ({ repository: name, askedAt: 0, roots: [], samples: [] }),
  now: () => 0,
  random: () => 0,
  userAgent: "test/1",
  deadlineMs: 1000,
  progress: () => undefined,
};
const repository: Repository = {
  name: "r",
  kind: "apt",
  title: "R",
  origin: "http://origin.example/",
  architectures: [],
  keys: [],
  setup: {},
};

test("is unknown, and no success", async () => {
  const found = { repository, by: "its name" };
  const result = await runProbe("http://192.0.2.1/r/", found, undefined, world);
  expect(result).toMatchObject({ compared: false, ok: false });
  expect(formatReport(result, (_, text) => text)).toContain(
    "Verdict  unknown: it answers, but nothing of it could be compared",
  );
});
