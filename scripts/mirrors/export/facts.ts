/** What lists know of mirrors, and what of it a form has no place for. Pure. */
import { exactPoint, type ListedMirror } from "./listed-mirror.ts";

/** Facts that mirrors may have, in the words of the sentence that tells what is lost. */
export const facts = {
  country: ({ site }) => site.country !== undefined,
  city: ({ site }) => site.city !== undefined,
  coordinates: ({ site }) => exactPoint(site) !== undefined,
  capacity: ({ site }) => site.capacity !== undefined,
  sponsor: ({ site }) => site.sponsor !== undefined,
  "AS number": ({ site }) => site.asn !== undefined,
  networks: ({ site }) => site.prefixes !== undefined,
  "address families": ({ site }) => site.families !== undefined,
  "countries it is for": ({ site }) => site.scope?.countries !== undefined,
  "networks it is for": ({ site }) =>
    site.scope?.asns !== undefined || site.scope?.prefixes !== undefined,
  http: ({ urls }) => urls.http !== undefined,
  https: ({ urls }) => urls.https !== undefined,
  "http beside https": ({ urls }) => urls.http !== undefined && urls.https !== undefined,
  "another path by http": ({ urls: { http = "", https = "" } }) =>
    http !== "" && https !== "" && pathOf(http) !== pathOf(https),
  "a scheme that is assumed": ({ carried }) => carried.assumed !== undefined,
  rsync: ({ rsync }) => rsync !== undefined,
  architectures: ({ carried }) => carried.architectures !== undefined,
  "that it has no images": ({ carried }) => carried.exclude?.includes("iso/") === true,
  "folders it leaves out": ({ carried }) =>
    carried.exclude?.some((folder) => folder !== "iso/") === true,
} as const satisfies Record<string, (mirror: ListedMirror) => boolean>;

function pathOf(url: string): string {
  return new URL(url).pathname;
}

export type Fact = keyof typeof facts;

/** How many sites they are: a site may carry several repositories. */
export function sitesOf(mirrors: readonly ListedMirror[]): number {
  return new Set(mirrors.map(({ site }) => site.name)).size;
}

/** How many mirrors have each fact that the form can't say, in the facts' order; none: nothing is lost. */
export function lostFacts(
  mirrors: readonly ListedMirror[],
  says: readonly Fact[],
): { fact: Fact; mirrors: number }[] {
  return factNames.flatMap((fact) => {
    const count = says.includes(fact) ? 0 : sitesOf(mirrors.filter((one) => facts[fact](one)));
    return count === 0 ? [] : [{ fact, mirrors: count }];
  });
}

const isFact = (name: string): name is Fact => Object.hasOwn(facts, name);
const factNames: readonly Fact[] = Object.keys(facts).filter(isFact);
