/** Package URLs (`pkg:deb/debian/mc@3:4.8.29-2?arch=amd64&distro=bookworm`), by the specification ECMA-427. Pure. */
import type { Kind } from "./kinds.ts";
import type { PackageRecord } from "./package-record.ts";

/** How a kind's packages are named by package URLs. */
interface PackageUrlRule {
  /** The type, as package-url/purl-spec registers it. */
  type: string;
  /** Names are to be written in lower case. */
  isLowerCase?: true;
  /** The epoch is a qualifier, and no part of the version. */
  hasEpochQualifier?: true;
  /** The qualifier `distro`; absent: the distribution has one state alone. */
  distro?(distribution: string, suite: string): string | undefined;
}

const rules: Readonly<Partial<Record<Kind, PackageUrlRule>>> = {
  apt: {
    type: "deb",
    isLowerCase: true,
    // "The distribution name, codename, or suite", by the type's definition.
    distro: (_, suite) => (suite === "." ? undefined : suite),
  },
  rpm: { type: "rpm", hasEpochQualifier: true, distro: releaseOf },
  pacman: { type: "alpm", isLowerCase: true },
  apk: {
    type: "apk",
    isLowerCase: true,
    distro: (distribution, suite) => {
      const [branch = ""] = suite.split("/");
      return /^v\d|^edge$/.test(branch) ? `${distribution}-${branch.replace(/^v/, "")}` : undefined;
    },
  },
};

/** Repositories whose distribution is called otherwise than the first part of their name. */
const distributions: Readonly<Record<string, string>> = {
  archlinux: "arch",
  // Made and signed by Fedora's project.
  epel: "fedora",
};
/** Parts of a distribution that are repositories of their own, by the rest of their names. */
const partOfDistribution = /-(?:security|updates|backports|ports|stream|archive|debug|extras)$/;

/** The distribution that a repository is of, as package URLs have it for a namespace: `debian` of `debian-security`. */
export function distributionOf(repository: string): string {
  const whole = repository.toLowerCase().replace(partOfDistribution, "");
  return Object.hasOwn(distributions, whole) ? (distributions[whole] ?? whole) : whole;
}

/**
 * A package's URL.
 *
 * @param suite as `SuiteState.suite`
 */
export function packageUrl(
  { kind, repository, suite }: { kind: Kind; repository: string; suite: string },
  { name, version, architecture }: Pick<PackageRecord, "name" | "version" | "architecture">,
): string {
  const rule = rules[kind] ?? { type: "generic" };
  const distribution = distributionOf(repository);
  const epoch = rule.hasEpochQualifier ? /^(\d+):/.exec(version)?.[1] : undefined;
  const plainVersion = epoch === undefined ? version : version.slice(epoch.length + 1);
  const qualifiers = [
    ["arch", architecture],
    ["distro", rule.distro?.(distribution, suite)],
    ["epoch", epoch],
  ]
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([key, value = ""]) => `${key}=${escaped(value)}`);
  const path = [rule.type, distribution, rule.isLowerCase ? name.toLowerCase() : name].map(escaped);
  const query = qualifiers.length === 0 ? "" : `?${qualifiers.join("&")}`;
  return `pkg:${path.join("/")}${version === "" ? "" : `@${escaped(plainVersion)}`}${query}`;
}

/** `fedora-44`, of the first step that begins with a digit; `opensuse-tumbleweed`. */
function releaseOf(distribution: string, suite: string): string | undefined {
  const steps = suite.split("/");
  const release =
    steps.find((step) => /^\d/.test(step)) ?? steps.find((step) => step === "tumbleweed");
  return release === undefined ? undefined : `${distribution}-${release}`;
}

/** All but letters, digits, `.`, `-`, `_`, `~` and the colon is escaped: "the colon MUST NOT be percent-encoded". */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%3A", ":");
}
