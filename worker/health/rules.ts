/** Limits of the probes and of what they add up to; each with its unit and its reason. */

/** From `afterMs` behind the moment a target came back, `share` of the client networks may be sent to it. */
export interface RampStep {
  afterMs: number;
  /** 0 to 1. */
  share: number;
}

export interface Rules {
  /** Between two probes of a healthy target, at most, ms: half of a minute's worth of clients meet a dead mirror. */
  healthyMs: number;
  /** The same while a state is changing, ms: three failures in a row take 20 s. */
  changingMs: number;
  /** One question to a mirror, body included, ms: who is slower is of no use to a client either. */
  deadlineMs: number;
  /** The shortest interval as a share of the whole: jitter only shortens, so that the interval is an upper bound. */
  jitterFrom: number;
  /** Down for longer than this, the interval doubles with each further such time, ms. */
  longDownMs: number;
  /** The longest interval of the long dead, ms: what comes back is seen within this. */
  longestMs: number;
  /** One probe with all its questions, ms, at most: a root, some files, redirects, each within `deadlineMs`. */
  probeMs: number;

  /** Requests to one mirror in any 60 s, from all regions together: about two a second, less than one `apt update`. */
  requestsPerMinute: number;
  /** Regions that ask one mirror: its own and one other; each may spend its part of `requestsPerMinute`. */
  regionsPerMirror: number;
  /** Payload files checked by a probe. */
  files: number;
  /** The same while a target is coming back or in doubt: what it lacks is to be known before clients meet it. */
  filesWhileChanging: number;
  /** Files whose bytes are compared then, where bytes are compared. */
  contentsWhileChanging: number;
  /** Files that failed before and are checked again by a probe, to see whether they are mended. */
  suspects: number;
  /** Such files a Prober remembers of a target. */
  suspectsKept: number;
  /** Requests that are set aside for a probe before it begins: two roots, nine files, their bytes, a redirect or two. */
  requestsPerProbe: number;
  /** One probe of a target in so many compares bytes: about every five minutes, as that costs the mirror 64 KiB. */
  contentEvery: number;

  /** Failures in a row that are enough in one region: one lost packet or one restart is not an outage. */
  failuresInARow: number;
  /** Successes in a row before a target that was down is up again: a host that is booting answers now and then. */
  successes: number;
  /** Successes in a row that flapping can demand at most: 16 at 10 s are under three minutes. */
  mostSuccesses: number;
  /** A fall's weight in the damping halves in this time, ms (RFC 2439 section 4.2 has 15 minutes for reachable routes). */
  dampingHalfLifeMs: number;
  /** Ceiling of the damping's score: more could not be demanded anyhow, and it has to be forgotten within the hour. */
  dampingCeiling: number;
  /** A region whose last probe is older than this many intervals isn't watching any more. */
  watchingIntervals: number;
  /** Regions remembered for a target; the platform has 11 location hints. */
  regionsKept: number;
  /** A fallen target is probed with `changingMs` for this long, ms: most outages are a restart. */
  settledMs: number;
  /** A region that failed more often than this in a row is a fact, not a change: no need to ask it every 10 s. */
  settledRun: number;

  /** Shares of the clients for a target that came back; ascending, the last one is 1. Caches there are cold. */
  rampSteps: readonly RampStep[];

  /** Below this a target is slow, bytes a second. 64 KiB from another continent come with twice as much in slow start. */
  slowBytesPerSecond: number;
  /** Slow probes in a row before it counts. */
  slowProbes: number;

  /** A file that fails is left out for this long, ms: mirrors are synchronised at least daily. */
  quarantineMs: number;
  /** The same where the failure is one that passes (busy, no answer), ms. */
  passingQuarantineMs: number;
  /** Files left out per target; the roster carries them. Oldest out. */
  quarantineKept: number;
  /** Quarantined files that make a target degraded: one is an accident, two are a pattern. */
  quarantineDegrades: number;
  /** Checks of files that are remembered. */
  checksKept: number;
  /** Distinct files that failed within `incompleteMs`, and at least half of those checked: the copy is incomplete. */
  incompleteFiles: number;
  /** ms. */
  incompleteMs: number;
  /** Longest path that is held, UTF-16 units; a longer one is never held, as a cut one would name another file. */
  pathChars: number;

