/** One full probe of a base URL, over each address family it has. */
import { isIP } from "node:net";
import { architectureOf } from "../../worker/formats/classify.ts";
import type { Kind } from "../../worker/formats/kinds.ts";
import type { Family } from "../../worker/geo/family.ts";
import type { OriginRange } from "../../worker/health/http/content.ts";
import { OriginLacks } from "../../worker/health/http/origin-lacks.ts";
import { probeTarget } from "../../worker/health/http/probe.ts";
import type { Observation } from "../../worker/health/observation.ts";
import type { ProbedFamily } from "../../worker/health/target.ts";
import type { Carried } from "../../worker/mirrors/roster.ts";
import type { Ask } from "../../worker/outbound/ask.ts";
import { askFollowing } from "../../worker/outbound/ask-following.ts";
import { fileUrl } from "../../worker/outbound/file-url.ts";
import type { Baseline } from "../../worker/repositories/baseline/baseline.ts";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import type { FoundRepository } from "./find-repository.ts";

/** Payload files looked at: a person waits for it, so more than a watcher's one. */
const files = 3;

/** What this needs of the world. */
export interface ProbeWorld {
  /** An `Ask` that connects by one family only; without one, by any. */
  ask(family?: Family): Ask;
  /** Addresses of a name; rejects where it has none. */
  lookup(host: string): Promise<readonly { family: number }[]>;
  readReference(repository: Repository): Promise<Baseline>;
  now(): number;
  random(): number;
  userAgent: string;
  deadlineMs: number;
  progress(text: string): void;
}

/** What was found; also what `--json` prints. */
export interface ProbeResult {
  base: string;
  repository: string;
  kind: Kind;
  mirror?: string;
  foundBy: string;
  origin: string;
  /** What the origin told, to compare with. */
  reference: { roots: number; samples: number; failed?: string; withoutSamples?: string };
  probes: { family: ProbedFamily; observation: Observation }[];
  /** Something of the copy was compared with what the origin has. */
  compared: boolean;
  /** Compared, no failure, no wrong file, not stale. */
  ok: boolean;
}

/** Probes. @param only families asked for; absent: all that the name has */
export async function runProbe(
  base: string,
  found: FoundRepository,
  only: Family | undefined,
  world: ProbeWorld,
): Promise<ProbeResult> {
  const { repository, mirror, carried } = found;
  world.progress(`Reading ${repository.name} at its origin`);
  const reference = await world.readReference(repository);
  const url = new URL(base);
  const target = {
    mirror: mirror ?? url.host,
    repository: repository.name,
    scheme: url.protocol === "https:" ? "https" : "http",
    base,
  } as const;
  const lacks = new OriginLacks({ ...world, ask: world.ask(), ownHosts: [] });
  const probes: ProbeResult["probes"] = [];
  for (const family of await familiesOf(url.hostname, only, world)) {
    world.progress(`Probing ${base} (${family})`);
    const ask = world.ask(family === "any" ? undefined : family);
    const observation = await probeTarget(
      { ...target, family },
      {
        repository,
        baseline: reference,
        ...(carried !== undefined && { leavesOut: leavesOut(repository, carried) }),
      },
      {
        ask,
        now: world.now,
        random: world.random,
        userAgent: world.userAgent,
        deadlineMs: world.deadlineMs,
        ownHosts: [],
        content: true,
        files,
        roots: Number.POSITIVE_INFINITY,
        originRange: originRange(repository, world),
        originLacks: (path) => lacks.lacks(repository.origin, path),
      },
    );
    probes.push({ family, observation });
  }
  const compared = probes.some(({ observation }) => isCompared(observation));
  return {
    base,
    repository: repository.name,
    kind: repository.kind,
    ...(mirror !== undefined && { mirror }),
    foundBy: found.by,
    origin: repository.origin,
    reference: {
      roots: reference.roots.filter(({ generations }) => generations.length > 0).length,
      samples: reference.samples.length,
      ...(reference.failed !== undefined && { failed: reference.failed }),
      ...(reference.withoutSamples !== undefined && { withoutSamples: reference.withoutSamples }),
    },
    probes,
    compared,
    ok: compared && probes.every(({ observation }) => isWell(observation)),
  };
}

function isCompared({ freshness, files: looked }: Observation): boolean {
  return freshness !== undefined || looked.length > 0;
}

function isWell({ failure, files: looked, freshness }: Observation): boolean {
  return (
    failure === undefined &&
    looked.every((file) => file.failure === undefined) &&
    freshness?.is !== "stale"
  );
}

/** What the mirror is listed as not carrying isn't asked of it. */
function leavesOut(repository: Repository, carried: Carried): (path: string) => boolean {
  return (path) => {
    if (carried.exclude?.some((prefix) => path.startsWith(prefix))) return true;
    const architecture = architectureOf(repository.kind, path, repository.architectures);
    if (architecture === "" || carried.architectures === undefined) return false;
    return !carried.architectures.includes(architecture);
  };
}

/** `any` where the name doesn't resolve: the probe then says so itself. */
async function familiesOf(
  hostname: string,
  only: Family | undefined,
  world: ProbeWorld,
): Promise<ProbedFamily[]> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const literal = isIP(host);
  if (only !== undefined) return [only];
  if (literal !== 0) return [literal === 4 ? "ipv4" : "ipv6"];
  const addresses = await world.lookup(host).catch(() => []);
  const families = new Set(
    addresses.map(({ family }) => (family === 6 ? "ipv6" : "ipv4") satisfies Family),
  );
  return families.size === 0 ? ["any"] : [...families].toSorted();
}

function originRange(repository: Repository, world: ProbeWorld): OriginRange {
  const ask = world.ask();
  return async (path, first, last) => {
    const { end } = await askFollowing(
      ask,
      {
        method: "GET",
        url: fileUrl(repository.origin, path),
        headers: {
          "User-Agent": world.userAgent,
          "Accept-Encoding": "identity",
          Range: `bytes=${first}-${last}`,
        },
        deadlineMs: world.deadlineMs,
        maxBodyBytes: last - first + 1,
      },
      [],
    );
    if ("failure" in end) return undefined;
    const { reply } = end;
    const isPart = reply.status === 206 || (reply.status === 200 && first === 0);
    return isPart && reply.body.length === last - first + 1 ? reply.body : undefined;
  };
}
