/** A `PackageService` over a few made-up packages, for tests of pages: it finds by name, provides, command, file and words. */
import type { Kind } from "../../../../worker/formats/kinds.ts";
import type { PackageRecord } from "../../../../worker/formats/package-record.ts";
import { HeldPages } from "../../../../worker/pages/frame/held-pages.ts";
import type { PackagesPageSources } from "../../../../worker/pages/packages/packages-page.ts";
import type {
  PackageDetail,
  PackageQuery,
  PackageResult,
  PackageService,
  PlacedPackage,
  SuiteChoice,
  ToldSuites,
} from "../../../../worker/search/package-service.ts";
import type { AnsweredState } from "../../../../worker/search/suite.ts";
import type { Why } from "../../../../worker/search/suite-question.ts";

export const day = 24 * 3_600_000;
export const at = Date.UTC(2026, 10, 30, 8, 15);

export const repositories = [
  { name: "debian", kind: "apt", title: "Debian", architectures: ["amd64", "arm64"] },
  { name: "debian-security", kind: "apt", title: "Debian security", architectures: ["amd64"] },
  { name: "fedora", kind: "rpm", title: "Fedora", architectures: ["x86_64", "aarch64"] },
  { name: "archlinux", kind: "pacman", title: "Arch Linux", architectures: ["x86_64"] },
  { name: "alpine", kind: "apk", title: "Alpine Linux", architectures: ["x86_64"] },
] as const;

type Where = readonly [repository: string, suite: string];

/** A package with its files. */
export interface MadePackage {
  where: Where;
  record: PackageRecord;
  since?: number;
  files?: readonly string[];
}

function made(
  where: Where,
  record: Partial<PackageRecord> & { name: string },
  more: Partial<MadePackage> = {},
): MadePackage {
  const { name } = record;
  const whole = {
    version: "1.0-1",
    architecture: where[0] === "fedora" || where[0] === "archlinux" ? "x86_64" : "amd64",
    summary: `The package ${name}`,
    size: 123_456,
    sha256: "0123456789abcdef".repeat(4),
    ...record,
  };
  return {
    where,
    record: { path: `pool/${name}_${whole.version}_${whole.architecture}.deb`, ...whole },
    ...more,
  };
}

const bookworm = ["debian", "bookworm"] as const;
const security = ["debian-security", "bookworm-security"] as const;

/** From Debian 12, as its own index has it. */
const zlibDevel: PackageRecord = {
  name: "zlib1g-dev",
  version: "1:1.2.13.dfsg-1",
  architecture: "amd64",
  summary: "compression library - development",
  description:
    "zlib is a library implementing the deflate compression method found\nin gzip and PKZIP.  This package includes the development support\nfiles.\n\nIt has:\n* headers\n* a static library",
  source: "zlib",
  section: "libdevel",
  priority: "optional",
  homepage: "http://zlib.net/",
  maintainer: "Mark Brown <broonie@debian.org>",
  path: "pool/main/z/zlib/zlib1g-dev_1.2.13.dfsg-1_amd64.deb",
  size: 916_348,
  installedSize: 1_400_000,
  sha256: "f9ce531f60cbd5df37996af9370e0171be96902a17ec2bdbd8d62038c354094f",
  relations: {
    depends: ["zlib1g (= 1:1.2.13.dfsg-1)", "libc6-dev | libc-dev"],
    provides: ["libz-dev"],
    conflicts: ["zlib1-dev"],
  },
};

/** What turns a page about, where it isn't held in its place. */
export const hostile = {
  name: "evil\u202Egnp.exe<script>alert(1)</script>",
  summary: '"><img src=x onerror=alert(1)>\u202E\u0000 turned about',
  description: "\u2067right to left\n\n<b>bold</b> &amp; \u0007 bell\n- one\n- two",
  homepage: "javascript:alert(1)",
  maintainer: "</dd><h1>Me",
};

const long = `lib${"averylongname".repeat(12)}`;

