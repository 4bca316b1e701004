/** Suites and repositories that stand in for real ones: each list is held in memory, and paged as suites do. */
import { expect } from "vitest";
import type { PackageRecord } from "../../../../worker/formats/package-record.ts";
import type { Repository } from "../../../../worker/repositories/catalogue.ts";
import type { Snapshot } from "../../../../worker/repositories/chain/snapshot.ts";
import { AskedPackages, HeldPackages } from "../../../../worker/search/ask/asked-packages.ts";
import type { PackageSources } from "../../../../worker/search/ask/sources.ts";
import type { PackageQuery } from "../../../../worker/search/package-service.ts";
import type { AnsweredState, SuiteState } from "../../../../worker/search/suite.ts";
import type {
  BeforeQuestion,
  FoundFile,
  FoundPackage,
  Paging,
  SuiteAnswer,
  SuiteFound,
  SuiteObject,
  SuiteQuestion,
} from "../../../../worker/search/suite-question.ts";
import { repository } from "../../repositories/origin.ts";

/** What one suite has. */
export interface StandIn {
  /** In the order in which a search finds them, best first. */
  packages?: readonly FoundPackage[];
  files?: readonly FoundFile[];
  /** What it says to what it isn't written for here. */
  answer?(question: SuiteQuestion): SuiteFound | undefined;
  /** How it behaves instead of answering. */
  trouble?: "silent" | "broken" | "coming";
  /** It answers a turn of the event loop later. */
  isSlow?: true;
  /** It gives all packages of a name together, and says so. */
  hasWholeNames?: true;
  isFormer?: true;
  filesOf?: string;
  areFilesComing?: true;
}

/** A package with little in it. */
export function record(
  name: string,
  version = "1",
  rest: Partial<PackageRecord> = {},
): PackageRecord {
  return { name, version, architecture: "amd64", ...rest };
}

export function found(
  one: PackageRecord,
  rank = 0,
  rest: Partial<FoundPackage> = {},
): FoundPackage {
  return { record: one, why: [{ by: "words" }], rank, ...rest };
}

/** A page by position, as text that no other part of the code may read into. */
function pageOf<Item>(items: readonly Item[], { limit, after }: Paging) {
  const start = after === undefined ? 0 : Number(after.replace("at.~!", ""));
  const end = start + limit;
  return {
    page: items.slice(start, end),
    total: items.length,
    ...(end < items.length && { next: `at.~!${end}` }),
  };
}

/** A page of names, each with all of its packages, as real suites answer a search. */
function wholeNames(packages: readonly FoundPackage[], question: Paging): SuiteFound {
  const byName = [...Map.groupBy(packages, ({ record: { name } }) => name).values()];
  const { page, ...rest } = pageOf(byName, question);
  return { packages: page.flat(), areNamesWhole: true, ...rest };
}

class StandInSuite implements SuiteObject {
  readonly #suite: StandIn;
  readonly #asked: SuiteQuestion[];
  readonly #ended: (root: string) => void;

  constructor(
    suite: StandIn,
    { asked, ended }: { asked: SuiteQuestion[]; ended(root: string): void },
  ) {
    this.#suite = suite;
    this.#asked = asked;
    this.#ended = ended;
  }

  follow(): Promise<void> {
    return Promise.reject(new Error("a search follows nothing"));
  }

  async ask(state: SuiteState, questions: readonly SuiteQuestion[]): Promise<SuiteAnswer> {
    this.#asked.push(...questions);
    if (this.#suite.isSlow) await new Promise((resolve) => setImmediate(resolve));
    const answer = await this.#answer(state, questions);
    this.#ended(state.root.path);
    return answer;
  }

  async #answer(state: SuiteState, questions: readonly SuiteQuestion[]): Promise<SuiteAnswer> {
    const { trouble, isFormer, filesOf, areFilesComing } = this.#suite;
    if (trouble === "silent") return new Promise(() => undefined);
    if (trouble === "broken") throw new Error("the object is gone");
    if (trouble === "coming") return { unready: "coming", why: "It is being read." };
    const answered: AnsweredState = {
      repository: state.repository,
      kind: state.kind,
      suite: state.suite,
      snapshot: state.snapshot,
      at: state.at,
      indexes: [],
      untold: [],
      ...(isFormer && { isFormer }),
      ...(filesOf !== undefined && { filesOf }),
      ...(areFilesComing && { areFilesComing }),
    };
    return { state: answered, found: questions.map((one) => this.#found(one)) };
  }

  #found(question: SuiteQuestion): SuiteFound {
    const { packages = [], files = [], answer } = this.#suite;
    const own = answer?.(question);
    if (own !== undefined) return own;
    if (question.ask === "search" || question.ask === "keyed") {
      if (this.#suite.hasWholeNames) return wholeNames(packages, question);
      const { page, ...rest } = pageOf(packages, question);
      return { packages: page, ...rest };
    }
    if (question.ask === "named") {
      const named = packages.filter((one) => question.names.includes(one.record.name));
      return { packages: named.map((one) => ({ ...one, rank: 0, why: [] })), total: named.length };
    }
    if (question.ask === "before") return this.#before(question);
    if (question.ask === "paths") {
      const { page, ...rest } = pageOf(files, question);
      return { files: page, ...rest };
    }
    if (question.ask === "filesOf") {
      const { name } = question;
      const { page, ...rest } = pageOf(
        files.filter(({ owners }) => owners.includes(name)),
        question,
      );
      return { files: page, ...rest };
    }
    return { total: 0 };
  }

  /** By the list itself: all of it without what is behind the place. */
  #before({ list, skip, isEnd, names }: BeforeQuestion): SuiteFound {
    const { after: _, ...first } = { ...list, limit: Number.MAX_SAFE_INTEGER };
    const { packages: all = [] } = this.#found(first);
    const { packages: page = [] } = this.#found({ ...list, limit: Number.MAX_SAFE_INTEGER });
    const before = all.slice(0, isEnd ? all.length : all.length - page.length + skip);
    const found = names.filter((name) => before.some(({ record }) => record.name === name));
    return { names: found, total: found.length };
  }
}

/** Repositories with suites, by repository and root; a test changes them as it goes on. */
export class World {
  now = Date.parse("2026-11-23T03:00:00Z");
  readonly suites = new Map<string, StandIn>();
  /** Of repositories that were ever published, their generation. */
  readonly published = new Map<string, number>();
  /** Repositories whose current snapshot was asked for, as clients do. */
  readonly followed: string[] = [];
  readonly kept = new Map<string, Snapshot>();
  readonly asked: SuiteQuestion[] = [];
  /** Ends all waiting: what hasn't answered by then is late. */
  late: (() => void)[] = [];
  /** What requests let go on behind their answers. */
  readonly goingOn: Promise<unknown>[] = [];
  /** Deadlines that were begun and not ended. */
  waiting = 0;
  readonly repositories: Repository[];
  readonly held = new HeldPackages();
  readonly #wanted: { root: string; resolve: () => void }[] = [];

