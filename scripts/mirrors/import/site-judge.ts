/** Whether a site that an import makes would pass the list's check: an odd entry is left out, and costs no other its place. */
import { checkSiteFile, claimsOf, type KnownRepository } from "../../../worker/list/check.ts";
import type { Site } from "../../../worker/list/site.ts";
import { areOfOneTree } from "../../../worker/list/trees.ts";
import { parseSource } from "../source.ts";
import { newSiteText } from "../write-site.ts";

export class SiteJudge {
  readonly #known: ReadonlyMap<string, KnownRepository>;
  readonly #now: number;
  /** Which repository on which site has a URL. */
  readonly #claimed = new Map<string, { site: string; repository: string }>();

  /**
   * @param sites those that the list has already
   * @param known the list's repositories, by name
   * @param now Unix milliseconds
   */
  constructor(sites: Iterable<Site>, known: ReadonlyMap<string, KnownRepository>, now: number) {
    this.#known = known;
    this.#now = now;
    for (const site of sites) this.#claim(site);
  }

  /** Why the site can't be part of the list; undefined where it can. Then its URLs are its own from now on. */
  refusal(site: Site): string | undefined {
    const [error] = checkSiteFile(
      parseSource(`${site.name}.yaml`, newSiteText(site)),
      this.#known,
      this.#now,
    ).errors;
    if (error !== undefined) return error.message;
    const own = new Map<string, string>();
    for (const { url, repository } of claimsOf(site)) {
      const other = this.#claimed.get(url);
      if (other !== undefined && other.site !== site.name) {
        return `${url} is \`${other.repository}\` of ${other.site} already`;
      }
      const twice = own.get(url);
      if (twice !== undefined && !areOfOneTree(twice, repository, this.#known))
        return `${url} is \`${twice}\` here already`;
      own.set(url, repository);
    }
    this.#claim(site);
    return undefined;
  }

  #claim(site: Site): void {
    for (const { url, repository } of claimsOf(site)) {
      this.#claimed.set(url, { site: site.name, repository });
    }
  }
}
