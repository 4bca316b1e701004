/** What a solver is asked, and what it answers: the real tool's own words, as plain values. */

/** Whose rules are followed. */
export type SolvePolicy = "apt-2.6" | "apt-3" | "dnf-4" | "dnf-5" | "pacman-6" | "apk-2";

/** A package that is installed. */
export interface InstalledPackage {
  name: string;
  version: string;
  architecture: string;
  /** Installed for others' sake. */
  automatic?: true;
  hold?: true;
}

/** As an entry of apt_preferences(5). */
export interface Pin {
  /** A name, a glob, or `*`. */
  package: string;
  /** `version 1.2*`, `release n=bookworm`, `release a=stable-security`. */
  pin: string;
  priority: number;
}

export interface SolveRequest {
  policy: SolvePolicy;
  /** dpkg's name of the native one. */
  architecture: string;
  /** Foreign ones, in order. */
  foreign: readonly string[];
  /** In their order, which counts: `mc`, `mc:i386`, `mc=3:4.8.29-2`, `mc/bookworm`. */
  install: readonly string[];
  remove: readonly string[];
  /** apt-get's `upgrade`, `dist-upgrade`; absent: neither. */
  upgrade?: "upgrade" | "dist-upgrade";
  installed: readonly InstalledPackage[];
  recommends: boolean;
  pins: readonly Pin[];
  /** Decides phased updates; absent: all of them are taken (as in a chroot). */
  machineId?: string;
}

/** One line of `apt-get -s`: in the tool's order where that is asked for, else sorted. */
export interface SolvedChange {
  action: "install" | "remove";
  name: string;
  architecture: string;
  /** Of `install` the new one, of `remove` the installed one. */
  version: string;
  /** The installed version that is replaced. */
  from?: string;
}

export type SolveOutcome =
  | { changes: readonly SolvedChange[] }
  /** The tool refuses; `why` is for people, and refusals compare as refusals. */
  | { refused: string };
