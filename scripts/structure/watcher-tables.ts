/** What the watchers' objects, and the embedded stores, hold in memory between calls. */
import type { BoundElsewhere, TableRow } from "./table-rows.ts";

export const watcherTables: readonly TableRow[] = [
  {
    of: ["search/ask/held-answers.ts HeldAnswers.#held"],
    holds: "packages: answers as JSON, of each kind of question",
    bound: "search/ask/held-answers.ts heldCharacters",
    bytes: 3,
    times: 3,
  },
  {
    of: [
      "search/ask/held-answers.ts HeldAnswers.#making",
      "search/ask/searched-snapshots.ts SearchedSnapshots.#reading",
    ],
    holds: "packages: names of answers and snapshots under way",
    bound: "runtime/shared-work.ts maxShared",
    bytes: 400,
    times: 4,
  },
  {
    of: ["pages/frame/held-pages.ts HeldPages.#held"],
    holds: "packages: pages",
    bound: "pages/frame/held-pages.ts maxHeldBytes",
  },
  {
    of: ["search/ask/searched-snapshots.ts SearchedSnapshots.#stored"],
    holds: "packages: stored snapshots, by their text; opened they take twice that",
    bound: "search/ask/searched-snapshots.ts heldStoredText",
    bytes: 2,
  },
  {
    of: ["accounts/failed-tries.ts FailedTries.#networks"],
    holds: "Operations: networks that failed to sign in",
    bound: "accounts/failed-tries.ts maxNetworks",
    bytes: 300,
  },
  {
    of: ["accounts/failed-tries.ts FailedTries.#pairs"],
    holds: "Operations: networks with their tokens",
    bound: "accounts/failed-tries.ts maxPairs",
    bytes: 300,
  },
  {
    of: ["accounts/idempotency.ts Idempotency.#underWay"],
    holds: "Operations: requests with a key that are under way",
    bound: "accounts/idempotency.ts maxUnderWay",
    bytes: 400,
  },
  {
    of: ["accounts/idempotency.ts Idempotency.#counted"],
    holds: "Operations: principals that used keys; each used one at least",
    bound: "accounts/idempotency.ts maxKeys",
    bytes: 100,
  },
  {
    of: ["operate/form-notes.ts FormNotes.#notes"],
    holds: "Operations: what came of forms",
    bound: "operate/form-notes.ts maxNotes",
    bytes: 16_384,
  },
  {
    of: ["operate/request-rate.ts RequestRates.#left"],
    holds: "Operations: requests left of principals and networks, for each limit",
    bound: "operate/request-rate.ts maxRemembered",
    bytes: 250,
    times: 3,
  },
  {
    of: ["events/event-streams.ts EventStreams.#streams"],
    holds: "Operations: streams of events; what their readers don't take is the platform's",
    bound: "events/event-streams.ts maxStreams",
    bytes: 2048,
  },
  {
    of: ["health/report-queue.ts ReportQueue.#untold"],
    holds: "Prober: observations for Fleet, and a report that is tried again",
    bound: "health/report-queue.ts maxUntold",
    bytes: 2048,
  },
  {
    of: ["health/certificates/certificates.ts Certificates.#known"],
    holds: "Prober: hosts' certificates",
    bound: "health/certificates/certificates.ts maxHosts",
    bytes: 250,
  },
  {
    of: ["health/nearness/connection-meter.ts ConnectionMeter.#measuredAt"],
    holds: "Prober: when connections to hosts were timed",
    bound: "health/nearness/connection-meter.ts maxHosts",
    bytes: 100,
  },
  {
    of: ["health/origins.ts Origins.#baselines"],
    holds: "Prober: baselines of repositories",
    bound: "health/origins.ts maxBaselines",
    bytes: 32_768,
  },
  {
    of: ["health/http/origin-lacks.ts OriginLacks.#known"],
    holds: "Prober: files that origins lack",
    bound: "health/http/origin-lacks.ts maxKept",
    bytes: 500,
  },
  {
    of: ["health/roster-history.ts RosterHistory.#texts"],
    holds: "Fleet: past rosters as text",
    bound: "health/roster-history.ts heldTexts",
    bytes: 256 * 1024,
  },
  {
    of: ["repositories/baseline/origin-ranges.ts OriginRanges.#ranges"],
    holds: "Repository: bytes of the origin's files",
    bound: "repositories/baseline/origin-ranges.ts maxRangesKept",
    bytes: 64 * 1024,
  },
  {
    of: ["repositories/chain/stored-manifests.ts Manifests.#held"],
    holds: "Repository: manifests; of Debian's size, at most four times as large",
    bound: "repositories/chain/stored-manifests.ts maxHeld",
    bytes: 2 * 1024 * 1024,
  },
  {
    of: ["repositories/chain/pull-indexes.ts IndexPulls.#unused"],
    holds: "Repository: indexes of held roots that nobody asked for",
    bound: "repositories/chain/pull-indexes.ts maxUnused",
    bytes: 250,
  },
  {
    of: ["repositories/chain/pull-indexes.ts IndexPulls.#behind"],
    holds: "Repository: files that wait until their state is current",
    bound: "repositories/chain/pull-indexes.ts maxBehind",
    bytes: 300,
  },
  {
    of: ["repositories/chain/build-snapshot-presence.ts SnapshotPresenceBuilder.#lost"],
    holds: "Repository: blobs that were lost",
    bound: "repositories/chain/build-snapshot-presence.ts maxLost",
    bytes: 250,
  },
  {
    of: [
      "statistics/statistics-store.ts Names.#numbers",
      "statistics/statistics-store.ts Names.#names",
    ],
    holds: "Statistics: names of mirrors, and as many of repositories at most",
    bound: "statistics/tally.ts maxFirst",
    bytes: 120,
    times: 2,
  },
  {
    of: ["images/genisolist/glob.ts made"],
    holds: "Operations: globs of rules as expressions",
    bound: "images/genisolist/glob.ts maxMade",
    bytes: 1000,
  },
  {
    of: ["search/sets/held-sets.ts HeldSets.#held"],
    holds: "PackageSearch: names and columns of open package sets, of all objects together",
    bound: "search/sets/held-sets.ts maxHeldBytes",
  },
  {
    of: ["search/rank/search-columns.ts kept"],
    holds: "PackageSearch: columns by which searches reckon, one after the other",
    bound: "search/rank/search-columns.ts maxKeptNames",
    bytes: 16,
  },
  {
    of: ["embedded/cache-memory.ts CacheMemory.#waiting"],
    holds: "embedded cache: entries to be written",
    bound: "embedded/cache-memory.ts maxWaitingBytes",
  },
  {
    of: ["embedded/cache-memory.ts CacheMemory.#recent"],
    holds: "embedded cache: entries found lately",
    bound: "embedded/cache-memory.ts recentBytes",
  },
  {
    of: ["embedded/cache-memory.ts CacheMemory.#touched"],
    holds: "embedded cache: hits to be written",
    bound: "embedded/cache-memory.ts maxTouched",
    bytes: 40,
  },
  {
    of: ["embedded/key-hash.ts KeyFilter.#counts"],
    holds: "embedded cache: which keys may be there",
    bound: "embedded/key-hash.ts slots",
    bytes: 1,
  },
  {
    of: ["embedded/warn-once.ts written"],
    holds: "embedded stores: warnings that were written",
    bound: "embedded/warn-once.ts maxKinds",
    bytes: 500,
  },
];

