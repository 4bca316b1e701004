/** What the edge asks for a page of statistics, and what it gets. */
import type { Declared } from "./expected-share.ts";

export interface PageWish {
  /** As pages name it: `en`. */
  language: string;
  /** The address names the language, and links do too. */
  isChosen: boolean;
  /** One repository is looked at alone; absent: all. */
  repository?: string;
  mirrors: readonly Declared[];
}

/** A page without its frame. */
export interface ToldPage {
  title: string;
  description: string;
  /** Rules behind those of all pages. */
  style: string;
  /** What stands in `main`: HTML. */
  main: string;
}
