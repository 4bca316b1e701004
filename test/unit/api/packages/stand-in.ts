/** A service of packages that holds a few, for what is made of its answers. Searching is somebody else's. */

import { answerPackages } from "../../../../worker/api/packages/answer-packages.ts";
import type { Kind } from "../../../../worker/formats/kinds.ts";
import type { PackageRecord } from "../../../../worker/formats/package-record.ts";
import { baseHeader } from "../../../../worker/http/caller-header.ts";
import type {
  PackageResult,
  PackageService,
  PackagesAnswer,
  PlacedPackage,
  SuiteChoice,
  ToldSuites,
} from "../../../../worker/search/package-service.ts";

export const base = "https://near.example/";

interface Suite {
  repository: string;
  kind: Kind;
  suite: string;
  component?: string;
  /** `pkg:TYPE/NAMESPACE` */
  purl: string;
  packages: PackageRecord[];
}

/** Newest first of each name, as the service has them. */
export const suites: Suite[] = [
  {
    repository: "debian",
    kind: "apt",
    suite: "trixie",
    component: "main",
    purl: "pkg:deb/debian",
    packages: [
      deb("mc", "3:4.8.33-1"),
      deb("mc-data", "3:4.8.33-1", { source: "mc", architecture: "all" }),
    ],
  },
  {
    repository: "debian",
    kind: "apt",
    suite: "bookworm",
    component: "main",
    purl: "pkg:deb/debian",
    packages: [
      deb("mc", "3:4.8.29-2", {
        summary: "Midnight Commander - a powerful file manager",
        homepage: "https://www.midnight-commander.org",
        maintainer: "Dmitry Smirnov <Onlyjob@Debian.org>",
        section: "utils",
        commands: ["mc", "mcedit"],
        size: 528_076,
        sha256: "ab".repeat(32),
      }),
      deb("mc", "3:4.8.29-2", { architecture: "arm64" }),
      deb("mc-data", "3:4.8.29-2", { source: "mc", architecture: "all" }),
      deb("libstdc++6", "12.2.0-14", { source: "gcc-12" }),
    ],
  },
  {
    repository: "archlinux",
    kind: "pacman",
    suite: "core/os/x86_64",
    purl: "pkg:alpm/arch",
    packages: [
      {
        name: "zlib",
        version: "1:1.3.1-2",
        architecture: "x86_64",
        summary:
          "Compression library implementing the deflate compression method found in gzip and PKZIP",
        homepage: "https://www.zlib.net/",
        path: "core/os/x86_64/zlib-1:1.3.1-2-x86_64.pkg.tar.zst",
        license: "Zlib",
        size: 93_000,
        installedSize: 338_000,
        built: 1_714_650_000,
        relations: {
          provides: ["libz.so=1-64"],
          depends: ["glibc"],
          suggests: ["python: for tools"],
        },
      },
      { name: "zlib-tools", version: "2-1", architecture: "any", summary: "Tools" },
    ],
  },
  {
    repository: "archlinux",
    kind: "pacman",
    suite: "extra/os/x86_64",
    purl: "pkg:alpm/arch",
    packages: [
      {
        name: "minizip",
        version: "1:1.3.1-2",
        architecture: "x86_64",
        source: "zlib",
        summary: "Mini zip based on zlib",
      },
    ],
  },
  {
    repository: "fedora",
    kind: "rpm",
    suite: "releases/44/Everything/x86_64/os",
    purl: "pkg:rpm/fedora",
    packages: [rpm("zlib-ng-compat", "2.2.4-3.fc44"), rpm("zlib-ng", "2.2.4-3.fc44")],
  },
  {
    repository: "fedora",
    kind: "rpm",
    suite: "updates/44/Everything/x86_64",
    purl: "pkg:rpm/fedora",
    packages: [
      {
        ...rpm("zlib-ng-compat", "2.2.5-1.fc44"),
        relations: {
          provides: ["zlib = 1.3.1", "libz.so.1()(64bit)", "zlib-ng-compat = 1:2.2.5-1.fc44"],
          depends: ["libc.so.6()(64bit)", "glibc >= 2.38", "(foo if bar)"],
          replaces: ["zlib < 1.3"],
        },
      },
    ],
  },
];

function deb(name: string, version: string, more: Partial<PackageRecord> = {}): PackageRecord {
  const { architecture = "amd64" } = more;
  const file = `${name}_${version.replace(/^\d+:/, "")}_${architecture}.deb`;
  return { name, version, architecture, path: `pool/main/m/mc/${file}`, ...more };
}

function rpm(name: string, version: string): PackageRecord {
  return {
    name,
    version,
    architecture: "x86_64",
    source: "zlib-ng",
    summary: "Zlib replacement with optimizations",
    description: "zlib-ng is a zlib replacement.",
    homepage: "https://github.com/zlib-ng/zlib-ng",
    path: `releases/${name}-${version}.x86_64.rpm`,
  };
}

