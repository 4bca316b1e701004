/** What is known of the indexes that a universe is made of: apt's pins and `NAME/SUITE` go by it. */

/** One index with what its suite's Release file says. */
export interface IndexFacts {
  /** `stable`. */
  suite?: string;
  /** `bookworm`. */
  codename?: string;
  /** `12.9`. */
  version?: string;
  origin?: string;
  label?: string;
  component?: string;
  /** Of the index. */
  architecture?: string;
  /** Host of the repository, for `Pin: origin`. */
  site?: string;
  notAutomatic?: boolean;
  butAutomaticUpgrades?: boolean;
}
