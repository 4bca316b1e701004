/** What apt 2.6 would do: `apt-get -s` of the same request, without apt. Pure. */
import type { SolvedChange, SolveOutcome, SolveRequest } from "../request.ts";
import { at } from "../universe/columns.ts";
import type { Universe } from "../universe/universe.ts";
import { Command, Refusal } from "./command.ts";
import { dropNewGarbage, markAndSweep } from "./garbage.ts";
import { type AptSettings, debianSettings, Marker } from "./marker.ts";
import { Policy } from "./policy.ts";
import { ProblemResolver, Resolver } from "./resolver.ts";
import { Selection, Standing } from "./selection.ts";
import { upgradeAll } from "./upgrades.ts";
import { World } from "./world.ts";

/**
 * @param universe of the request's architectures
 * @param settings of the client's `apt.conf`
 * @throws TooManySteps where it isn't known what apt would do
 */
export function solveApt(
  universe: Universe,
  request: SolveRequest,
  settings: AptSettings = debianSettings,
): SolveOutcome {
  try {
    const s = decide(universe, request, settings);
    return { changes: changesOf(s) };
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    throw error;
  }
}

function decide(universe: Universe, request: SolveRequest, settings: AptSettings): Selection {
  const world = new World(universe, request);
  const current = new Map(world.installed.map((one) => [one.package, one.version]));
  const candidates = new Policy(world, request.pins).candidates(current);
  const s = new Selection(world, candidates, request.recommends);
  const marker = new Marker(s, settings);
  noteInstalled(s, request);
  const { upgrade } = request;
  const names = request.install.length + request.remove.length;
  const wasBroken = s.anyBroken();
  if (wasBroken && (upgrade !== undefined || names === 0)) {
    throw new Refusal("Unmet dependencies. Try 'apt --fix-broken install' with no packages.");
  }
  if (upgrade !== undefined) markAndSweep(s, settings.keepsSuggested);
  const resolver = new ProblemResolver(marker);
  take(resolver, request, wasBroken);
  if (wasBroken && s.anyBroken()) {
    throw new Refusal("Unmet dependencies. Try 'apt --fix-broken install' with no packages.");
  }
  const resolved =
    upgrade === undefined ? resolver.resolve(true) : upgradeAll(marker, upgrade, request.machineId);
  if (!resolved || s.anyBroken()) {
    throw new Refusal("Unable to correct problems, you have held broken packages.");
  }
  dropNewGarbage(s, marker, settings.keepsSuggested);
  if (s.anyBroken()) throw new Refusal("Internal Error, AutoRemover broke stuff");
  return s;
}

function noteInstalled(s: Selection, request: SolveRequest): void {
  for (const [index, { automatic, hold }] of request.installed.entries()) {
    const one = s.world.installed[index]?.package ?? 0;
    if (automatic === true) s.automatic[one] = 1;
    if (hold === true) s.held[one] = 1;
  }
}

/** What the command names: first what goes, then what comes. */
function take(resolver: ProblemResolver, request: SolveRequest, wasBroken: boolean): void {
  const { selection: s, marker } = resolver;
  const command = new Command(s);
  const chosen = command.read(request.install, request.remove);
  for (const version of chosen.remove) {
    const one = s.world.packageOf(version);
    resolver.protect(one);
    resolver.set(one, Resolver.toRemove);
    // What isn't installed isn't to come either.
    if (at(s.current, one) === 0) s.held[one] = 1;
    else marker.remove(one, true, 0);
  }
  for (const version of chosen.install) {
    const one = s.world.packageOf(version);
    s.setCandidate(version);
    resolver.clear(one, Resolver.toRemove);
    resolver.protect(one);
    marker.install(one, false, true, 0);
    if (!s.installs(one)) s.automatic[one] = 0;
  }
  command.propagate(chosen);
  if (wasBroken) return;
  for (const version of chosen.install) {
    marker.install(s.world.packageOf(version), true, true, 0);
  }
}

/** Sorted by name, architecture and action, as nobody should rely on the tool's own order. */
function changesOf(s: Selection): SolvedChange[] {
  const { world } = s;
  const changes: SolvedChange[] = [];
  for (const one of s.active()) {
    const [current, install] = [at(s.current, one), at(s.install, one)];
    const name = world.name(one);
    if (s.removes(one) && current !== 0) {
      const architecture = world.architectureOfVersion(current);
      changes.push({ action: "remove", name, architecture, version: world.text(current) });
    } else if (s.installs(one) && install !== 0 && s.standing[one] !== Standing.same) {
      const from = current === 0 ? {} : { from: world.text(current) };
      const architecture = world.architectureOfVersion(install);
      changes.push({
        action: "install",
        name,
        architecture,
        version: world.text(install),
        ...from,
      });
    }
  }
  return changes.sort(inOrder);
}

function inOrder(one: SolvedChange, other: SolvedChange): number {
  for (const key of ["name", "architecture", "action"] as const) {
    if (one[key] !== other[key]) return one[key] < other[key] ? -1 : 1;
  }
  return 0;
}