const files: Record<string, string[]> = {
  mc: ["etc/mc/mc.ext.ini", "usr/bin/mc", "usr/share/a file with blanks"],
  zlib: ["usr/include/zlib.h", "usr/lib/libz.so.1"],
  "zlib-ng-compat": [
    "usr/lib64/libz.so.1",
    "usr/lib64/libz.so.1.3.1",
    "usr/share/licenses/LICENSE",
  ],
};

export const at = Date.parse("2026-11-30T10:00:00Z");

/** How the service is in a test. */
export interface Mood {
  /** No suite answers. */
  isComing?: boolean;
  /** No snapshot of the time that is asked for is kept. */
  isForgotten?: boolean;
  /** Their files are being read. */
  areFilesComing?: boolean;
  /** In place of those that its suites have. */
  kinds?: readonly Kind[];
  /** Every call fails. */
  fails?: boolean;
}

/** Each call's name and arguments. */
export type Calls = { call: string; of: unknown[] }[];

export function standIn(mood: Mood = {}): { service: PackageService; calls: Calls } {
  const calls: Calls = [];
  const isSilent = mood.isComing || mood.isForgotten;
  const told = (choice: SuiteChoice): ToldSuites => ({
    states: isSilent
      ? []
      : chosen(choice).map(({ repository, kind, suite }) => ({
          ...{ repository, kind, suite, snapshot: "20261130T100000Z-abcd", at },
          ...(suite === "bookworm" && { isFormer: true as const }),
          ...(mood.areFilesComing && { areFilesComing: true as const }),
          indexes: [
            { name: "main/binary-amd64/Packages", role: "packages", entries: 4 },
            { name: "main/Contents-amd64", role: "files" as const, why: "It is being read." },
          ],
          untold: ["Alternatives are in no index."],
        })),
    unanswered: mood.isComing
      ? [{ repository: "debian", suite: "trixie", why: "it is being read" }]
      : mood.isForgotten
        ? [{ repository: "debian", why: "No snapshot of it that is kept is of then." }]
        : [],
  });
  const call = (name: string, ...of: unknown[]) => {
    calls.push({ call: name, of });
    if (mood.fails) throw new Error("a fault");
  };
  const results = (
    choice: SuiteChoice,
    isFound: (record: PackageRecord) => PackageResult["why"][number] | undefined,
  ): PackageResult[] => {
    if (isSilent) return [];
    const found = new Map<string, PackageResult & { places: PlacedPackage[] }>();
    for (const suite of chosen(choice)) {
      for (const record of suite.packages) {
        const why = isFound(record);
        if (why === undefined || !isOf(choice.architectures, record.architecture)) continue;
        const key = `${suite.repository} ${record.name}`;
        const known = found.get(key) ?? {
          ...{ repository: suite.repository, name: record.name, why: [why], rank: 1, places: [] },
        };
        known.places.push(placed(suite, record));
        found.set(key, known);
      }
    }
    return [...found.values()];
  };
  const answered = (
    choice: SuiteChoice,
    all: PackageResult[],
    page?: { limit: number; after?: string },
  ): PackagesAnswer => {
    const wrong = choice.suites.find((name) => !suites.some(({ suite }) => suite === name));
    if (wrong !== undefined) {
      const refused = `suite=${wrong} is not there. There are: trixie, bookworm.`;
      return { results: [], total: 0, refused, states: [], unanswered: [] };
    }
    const from = Number(page?.after ?? 0);
    const to = from + (page?.limit ?? all.length);
    return {
      ...told(choice),
      results: all.slice(from, to),
      total: all.length,
      ...(to < all.length && { next: String(to) }),
    };
  };
  const service: PackageService = {
    kinds: () => mood.kinds ?? [...new Set(suites.map(({ kind }) => kind))],
    async search(query) {
      call("search", query);
      const words = query.q.toLowerCase();
      return answered(
        query,
        results(query, ({ name, summary = "", source, commands = [] }) => {
          if (query.fields.includes("command") && name !== query.q && commands.includes(query.q)) {
            return { by: "command", what: query.q };
          }
          if (!query.fields.includes("name") && !query.fields.includes("description"))
            return undefined;
          if (name === query.q) return { by: "name" };
          if (query.isExact) return undefined;
          if (source === query.q) return { by: "source", what: source };
          if (name.includes(words)) return { by: "part" };
          return `${name} ${summary}`.toLowerCase().includes(words)
            ? { by: "words", what: words }
            : undefined;
        }),
        query,
      );
    },
    async named(names, choice) {
      call("named", names, choice);
      return answered(
        choice,
        results(choice, ({ name }) => (names.includes(name) ? { by: "name" } : undefined)),
      );
    },
    async madeOf(sources, choice) {
      call("madeOf", sources, choice);
      return answered(
        choice,
        results(choice, ({ name, source = name }) =>
          sources.includes(source) ? { by: "source", what: source } : undefined,
        ),
      );
    },
    async keyed(by, tokens, choice) {
      call("keyed", by, tokens, choice);
      const kinds =
        by === "provides" ? (["provides"] as const) : (["depends", "suggests"] as const);
      return answered(
        choice,
        results(choice, ({ relations = {} }) => {
          const entries = kinds.flatMap((kind) => relations[kind] ?? []);
          const what = entries.find((entry) => tokens.includes(entry.split(/[ =]/)[0] ?? ""));
          return what === undefined ? undefined : { by: "provides", what };
        }),
        choice,
      );
    },
    async detail(name, choice) {
      call("detail", name, choice);
      const found = results(choice, (record) =>
        record.name === name ? { by: "name" } : undefined,
      );
      return {
        ...told(choice),
        name,
        places: found.flatMap(({ places }) => places),
        elsewhere: [
          {
            repository: "fedora",
            name: "mc",
            version: "4.8.33-2.fc44",
            by: "paths",
            what: "/usr/bin/mc",
          },
          { repository: "alpine", name: "mc", version: "4.8.32-r0", by: "name", what: "mc" },
        ],
        neededBy: { names: ["task-a"], total: 3 },
        advisories: [
          {
            repository: "fedora",
            id: "FEDORA-1",
            type: "security",
            title: "mc",
            issued: 1_714_650_000,
          },
        ],
      };
    },
    async files(path, match, choice) {
      call("files", path, match, choice);
      if (match === "glob" && path.includes("/share/")) {
        const refused = "Globs are looked up in folders of commands alone.";
        return { ...told(choice), files: [], total: 0, refused };
      }
      const wanted = path.replace(/^\//, "");
      const found = Object.entries(files).flatMap(([owner, paths]) =>
        paths
          .filter((one) => one === wanted || one.endsWith(`/${wanted}`))
          .map((one) => ({ path: one, owners: [owner], repository: "debian", suite: "bookworm" })),
      );
      return { ...told(choice), files: isSilent ? [] : found, total: found.length };
    },
    async filesOf(name, choice) {
      call("filesOf", name, choice);
      const all = isSilent ? [] : (files[name] ?? []);
      const from = Number(choice.after ?? 0);
      const to = from + choice.limit;
      const { repository = "", suite = "" } = chosen(choice)[0] ?? {};
      return {
        ...told(choice),
        files: all.slice(from, to).map((path) => ({ path, owners: [name], repository, suite })),
        total: all.length,
        ...(to < all.length && { next: String(to) }),
      };
    },
    async changes(names, choice) {
      call("changes", names, choice);
      const change = { version: "3:4.8.33-1", architecture: "amd64", snapshot: "s", at };
      const changes = names
        .filter((name) => name === "mc" && !isSilent)
        .map((name) => ({ name, ...change, repository: "debian", suite: "trixie" }));
      return { ...told(choice), changes };
    },
  };
  return { service, calls };
}

function isOf(allowed: readonly string[], value: string): boolean {
  return (
    allowed.length === 0 || allowed.includes(value) || ["all", "any", "noarch"].includes(value)
  );
}

function chosen({ repositories, suites: names, kinds }: SuiteChoice): Suite[] {
  return suites.filter(
    ({ repository, suite, kind }) =>
      (repositories.length === 0 || repositories.includes(repository)) &&
      (names.length === 0 || names.includes(suite)) &&
      (kinds.length === 0 || kinds.includes(kind)),
  );
}

function placed(
  { repository, kind, suite, component, purl }: Suite,
  record: PackageRecord,
): PlacedPackage {
  const { name, version, architecture, path } = record;
  return {
    ...{ repository, kind, suite, snapshot: "20261130T100000Z-abcd", record },
    ...(component !== undefined && { component }),
    purl: `${purl}/${name.replaceAll("+", "%2B")}@${encodeURIComponent(version)}?arch=${architecture}&distro=${suite.split("/")[0]}`,
    ...(path !== undefined && { href: `/${repository}/${path}` }),
    since: at,
  };
}

/** What a client gets. */
export async function ask(
  path: string,
  { mood, service, ...init }: RequestInit & { mood?: Mood; service?: PackageService } = {},
): Promise<{ status: number; headers: Headers; text: string; json(): unknown }> {
  const headers = new Headers(init.headers);
  headers.set(baseHeader, base);
  const request = new Request(`https://packages.invalid${path}`, { ...init, headers });
  const answer = await answerPackages(request, service ?? standIn(mood).service);
  if (answer === undefined) throw new Error(`${path} is nobody's`);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) };
}
