/** The variables that say how to probe. */
import { expect, it } from "vitest";
import { defaultRules } from "../../../worker/health/rules.ts";
import { readProbeSettings } from "../../../worker/settings/settings.ts";
import type { VariableName } from "../../../worker/settings/table.ts";

it("without variables nothing is probed", () => {
  expect(readProbeSettings({})).toEqual({
    isPlatform: true,
    probing: "off",
    regions: ["here"],
    rules: defaultRules,
    shardMirrors: 50,
    publicUrl: "",
    controlServers: [],
  });
});

it("every variable is read", () => {
  const settings = readProbeSettings({
    PROBING: "asked",
    PROBE_REGIONS: " weur, enam,weur ,",
    PROBE_SECONDS: "10",
    PROBE_CHANGING_SECONDS: "2.5",
    PROBE_DEADLINE_SECONDS: "1",
    PROBE_REQUESTS_PER_MINUTE: "1200",
    PROBE_CONTENT_EVERY: "1",
    PROBE_SHARD_MIRRORS: "7",
    PROBE_REFERENCES: "https://one.example/a, http://two.example",
    PUBLIC_URL: "https://near.example",
  });
  expect(settings).toMatchObject({
    probing: "asked",
    regions: ["weur", "enam"],
    shardMirrors: 7,
    publicUrl: "https://near.example/",
    controlServers: ["https://one.example/a/", "http://two.example/"],
  });
  expect(settings.rules).toEqual({
    ...defaultRules,
    healthyMs: 10_000,
    changingMs: 2_500,
    deadlineMs: 1_000,
    requestsPerMinute: 1200,
    contentEvery: 1,
  });
});

it.each<[VariableName, string]>([
  ["PROBING", ""],
  ["PROBING", "on"],
  ["PROBING", "ALL"],
  ["PROBE_REGIONS", "europe"],
  ["PROBE_REGIONS", "weur enam"],
  ["PROBE_REGIONS", ","],
  ["PROBE_SECONDS", "0"],
  ["PROBE_SECONDS", ""],
  ["PROBE_SECONDS", "30s"],
  ["PROBE_CHANGING_SECONDS", "-1"],
  ["PROBE_DEADLINE_SECONDS", "NaN"],
  ["PROBE_REQUESTS_PER_MINUTE", "Infinity"],
  ["PROBE_REQUESTS_PER_MINUTE", "0"],
  ["PROBE_CONTENT_EVERY", "never"],
  ["PROBE_SHARD_MIRRORS", "0"],
  ["PROBE_REFERENCES", "example.org"],
  ["PROBE_REFERENCES", "https://one.example/,ftp://two.example/"],
  ["PUBLIC_URL", "near.example"],
  ["PUBLIC_URL", "https://near.example/?x"],
  ["PUBLIC_URL", "https://near.example/ x"],
])("%s=%j is refused with its name, what it holds and what it may hold", (variable, value) => {
  let message = "nothing was wrong";
  try {
    readProbeSettings({ [variable]: value });
  } catch (error) {
    if (error instanceof Error) message = error.message;
  }
  expect(message).toContain(variable);
  expect(message).toContain(value.split(",").at(-1));
  expect(message).toMatch(/it must be/);
});

it("tells whether Probers are where their regions are, and where the service is", () => {
  const own = readProbeSettings({ CLIENT_PLACE: "database", OWN_PLACE: "DE 48 11" });
  expect([own.isPlatform, own.ownPoint]).toEqual([false, { latitude: 48, longitude: 11 }]);
  expect(readProbeSettings({}).ownPoint).toBeUndefined();
});
