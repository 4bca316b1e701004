/** What a form of list is, for writing. */
import type { Kind } from "../../../worker/formats/kinds.ts";
import type { Fact } from "./facts.ts";
import type { ListedMirror } from "./listed-mirror.ts";

/** What is written. */
export interface ListToWrite {
  /** In their order: by country of one repository, by site of all. */
  mirrors: readonly ListedMirror[];
  /** Of the writing, Unix milliseconds. */
  now: number;
}

/** A form that lists can be written in. */
export interface ExportForm {
  /** What a file of it is. */
  called: string;
  /** The form is of one repository, or of all that a site has. */
  of: "repository" | "site";
  /** Kinds of repositories whose programs read it; absent: any. */
  kinds?: readonly Kind[];
  /** Each mirror is a file of its own, in a folder. */
  isFolder?: true;
  says: readonly Fact[];
  /** It can say that a mirror is for some clients alone; else private mirrors are left out. */
  saysPrivate?: true;
  /** It can say that a mirror is out of service; else those are left out. */
  saysOut?: true;
  /** It has no place for a mirror without a country. */
  needsCountry?: true;
  /** Why a mirror can't be said in it, to follow a number of mirrors: `at another port`; undefined where it can. */
  refuses?(mirror: ListedMirror): string | undefined;
  /** It tells what checks found, which a running service alone knows. */
  needsChecks?: true;
  /**
   * Pure.
   * @returns texts by their usual file names, one unless it is a folder
   */
  write(list: ListToWrite): ReadonlyMap<string, string>;
}