export const watchedElsewhere: readonly BoundElsewhere[] = [
  {
    of: [
      "search/suite/suite-store.ts SuiteStore.#known",
      "search/suite/suite-store.ts SuiteStore.#sets",
    ],
    by: "A suite's five values and its sets, of which six are kept",
  },
  {
    of: ["search/files/name-index.ts NameIndex.#firstKeys"],
    by: "The rows of a file set that is open: 8 bytes for each 16 KB of records, 36 KB for Debian's main",
  },
  {
    of: [
      "health/ledger.ts Ledger.#targets",
      "health/ledger.ts Ledger.#byMirror",
      "health/target-records.ts TargetRecords.#records",
      "health/target-records.ts TargetRecords.#unwritten",
      "health/prober-assignments.ts ProberAssignments.#offered",
      "health/prober-assignments.ts ProberAssignments.#assignments",
      "health/prober-standings.ts ProberStandings.#probers",
      "health/prober-standings.ts ProberStandings.#alarms",
      "health/watch-list.ts WatchList.#watched",
      "health/probe-rounds.ts ProbeRounds.#underWay",
      "health/guard.ts {seen}",
      "health/nearness/proximity.ts Proximity.#times",
      "health/nearness/proximity.ts Proximity.#corrections",
      "health/nearness/proximity.ts Proximity.#added",
      "health/nearness/proximity.ts Proximity.#counted",
    ],
    by: "The list's targets: what isn't listed any more is forgotten; `maxEntries` are the most of a list",
  },
  {
    of: [
      "operate/office.ts Office.#keys",
      "operate/read-body.ts validators",
      "list/schema.ts FileSchema.#read",
    ],
    by: "The list's keys, or the schemas of the code",
  },
  {
    of: [
      "repositories/chain/pull-indexes.ts IndexPulls.#pulls",
      "repositories/chain/retention-holds.ts RetentionHolds.#held",
      "repositories/chain/retention-holds.ts RetentionHolds.#spared",
      "repositories/chain/retention-holds.ts RetentionHolds.#removing",
      "embedded/cache-readers.ts CacheReaders.#reading",
      "embedded/cache-readers.ts CacheReaders.#leaving",
      "embedded/cache-front.ts flushing",
      "search/suite/suite-work.ts SuiteWork.#gathered",
      "repositories/chain/snapshot-tellings.ts SnapshotTellings.#listeners",
    ],
    by: "Work under way: blobs that are being written, entries that are being read",
  },
  {
    of: [
      "repositories/chain/repository-snapshots.ts RepositorySnapshots.#roots",
      "repositories/chain/snapshot-samples.ts SnapshotSamples.#held",
      "repositories/chain/build-snapshot-images.ts SnapshotImagesBuilder.#told",
      "repositories/chain/build-snapshot-images.ts SnapshotImagesBuilder.#asked",
    ],
    by: "The current snapshot's roots, samples and images",
  },
  {
    of: [
      "search/sets/key-rows.ts KeyReader.#firsts",
      "search/sets/line-rows.ts LineReader.#firsts",
      "search/sets/name-table.ts NameTable.#begins",
    ],
    by: "Open package sets: `maxHeldBytes` counts them",
  },
  {
    of: [
      "operate/api-page.ts held",
      "operate/answer.ts written",
      "watchers/operations.ts shippedVersion",
      "watchers/packages.ts opened",
      "formats/compression/framing.ts nothing",
      "outbound/origin-access.ts nothing",
    ],
    by: "One, or a constant",
  },
];
