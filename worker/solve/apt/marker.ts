/** Marks packages to be kept, removed or installed, with all that follows from it. */
import { at } from "../universe/columns.ts";
import { implicit, MultiArch } from "../universe/relation-words.ts";
import { MarkingInstall } from "./marking-install.ts";
import { Mode, type Selection, Standing, TooManySteps } from "./selection.ts";
import { versionsFor } from "./solutions.ts";

/** How a client's `apt.conf` has it. */
export interface AptSettings {
  /** Sections whose packages, once removed, leave what they depend on as asked for (`APT::Never-MarkAuto-Sections`). */
  neverAutomatic: readonly string[];
  /** Sections of packages that are replaced by what they depend on (`APT::Move-Autobit-Sections`). */
  moveAutomatic: readonly string[];
  /** What is suggested isn't garbage (`APT::AutoRemove::SuggestsImportant`). */
  keepsSuggested: boolean;
}

/** What apt does without a configuration. */
export const bareSettings: AptSettings = {
  neverAutomatic: [],
  moveAutomatic: [],
  keepsSuggested: true,
};

/** Debian 12's `/etc/apt/apt.conf.d/01autoremove`. */
export const debianSettings: AptSettings = {
  neverAutomatic: ["metapackages", "tasks"],
  moveAutomatic: ["oldlibs"],
  keepsSuggested: true,
};

/** apt gives up 3,000 deep; the chains of Debian's main are below 200, and a call stack has its end. */
const maxDepth = 1_000;

export class Marker {
  readonly selection: Selection;
  readonly settings: AptSettings;

  constructor(selection: Selection, settings: AptSettings) {
    this.selection = selection;
    this.settings = settings;
  }

  /** False: it may not be kept as it is. */
  keep(one: number, byUser: boolean, depth: number): boolean {
    const s = this.selection;
    if (!this.mayChange(one, Mode.keep, depth, byUser)) return false;
    if (s.keeps(one)) return true;
    s.mode[one] = Mode.keep;
    s.choose(one, at(s.current, one));
    s.notice(one);
    return true;
  }

  /** False: it may not be removed. */
  remove(one: number, byUser: boolean, depth: number): boolean {
    const s = this.selection;
    if (!this.mayChange(one, Mode.remove, depth, byUser)) return false;
    if (s.removes(one) || at(s.install, one) === 0) return true;
    if (!this.mayRemove(one, byUser)) return false;
    if (!byUser) this.#leaveDependencies(one);
    s.mode[one] = at(s.current, one) === 0 ? Mode.keep : Mode.remove;
    s.choose(one, 0);
    s.notice(one);
    return true;
  }

  /**
   * @param auto with all that it needs
   * @returns whether that worked
   */
  install(one: number, auto: boolean, byUser: boolean, depth: number): boolean {
    this.selection.step();
    return new MarkingInstall(this, one).run(auto, byUser, depth);
  }

  /** A mode may be set: not against the user, a hold, or what the system needs. */
  mayChange(one: number, mode: number, depth: number, byUser: boolean): boolean {
    const s = this.selection;
    if (depth > maxDepth) throw new TooManySteps(`Dependencies are more than ${maxDepth} deep.`);
    if (one === 0 || !s.world.hasVersions(one)) return false;
    if (byUser || s.mode[one] === mode) return true;
    if (s.isProtected[one] === 1) return false;
    if (mode !== Mode.keep && s.held[one] === 1) return false;
    return mode !== Mode.remove || !s.isVital(one);
  }

  /** What the user asked to install isn't dropped again. */
  mayRemove(one: number, byUser: boolean): boolean {
    const s = this.selection;
    if (byUser || at(s.current, one) !== 0) return true;
    const fresh = s.standing[one] === Standing.fresh;
    return at(s.install, one) === 0 || !fresh || s.automatic[one] === 1;
  }

  /** What a metapackage depended on counts as asked for once the metapackage goes. */
  #leaveDependencies(one: number): void {
    const s = this.selection;
    const version = at(s.install, one);
    if (version === 0 || !this.isIn(version, this.settings.neverAutomatic)) return;
    for (let relation = s.first(version); relation < s.end(version); relation++) {
      const said = at(s.universe.relationSaid, relation);
      if ((at(s.universe.saidOperator, said) & implicit) !== 0) continue;
      if (s.isNegative(relation) || !s.isImportant(relation)) continue;
      for (const found of versionsFor(s, relation, "installed")) {
        s.automatic[s.world.packageOf(found)] = 0;
      }
    }
  }

  /** The version's section is one of those, in any component. */
  isIn(version: number, sections: readonly string[]): boolean {
    if (sections.length === 0) return false;
    const section = this.selection.universe.names.text(
      at(this.selection.universe.versionSection, version),
    );
    const last = section.slice(section.lastIndexOf("/") + 1);
    return sections.includes(section) || sections.includes(last);
  }

  /** All architectures of a package of `Multi-Arch: same` have the same version. */
  isInStep(one: number, byUser: boolean): boolean {
    const s = this.selection;
    const candidate = at(s.candidate, one);
    if (byUser || (s.installs(one) && at(s.install, one) === candidate)) return true;
    if (candidate === at(s.current, one) || !this.#isSame(candidate)) return true;
    const group = s.world.group(one);
    return s.world.packagesOf(group).every((sibling) => {
      if (sibling === one || at(s.current, sibling) === 0) return true;
      const theirs = at(s.candidate, sibling);
      if (theirs === 0 || s.world.textNumber(theirs) === s.world.textNumber(candidate)) return true;
      return !this.#isSame(theirs) || !s.world.isDownloadable(theirs);
    });
  }

  #isSame(version: number): boolean {
    return (at(this.selection.universe.versionMultiArch, version) & MultiArch.same) !== 0;
  }

  /** Each thing that the candidate needs is or can be there; else the candidate is given up. */
  isSatisfiable(one: number, auto: boolean): boolean {
    const s = this.selection;
    const candidate = at(s.candidate, one);
    if (!auto || candidate === at(s.current, one)) return true;
    const end = s.end(candidate);
    for (let first = s.first(candidate); first < end; ) {
      const last = s.lastOf(first);
      if (s.isCritical(first) && !s.isNegative(first) && !this.#canBeMet(first, last)) {
        this.#giveUp(one);
        return false;
      }
      first = last + 1;
    }
    return true;
  }

  #canBeMet(first: number, last: number): boolean {
    const s = this.selection;
    for (let one = first; one <= last; one++) {
      if (s.isMetByCandidates(one) || s.isMet(one)) return true;
    }
    return false;
  }

  #giveUp(one: number): void {
    const s = this.selection;
    if (s.isProtected[one] === 1) return;
    const current = at(s.current, one);
    if (current !== 0) s.setCandidate(current);
    else s.changeCandidateUnsaid(one, 0);
    if (!s.removes(one)) {
      s.mode[one] = Mode.keep;
      s.stand(one);
    }
  }
}
