/** A truth: a request, and what the real tool answered. Its form in files, checked. Pure. */
import type {
  InstalledPackage,
  SolvedChange,
  SolveOutcome,
  SolveRequest,
} from "../../worker/solve/request.ts";

/** Installed packages that many requests share: a line of `sets.jsonl`. */
export interface InstalledSet {
  set: string;
  /** Foreign architectures that it was computed with. */
  foreign: readonly string[];
  /** `libc6:amd64=2.36-9`, with ` automatic` behind it where it is. */
  installed: readonly string[];
}

/** A request as files have it: its installed packages by a set's name. */
export interface StoredRequest extends Omit<SolveRequest, "installed"> {
  /** `hold` has `name:architecture` of packages of the set. */
  installed: readonly [] | { set: string; hold?: readonly string[] };
}

export interface StoredTruth {
  /** Its place among the draws of its seed. */
  number: number;
  stratum: string;
  request: StoredRequest;
  outcome: SolveOutcome;
}

export interface Truth {
  number: number;
  stratum: string;
  request: SolveRequest;
  outcome: SolveOutcome;
}

const packageText = /^([a-z0-9][a-z0-9+.-]*):([a-z0-9-]+)=(\S+?)( automatic)?$/;
/** @throws Error for a text that names no package */
export function installedOf(texts: readonly string[]): InstalledPackage[] {
  return texts.map((text) => {
    const [, name, architecture, version, automatic] = packageText.exec(text) ?? [];
    if (name === undefined || architecture === undefined || version === undefined) {
      throw new Error(`"${text}" is no installed package: name:architecture=version.`);
    }
    return { name, version, architecture, ...(automatic !== undefined && { automatic: true }) };
  });
}

/** As sets have it. */
export function installedText(one: InstalledPackage): string {
  return `${one.name}:${one.architecture}=${one.version}${one.automatic === true ? " automatic" : ""}`;
}

/** A request with its set's packages in it. @throws Error where it names a set or a held package that isn't there */
export function resolved(
  request: StoredRequest,
  sets: ReadonlyMap<string, readonly InstalledPackage[]>,
  place: string,
): SolveRequest {
  const { installed } = request;
  if (!("set" in installed)) return { ...request, installed: [] };
  const packages = sets.get(installed.set);
  if (packages === undefined) throw new Error(`${place}: there is no set "${installed.set}".`);
  const held = new Set(installed.hold);
  const resolvedPackages = packages.map((one) => {
    const isHeld = held.delete(`${one.name}:${one.architecture}`);
    return isHeld ? { ...one, hold: true as const } : one;
  });
  const [missing] = held;
  if (missing !== undefined) throw new Error(`${place}: ${missing} is held, and not in the set.`);
  return { ...request, installed: resolvedPackages };
}

/** Whether a line of a file is a truth. */
export function isTruth(value: unknown): value is StoredTruth {
  return (
    isObject(value) &&
    Number.isInteger(value.number) &&
    typeof value.stratum === "string" &&
    isRequest(value.request) &&
    isOutcome(value.outcome)
  );
}

function isRequest(value: unknown): value is StoredRequest {
  if (!isObject(value)) return false;
  const { policy, architecture, foreign, install, remove, upgrade, installed, pins } = value;
  return (
    typeof policy === "string" &&
    typeof architecture === "string" &&
    [foreign, install, remove].every(isTexts) &&
    (upgrade === undefined || upgrade === "upgrade" || upgrade === "dist-upgrade") &&
    typeof value.recommends === "boolean" &&
    Array.isArray(pins) &&
    pins.every(isPin) &&
    ((Array.isArray(installed) && installed.length === 0) ||
      (isObject(installed) && typeof installed.set === "string"))
  );
}

function isPin(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.package === "string" &&
    typeof value.pin === "string" &&
    Number.isInteger(value.priority)
  );
}

function isOutcome(value: unknown): value is SolveOutcome {
  if (!isObject(value)) return false;
  const { changes, refused } = value;
  if (changes === undefined) return typeof refused === "string" && refused !== "";
  return refused === undefined && Array.isArray(changes) && changes.every(isChange);
}

function isChange(value: unknown): value is SolvedChange {
  return (
    isObject(value) &&
    (value.action === "install" || value.action === "remove") &&
    ["name", "architecture", "version"].every((key) => typeof value[key] === "string") &&
    (value.from === undefined || typeof value.from === "string")
  );
}

/** Whether a line of the sets' file is one. */
export function isSet(value: unknown): value is InstalledSet {
  return (
    isObject(value) &&
    typeof value.set === "string" &&
    isTexts(value.foreign) &&
    isTexts(value.installed)
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
