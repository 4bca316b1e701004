/**
 * The trial `images-publish`: Debian's point release comes while its installer is downloaded by its permanent link. Each
 * download is the link and its `.sha256`, as people do it: no file may be gone, and no digest another file's.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { imagesField } from "./images-publish-field.ts";
import type { Trial, TrialContext, TrialResult } from "./trial.ts";

const link = "images/debian/13/amd64/netinst";
const folder = "debian-cd/current/amd64/iso-cd";
const nameOf = (version: number) => `debian-13.${version}.0-amd64-netinst.iso`;

const lengths: Readonly<Record<TrialContext["length"], { downloads: number }>> = {
  short: { downloads: 250 },
  // Of two requests each.
  whole: { downloads: 1000 },
};
/** Downloads at a time. */
const atOnce = 4;
/** The release comes after this share of the downloads. */
const releaseAfter = 0.4;
/** Until the link means the new release, ms; it does at once after `refresh`. */
const followMs = 20_000;
/**
 * When each mirror has the new files in place of the old, after the service has followed the origin, ms: a mirror copies
 * for minutes, and deletes what is old last. The last one never copies.
 */
const copiedMs = [1_000, 3_000, 6_000] as const;

export const imagesPublishTrial: Trial = {
  name: "images-publish",
  says: "a point release during 1,000 downloads by a permanent link: no wrong digest, no file gone",
  needs: { gpg: "gpg gpg-agent" },
  deadlineMs: { short: 120_000, whole: 300_000 },
  run,
};

interface Tally {
  /** Downloads by the version that came. */
  byVersion: Map<number, number>;
  fromMirrors: number;
  fromHere: number;
  /** The release came between the two requests of one download. */
  between: number;
  evidence: string[];
}

async function run({ length, signal, progress }: TrialContext): Promise<TrialResult> {
  const { downloads } = lengths[length];
  const field = await imagesField(copiedMs.length + 1);
  const tally: Tally = {
    byVersion: new Map(),
    fromMirrors: 0,
    fromHere: 0,
    between: 0,
    evidence: [],
  };
  try {
    const digests = [1, 2].map((version) =>
      sha256(readFileSync(join(field.root(version), folder, nameOf(version)))),
    );
    await field.untilLinked(link, nameOf(1), signal);
    let releasedAt: number | undefined;
    let followedMs: number | undefined;
    const release = async () => {
      const began = performance.now();
      releasedAt = began;
      field.lab.origin.serve(2);
      await field.refresh();
      await field.untilLinked(
        link,
        nameOf(2),
        AbortSignal.any([signal, AbortSignal.timeout(followMs)]),
      );
      followedMs = Math.round(performance.now() - began);
      const copying = copiedMs.map(async (ms, at) => {
        await pause(ms, undefined, { signal });
        field.lab.mirrors[at]?.serve(2);
      });
      await Promise.all(copying);
    };
    let released: Promise<void> | undefined;
    const left = Array.from({ length: downloads }, (_, at) => at).values();
    const work = async () => {
      for (const at of left) {
        if (signal.aborted) return;
        if (at >= downloads * releaseAfter && released === undefined) {
          released = release();
          // Awaited below; it may fail before that.
          released.catch(() => {});
        }
        progress(`${at} of ${downloads} downloads`);
        await download(field.service.url, at, { digests, tally, signal });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    await released;
    // Once more with all mirrors at their end, those that have copied and the one that never does.
    for (let at = 0; at < atOnce; at++) {
      await download(field.service.url, downloads + at, { digests, tally, signal });
    }
    return judge(tally, {
      downloads: downloads + atOnce,
      followedMs,
      isReleased: releasedAt !== undefined,
    });
  } finally {
    await field.stop();
  }
}

/** One download by a client of its own: the digest, then the file. */
async function download(
  url: string,
  at: number,
  { digests, tally, signal }: { digests: readonly string[]; tally: Tally; signal: AbortSignal },
): Promise<void> {
  // Of a network of its own, so that nobody is taken for a client that comes back.
  const headers = { "X-Forwarded-For": `10.${at >> 8}.${at & 255}.1` };
  const fault = (what: string) => tally.evidence.push(`download ${at}: ${what}`);
  const sums = await fetch(`${url}${link}.sha256`, { headers, signal });
  const [told = "", named = ""] = (await sums.text()).trim().split(/ +/);
  if (sums.status !== 200) return void fault(`.sha256 was answered ${sums.status} ${told}`);
  const answer = await fetch(url + link, { headers, signal, redirect: "manual" });
  const name =
    /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  const location = answer.headers.get("Location");
  const given = location === null ? answer : await fetch(location, { signal });
  if (location !== null) await answer.body?.cancel();
  const bytes = Buffer.from(await given.arrayBuffer());
  if (given.status !== 200) {
    return void fault(`${location ?? link} was answered ${given.status}: ${name} is gone`);
  }
  if (location === null) tally.fromHere++;
  else tally.fromMirrors++;
  const is = sha256(bytes);
  const version = digests.indexOf(is) + 1;
  if (name !== nameOf(version)) return void fault(`${name} has the bytes of ${is}`);
  if (named !== name) tally.between++;
  else if (told !== is) return void fault(`${name} is ${is}, its .sha256 says ${told}`);
  if (!digests.includes(told)) return void fault(`.sha256 says ${told}, which is no release's`);
  tally.byVersion.set(version, (tally.byVersion.get(version) ?? 0) + 1);
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

interface Judged {
  downloads: number;
  followedMs: number | undefined;
  isReleased: boolean;
}

function judge(
  { byVersion, fromMirrors, fromHere, between, evidence }: Tally,
  { downloads, followedMs, isReleased }: Judged,
): TrialResult {
  const [former = 0, newer = 0] = [byVersion.get(1), byVersion.get(2)];
  const figures = {
    downloads,
    requests: 2 * downloads,
    ofTheFormer: former,
    ofTheNew: newer,
    fromMirrors,
    fromHere,
    between,
    followedMs: followedMs ?? -1,
    wrong: evidence.length,
  };
  const told = [...evidence];
  if (!isReleased || former === 0 || newer === 0) told.push("both releases were to be downloaded");
  if (fromMirrors === 0) told.push("no mirror was used");
  const passed = told.length === 0;
  return {
    trial: imagesPublishTrial.name,
    passed,
    why: passed
      ? `${downloads} downloads over a point release, ${former} of the former and ${newer} of the new one: no digest wrong, no file gone`
      : (told[0] ?? ""),
    figures,
    evidence: told.slice(0, 20),
  };
}
