/** What a host name gives away about its place. Every use of it is reported as doubted. */

import { isCountry } from "../../../worker/list/countries.ts";
import { ownValue } from "../../../worker/runtime/own-value.ts";

/** Airport and city codes that hosting companies put into host names: `atl.mirrors.example.net`. */
const siteCodes: Readonly<
  Record<string, readonly [country: string, city: string, state?: string]>
> = {
  ams: ["NL", "Amsterdam"],
  ash: ["US", "Ashburn", "VA"],
  atl: ["US", "Atlanta", "GA"],
  bom: ["IN", "Mumbai"],
  bos: ["US", "Boston", "MA"],
  cdg: ["FR", "Paris"],
  chi: ["US", "Chicago", "IL"],
  cph: ["DK", "Copenhagen"],
  dal: ["US", "Dallas", "TX"],
  den: ["US", "Denver", "CO"],
  dfw: ["US", "Dallas", "TX"],
  dub: ["IE", "Dublin"],
  ewr: ["US", "Newark", "NJ"],
  fra: ["DE", "Frankfurt am Main"],
  fremont: ["US", "Fremont", "CA"],
  hkg: ["HK", "Hong Kong"],
  iad: ["US", "Ashburn", "VA"],
  jfk: ["US", "New York City", "NY"],
  lax: ["US", "Los Angeles", "CA"],
  lhr: ["GB", "London"],
  lon: ["GB", "London"],
  mad: ["ES", "Madrid"],
  mia: ["US", "Miami", "FL"],
  mum: ["IN", "Mumbai"],
  nyc: ["US", "New York City", "NY"],
  nrt: ["JP", "Tokyo"],
  ord: ["US", "Chicago", "IL"],
  osa: ["JP", "Osaka"],
  par: ["FR", "Paris"],
  pdx: ["US", "Portland", "OR"],
  phx: ["US", "Phoenix", "AZ"],
  sea: ["US", "Seattle", "WA"],
  sfo: ["US", "San Francisco", "CA"],
  sin: ["SG", "Singapore"],
  sjc: ["US", "San Jose", "CA"],
  slc: ["US", "Salt Lake City", "UT"],
  syd: ["AU", "Sydney"],
  tyo: ["JP", "Tokyo"],
  waw: ["PL", "Warsaw"],
  yul: ["CA", "Montréal"],
  yvr: ["CA", "Vancouver"],
  yyz: ["CA", "Toronto"],
};

export interface HostCity {
  country: string;
  city: string;
  /** Where other states have a town of that name. */
  state?: string;
}

/** The state of the town people mean by a bare name, for names that several states share. */
export function stateMeant(country: string, city: string): string | undefined {
  const hub = Object.values(siteCodes).find((code) => code[0] === country && code[1] === city);
  return hub?.[2];
}

/**
 * The city a label of the host names, when exactly one city is named. The last two labels are the
 * owner's domain and say nothing about the machine.
 */
export function cityOfHost(host: string): HostCity | undefined {
  const labels = host.toLowerCase().split(".").slice(0, -2);
  const found = new Map<string, HostCity>();
  for (const token of labels.flatMap((label) => label.split("-"))) {
    const code = ownValue(siteCodes, token.replace(/\d+$/, ""));
    if (code)
      found.set(code.join(" "), {
        country: code[0],
        city: code[1],
        ...(code[2] && { state: code[2] }),
      });
  }
  return found.size === 1 ? [...found.values()][0] : undefined;
}

// National by registration, sold to everyone: they say nothing about where a machine stands.
const soldToAll = new Set(
  "ac ag ai am as be bz cc cd cf ch cm co cx dj eu fm ga gd gg gl gq gs hm im in io is la lc li ly me mn mp ms mu nu pm pn pw re sc sh so st sx tc tf tk tl to tv vc vg vu wf ws yt".split(
    " ",
  ),
);

/** The country of a national top-level domain; undefined for general ones and those sold to all. */
export function countryOfHost(host: string): string | undefined {
  const domain = host.toLowerCase().split(".").at(-1) ?? "";
  if (domain === "uk") return "GB";
  const code = domain.toUpperCase();
  return !soldToAll.has(domain) && isCountry(code) ? code : undefined;
}