export const packages: readonly MadePackage[] = [
  {
    where: bookworm,
    record: zlibDevel,
    since: at - 40 * day,
    files: [
      "usr/include/zlib.h",
      "usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc",
      "usr/share/doc/zlib1g-dev/a file with blanks",
    ],
  },
  {
    where: bookworm,
    record: {
      ...zlibDevel,
      architecture: "arm64",
      size: 910_000,
      sha256: "ab".repeat(32),
      path: "pool/main/z/zlib/zlib1g-dev_1.2.13.dfsg-1_arm64.deb",
    },
    since: at - 40 * day,
  },
  {
    where: ["debian", "trixie"],
    record: {
      ...zlibDevel,
      version: "1:1.3.dfsg+really1.3.1-1",
      path: "pool/main/z/zlib/zlib1g-dev_1.3.dfsg+really1.3.1-1+b1_amd64.deb",
    },
    since: at - 3 * day,
  },
  made(
    bookworm,
    {
      name: "zlib1g",
      summary: "compression library - runtime",
      relations: { provides: ["libz1"] },
    },
    { files: ["lib/x86_64-linux-gnu/libz.so.1"] },
  ),
  made(["fedora", "42/x86_64/os"], {
    name: "zlib-devel",
    summary: "Header files and libraries for Zlib development",
    relations: { provides: ["pkgconfig(zlib) = 1.3.1"] },
  }),
  made(["archlinux", "core"], {
    name: "zlib",
    summary: "Compression library",
    relations: { provides: ["libz.so=1-64"] },
  }),
  made(["alpine", "v3.20/main/x86_64"], {
    name: "zlib-dev",
    summary: "A compression library (development files)",
  }),
  made(bookworm, {
    name: "g++",
    version: "4:12.2.0-3",
    summary: "GNU C++ compiler",
    path: "pool/main/g/gcc-defaults/g++_12.2.0-3_amd64.deb",
  }),
  made(bookworm, {
    name: "libstdc++6",
    version: "12.2.0-14+deb12u1",
    summary: "GNU Standard C++ Library v3",
  }),
  made(["fedora", "42/x86_64/os"], { name: "perl(Foo::Bar)", summary: "An odd name" }),
  made(
    bookworm,
    {
      name: "mc",
      summary: "Midnight Commander - a powerful file manager",
      commands: ["mc", "mcedit"],
    },
    {
      since: at - day,
      files: Array.from(
        { length: 260 },
        (_, one) => `usr/share/mc/file-${String(one).padStart(3, "0")}`,
      ),
    },
  ),
  made(security, {
    name: "mc",
    version: "1.0-1+deb12u1",
    summary: "Midnight Commander - a powerful file manager",
  }),
  made(bookworm, hostile),
  made(bookworm, { name: long, summary: `Word${"withoutblanks".repeat(30)}` }),
  made(bookworm, {
    name: "meta-all",
    relations: {
      depends: Array.from(
        { length: 400 },
        (_, one) => `part-${one} (>= 1.${one}) | other-part:any`,
      ),
    },
  }),
  ...Array.from({ length: 60 }, (_, one) =>
    made(bookworm, { name: `python3-part${String(one).padStart(2, "0")}` }),
  ),
];

const kindOf = (repository: string): Kind =>
  repositories.find(({ name }) => name === repository)?.kind ?? "files";

function placed({ where: [repository, suite], record, since }: MadePackage): PlacedPackage {
  return {
    repository,
    kind: kindOf(repository),
    suite,
    snapshot: "20261130T081500Z-b38deb35",
    ...(repository.startsWith("debian") && { component: "main" }),
    record,
    purl: `pkg:deb/debian/${encodeURIComponent(record.name)}@${encodeURIComponent(record.version)}?arch=${record.architecture}`,
    href: `/${repository}/${(record.path ?? "").split("/").map(encodeURIComponent).join("/")}`,
    ...(since !== undefined && { since }),
  };
}

function isChosen(
  { where: [repository, suite], record }: MadePackage,
  choice: SuiteChoice,
): boolean {
  const has = (list: readonly string[], value: string) => list.length === 0 || list.includes(value);
  return (
    has(choice.repositories, repository) &&
    has(choice.suites, suite) &&
    has(choice.kinds, kindOf(repository)) &&
    has(choice.architectures, record.architecture)
  );
}