  /** Clients' reports count for this long, ms. */
  reportsMs: number;
  /** Distinct client networks for which a target is probed more often: one NAT, office or ill will is fewer. */
  reportingNetworks: number;
  /** Networks remembered for a target. */
  reportsKept: number;

  /** What a region read at one root counts for this long, ms: several probes, as one probe reads one or two roots. */
  freshnessMs: number;
  /** Pairs of region and root remembered for a target. */
  freshnessKept: number;
  /** Warnings kept for a region. */
  warningsKept: number;
  /** Longest sentence, URL or header that is kept of a failure or warning, UTF-16 units. */
  wordsChars: number;

  /** Mirrors a prober watches at least for their common failure to tell of the prober: fewer may well be down together. */
  guardMinMirrors: number;
  /** Of these, so many were asked in the last interval at least: one in one is more than half, too. */
  guardMinProbed: number;
  /** Intervals after which a common failure is the mirrors' and not ours, with controls answering throughout. */
  guardMassFailureRounds: number;
  /** Targets the guard remembers: 50 mirrors, each with some repositories over two schemes. */
  guardKept: number;
}

const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

export const defaultRules: Rules = {
  healthyMs: 30 * seconds,
  changingMs: 10 * seconds,
  deadlineMs: 5 * seconds,
  jitterFrom: 0.8,
  longDownMs: 1 * hours,
  longestMs: 15 * minutes,
  probeMs: 60 * seconds,

  requestsPerMinute: 120,
  regionsPerMirror: 2,
  files: 1,
  filesWhileChanging: 4,
  contentsWhileChanging: 3,
  suspects: 2,
  suspectsKept: 16,
  requestsPerProbe: 16,
  contentEvery: 10,

  failuresInARow: 3,
  successes: 2,
  mostSuccesses: 16,
  dampingHalfLifeMs: 15 * minutes,
  dampingCeiling: 6,
  watchingIntervals: 3,
  regionsKept: 12,
  settledMs: 2 * minutes,
  settledRun: 12,

  rampSteps: [
    { afterMs: 0, share: 0.1 },
    { afterMs: 1 * minutes, share: 0.25 },
    { afterMs: 2.5 * minutes, share: 0.5 },
    { afterMs: 5 * minutes, share: 1 },
  ],

  slowBytesPerSecond: 50_000,
  slowProbes: 3,

  quarantineMs: 24 * hours,
  passingQuarantineMs: 15 * minutes,
  quarantineKept: 100,
  quarantineDegrades: 2,
  checksKept: 12,
  incompleteFiles: 3,
  incompleteMs: 1 * hours,
  pathChars: 1_024,

  reportsMs: 5 * minutes,
  reportingNetworks: 5,
  reportsKept: 64,

  freshnessMs: 5 * minutes,
  freshnessKept: 32,
  warningsKept: 4,
  wordsChars: 300,

  guardMinMirrors: 8,
  guardMinProbed: 4,
  guardMassFailureRounds: 3,
  guardKept: 1_000,
};

/** Requests a minute that one region's prober may send to one mirror; 1 at least, as 0 would be no probing at all. */
export function requestsPerProber(rules: Rules): number {
  return Math.max(1, Math.floor(rules.requestsPerMinute / rules.regionsPerMirror));
}

/**
 * Between two probes of a target at most, ms.
 *
 * @param changing its state is changing
 * @param downMs how long it has been down; 0: it isn't
 */
export function intervalMs(changing: boolean, downMs: number, rules: Rules): number {
  if (changing) return rules.changingMs;
  if (downMs < rules.longDownMs) return rules.healthyMs;
  const doublings = Math.floor(downMs / rules.longDownMs);
  return Math.max(rules.healthyMs, Math.min(rules.longestMs, rules.healthyMs * 2 ** doublings));
}
