/** How the service probes, read from its variables. */
import { defaultRules, type Rules } from "./rules.ts";

/** Where a Durable Object can be asked to run (location hints); `here` gives no hint. */
export const regions = [
  "here",
  "wnam",
  "enam",
  "sam",
  "weur",
  "eeur",
  "apac",
  "oc",
  "afr",
  "me",
] as const;
export type Region = (typeof regions)[number];

/** `off`: nothing is probed. `asked`: mirrors that were candidates for somebody lately. `all`: every listed one. */
export type Probing = "off" | "asked" | "all";

export interface ProbeSettings {
  probing: Probing;
  regions: readonly Region[];
  rules: Rules;
  /** Mirrors one Prober watches at most. */
  shardMirrors: number;
  /** Base URL the service is reached under, ends in `/`; empty: not told. */
  publicUrl: string;
  /** Answered by somebody else: asked to tell our own blindness from the mirrors' silence. */
  references: readonly string[];
}

/** The variables that say how to probe; all optional. */
export interface ProbeVariables {
  PROBING?: string;
  PROBE_REGIONS?: string;
  PROBE_SECONDS?: string;
  PROBE_CHANGING_SECONDS?: string;
  PROBE_DEADLINE_SECONDS?: string;
  PROBE_REQUESTS_PER_MINUTE?: string;
  PROBE_CONTENT_EVERY?: string;
  PROBE_SHARD_MIRRORS?: string;
  PROBE_REFERENCES?: string;
  PUBLIC_URL?: string;
}

/**
 * Mirrors a Prober watches: at 30 s each with up to six requests a probe it sends ten a second, of which six
 * may be waiting, and an alarm that meets them all stays far below 10,000 subrequests.
 */
const defaultShardMirrors = 50;

/** Reads the variables; throws an Error naming the variable, what it holds and what it may hold. */
export function readProbeSettings(env: ProbeVariables): ProbeSettings {
  const probing = env.PROBING ?? "off";
  if (probing !== "off" && probing !== "asked" && probing !== "all") {
    throw new Error(`PROBING is "${probing}"; it must be "off", "asked" or "all".`);
  }
  const seconds = (name: keyof ProbeVariables, usualMs: number) =>
    1000 * positive(env, name, usualMs / 1000, "a number of seconds above 0");
  const rules: Rules = {
    ...defaultRules,
    healthyMs: seconds("PROBE_SECONDS", defaultRules.healthyMs),
    changingMs: seconds("PROBE_CHANGING_SECONDS", defaultRules.changingMs),
    deadlineMs: seconds("PROBE_DEADLINE_SECONDS", defaultRules.deadlineMs),
    requestsPerMinute: positive(
      env,
      "PROBE_REQUESTS_PER_MINUTE",
      defaultRules.requestsPerMinute,
      "a number above 0",
    ),
    contentEvery: positive(
      env,
      "PROBE_CONTENT_EVERY",
      defaultRules.contentEvery,
      "a number of probes, 1 or more",
    ),
  };
  return {
    probing,
    regions: readRegions(env.PROBE_REGIONS ?? "here"),
    rules,
    shardMirrors: Math.ceil(
      positive(env, "PROBE_SHARD_MIRRORS", defaultShardMirrors, "a number of mirrors above 0"),
    ),
    publicUrl: readUrl("PUBLIC_URL", env.PUBLIC_URL ?? ""),
    references: words(env.PROBE_REFERENCES ?? "").map((url) => readUrl("PROBE_REFERENCES", url)),
  };
}

function positive(
  env: ProbeVariables,
  name: keyof ProbeVariables,
  usual: number,
  what: string,
): number {
  const given = Number(env[name] ?? usual);
  if (!(given > 0 && Number.isFinite(given))) {
    throw new Error(`${name} is "${env[name]}"; it must be ${what}.`);
  }
  return given;
}

function words(given: string): string[] {
  return given
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

function readRegions(given: string): Region[] {
  const named = words(given).map((word) => {
    const region = regions.find((known) => known === word);
    if (region === undefined) {
      throw new Error(`PROBE_REGIONS holds "${word}"; it may hold ${regions.join(", ")}.`);
    }
    return region;
  });
  if (named.length === 0) throw new Error(`PROBE_REGIONS is empty; "here" is one region.`);
  return [...new Set(named)];
}

function readUrl(name: string, given: string): string {
  if (given === "") return "";
  if (!/^https?:\/\/[^\s?#]+$/.test(given)) {
    throw new Error(`${name} holds "${given}"; it must be an absolute http or https URL.`);
  }
  return given.endsWith("/") ? given : `${given}/`;
}