  constructor(repositories: readonly Repository[]) {
    this.repositories = [...repositories];
    for (const { name } of repositories) this.published.set(name, 1);
  }

  /** Gives a suite its packages. */
  set(name: string, root: string, suite: StandIn): this {
    this.suites.set(`${name} ${root}`, suite);
    return this;
  }

  snapshot(name: string): Snapshot | undefined {
    const generation = this.published.get(name);
    const listed = this.repositories.find((one) => one.name === name);
    if (generation === undefined || listed === undefined) return undefined;
    return snapshotOf(listed, generation);
  }

  get sources(): PackageSources {
    return {
      repositories: () => this.repositories,
      current: async ({ name }) => {
        this.followed.push(name);
        return this.snapshot(name);
      },
      stored: async ({ name }) => this.snapshot(name),
      kept: async ({ name }, wanted) => this.kept.get(`${name} ${wanted}`),
      suite: (name, root) => {
        const suite = this.suites.get(`${name} ${root}`) ?? {};
        return new StandInSuite(suite, { asked: this.asked, ended: (one) => this.#ended(one) });
      },
      words: () => ({
        compareVersions: (one, other) => Number(one) - Number(other),
        namesIn: (entry) => [entry],
      }),
      now: () => this.now,
      background: { waitUntil: (work) => void this.goingOn.push(work) },
      deadline: () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.late.push(resolve);
        this.waiting++;
        return { passed: promise, end: () => void this.waiting-- };
      },
    };
  }

  /** Settles when the suite of that root answers next. */
  answered(root: string): Promise<void> {
    return new Promise((resolve) => this.#wanted.push({ root, resolve }));
  }

  #ended(root: string): void {
    for (const one of this.#wanted) if (one.root === root) one.resolve();
  }

  get service(): AskedPackages {
    return new AskedPackages(this.sources, this.held);
  }
}

export function snapshotOf(listed: Repository, generation: number): Snapshot {
  return {
    repository: listed.name,
    generation,
    id: `20261123T025500Z-0000000${generation}`,
    at: Date.parse("2026-11-23T02:55:00Z") + generation,
    roots: (listed.roots ?? []).map((path) => ({ path, files: [], manifest: "0".repeat(64) })),
  };
}

/** A question about all suites. */
export function query(q: string, rest: Partial<PackageQuery> = {}): PackageQuery {
  return { q, fields: ["name"], limit: 50, ...everywhere, ...rest };
}

/** All suites of all repositories. */
export const everywhere = { repositories: [], suites: [], kinds: [], architectures: [] };

export const debian = repository({
  name: "debian",
  kind: "apt",
  architectures: ["amd64", "arm64"],
  roots: ["dists/trixie/InRelease", "dists/bookworm/InRelease"],
  suites: { "dists/trixie/InRelease": "stable" },
});
export const fedora = repository({
  name: "fedora",
  kind: "rpm",
  architectures: ["x86_64", "aarch64"],
  roots: [
    "releases/44/Everything/x86_64/os/repodata/repomd.xml",
    "releases/44/Everything/aarch64/os/repodata/repomd.xml",
  ],
});
export const arch = repository({
  name: "archlinux",
  kind: "pacman",
  architectures: ["x86_64"],
  roots: ["core/os/x86_64/core.db", "extra/os/x86_64/extra.db"],
});
export const trixie = "dists/trixie/InRelease";
export const bookworm = "dists/bookworm/InRelease";

/** No deadline of a request is left behind. */
export function expectNothingWaits(world: World): void {
  expect(world.waiting).toBe(0);
}