function whyOf({ record, files = [] }: MadePackage, { q, fields, isExact }: PackageQuery): Why[] {
  const why: Why[] = [];
  const { name, relations, commands = [], summary = "" } = record;
  const names = (relations?.provides ?? []).map((one) => one.split(/[ =]/, 1)[0] ?? "");
  const path = q.replace(/^\//, "");
  const whole = isExact === true;
  if (fields.includes("name")) {
    if (name === q) why.push({ by: "name" });
    else if (!whole && name.startsWith(q)) why.push({ by: "prefix" });
    else if (!whole && name.includes(q)) why.push({ by: "part" });
  }
  if (fields.includes("provides") && names.includes(q)) why.push({ by: "provides", what: q });
  if (fields.includes("command") && commands.includes(q)) why.push({ by: "command", what: q });
  if (fields.includes("file") && files.includes(path)) why.push({ by: "file", what: `/${path}` });
  if (fields.includes("description") && !whole && summary.includes(q))
    why.push({ by: "words", what: q });
  // One letter too many, as typos go.
  if (why.length === 0 && fields.includes("name") && q.slice(0, -1) === name)
    why.push({ by: "typo" });
  return why;
}

function toldOf(choice: SuiteChoice, unanswered: ToldSuites["unanswered"]): ToldSuites {
  const suites = new Map<string, AnsweredState>();
  for (const one of packages.filter((each) => isChosen(each, { ...choice, architectures: [] }))) {
    const [repository, suite] = one.where;
    const key = one.where.join(" ");
    if (unanswered.some((each) => each.repository === repository)) continue;
    suites.set(key, {
      repository,
      kind: kindOf(repository),
      suite,
      snapshot: "20261130T081500Z-b38deb35",
      at,
      ...(suite === "trixie" && { isFormer: true }),
      indexes: [
        {
          name: "main/binary-amd64/Packages",
          role: "packages",
          component: "main",
          architecture: "amd64",
          entries: 63_440,
        },
        { name: "main/Contents-amd64", role: "files", why: "It has 0 bytes." },
      ],
      untold: kindOf(repository) === "apt" ? ["Alternatives (`vim`, `awk`) are in no index."] : [],
    });
  }
  return { states: [...suites.values()], unanswered };
}

/** @param unanswered repositories that don't answer */
export function standIn(unanswered: ToldSuites["unanswered"] = []): PackageService {
  const known = packages.filter(
    ({ where }) => !unanswered.some(({ repository }) => repository === where[0]),
  );
  const results = (found: readonly { one: MadePackage; why: Why[] }[]): PackageResult[] => {
    const byName = new Map<string, PackageResult>();
    for (const { one, why } of found) {
      const key = `${one.where[0]} ${one.record.name}`;
      const before = byName.get(key);
      const places = [...(before?.places ?? []), placed(one)];
      byName.set(key, { repository: one.where[0], name: one.record.name, why, rank: 1, places });
    }
    return [...byName.values()];
  };
  const paged = <One>(
    all: readonly One[],
    { limit, after = "0" }: { limit: number; after?: string },
  ) => {
    const from = Number(after);
    const next = from + limit;
    return { shown: all.slice(from, next), ...(next < all.length && { next: String(next) }) };
  };
  const answer = (
    found: PackageResult[],
    choice: SuiteChoice,
    paging: { limit: number; after?: string },
  ) => {
    const { shown, ...next } = paged(found, paging);
    return { results: shown, total: found.length, ...next, ...toldOf(choice, unanswered) };
  };
  const named = (names: readonly string[], choice: SuiteChoice) =>
    known
      .filter((one) => names.includes(one.record.name) && isChosen(one, choice))
      .map((one) => ({ one, why: [{ by: "name" as const }] }));
  return {
    kinds: () => ["apt", "rpm", "pacman", "apk"],
    async search(query) {
      if (query.q.length < 2) {
        return {
          results: [],
          total: 0,
          refused: "One letter is too few: two at least.",
          states: [],
          unanswered: [],
        };
      }
      const found = known
        .filter((one) => isChosen(one, query))
        .map((one) => ({ one, why: whyOf(one, query) }))
        .filter(({ why }) => why.length > 0);
      const exact = (one: PackageResult) => Number(one.why.some(({ by }) => by === "name"));
      return answer(
        results(found).sort((one, other) => exact(other) - exact(one)),
        query,
        query,
      );
    },
    named: async (names, choice) => answer(results(named(names, choice)), choice, { limit: 1000 }),
    madeOf: async (_sources, choice) => answer([], choice, { limit: 1000 }),
    keyed: async (_by, _tokens, choice) => answer([], choice, choice),
    detail: async (name, choice): Promise<PackageDetail> => ({
      name,
      places: named([name], choice).map(({ one }) => placed(one)),
      elsewhere:
        name === "zlib1g-dev"
          ? [
              {
                repository: "fedora",
                name: "zlib-devel",
                version: "1.3.1-2.fc42",
                by: "pkg-config",
                what: "zlib",
              },
              {
                repository: "archlinux",
                name: "zlib",
                version: "1:1.3.1-2",
                by: "paths",
                what: "usr/include/zlib.h",
              },
              {
                repository: "alpine",
                name: "zlib-dev",
                version: "1.3.1-r1",
                by: "name",
                what: "zlib",
              },
            ]
          : [],
      neededBy:
        name === "zlib1g-dev"
          ? { names: ["libpng-dev", "g++"], total: 312 }
          : { names: [], total: 0 },
      advisories:
        name === "zlib1g-dev"
          ? [
              {
                repository: "debian",
                id: "DSA-5570-1",
                type: "security",
                severity: "Important",
                title: "zlib <security> update",
                issued: 1_700_000_000,
              },
            ]
          : [],
      ...toldOf(choice, unanswered),
    }),
    files: async (_path, _match, choice) => ({
      files: [],
      total: 0,
      ...toldOf(choice, unanswered),
    }),
    async filesOf(name, choice) {
      const files = known
        .filter((one) => one.record.name === name && isChosen(one, choice))
        .flatMap(({ where: [repository, suite], files: paths = [] }) =>
          paths.map((path) => ({ path, owners: [name], repository, suite })),
        );
      const { shown, ...next } = paged(files, choice);
      return { files: shown, total: files.length, ...next, ...toldOf(choice, unanswered) };
    },
    changes: async (names, choice) => ({
      changes: names.includes("mc")
        ? ["amd64", "arm64"].map((architecture) => ({
            name: "mc",
            version: "1.0-1+deb12u1",
            architecture,
            snapshot: "s",
            at,
            repository: "debian",
            suite: "bookworm",
          }))
        : [],
      ...toldOf(choice, unanswered),
    }),
  };
}

/** As apt's reading does, nearly. */
function namesIn(_kind: Kind, entry: string): string[] {
  return entry.split("|").map((one) => /^[^\s(:=]+/.exec(one.trim())?.[0] ?? "");
}

export function standInSources(unanswered: ToldSuites["unanswered"] = []): PackagesPageSources {
  return { service: standIn(unanswered), pages: new HeldPages(), repositories, namesIn };
}
