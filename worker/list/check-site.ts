/** What can be wrong with one site, beyond its schema, without looking at any other file. */

import { type Cidr, parseCidr } from "./cidr.ts";
import { isCountry } from "./countries.ts";
import { momentOf } from "./moment.ts";
import { nameFault } from "./name-fault.ts";
import type { Problem } from "./problem.ts";
import { offeredSchemes, type Site, type SiteState, schemes } from "./site.ts";
import type { Source, ValuePath } from "./source.ts";
import { baseUrlFault, pathFault } from "./urls.ts";

/** `expectedName` is the file's; `now` in Unix milliseconds tells which states have run out. */
export function checkSite(
  source: Source,
  site: Site,
  expectedName: string,
  now: number,
): { errors: Problem[]; warnings: Problem[] } {
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  const error = (path: ValuePath, message: string) => errors.push(source.problemAt(path, message));
  const warn = (path: ValuePath, message: string) => warnings.push(source.problemAt(path, message));

  const wrongName = nameFault(site.name);
  if (wrongName !== undefined) error(["name"], wrongName);
  if (site.name !== expectedName) {
    error(
      ["name"],
      `The name is ${site.name} but the file is ${expectedName}.yaml. Give both the same name.`,
    );
  }
  if (site.country && !isCountry(site.country)) {
    error(["country"], `${site.country} is no country's code. Write ISO 3166-1 alpha-2: GB, DE.`);
  }
  if ((site.latitude === undefined) !== (site.longitude === undefined)) {
    error(
      [site.latitude === undefined ? "longitude" : "latitude"],
      "One coordinate is there without the other. Give both or neither.",
    );
  }
  if (site.approximate && site.latitude === undefined) {
    error(["approximate"], "There are no coordinates to be approximate. Remove the line.");
  }

  for (const scheme of ["https", "http", "rsync"] as const) {
    const url = site.base[scheme];
    const fault = url === undefined ? undefined : baseUrlFault(url);
    if (fault) error(["base", scheme], `\`base.${scheme}\` ${fault}`);
  }
  for (const [name, carried] of Object.entries(site.repositories)) {
    const at = ["repositories", name];
    for (const field of ["path", "https", "http", "rsync"] as const) {
      const path = carried[field];
      const fault = path === undefined ? undefined : pathFault(path);
      if (fault) error([...at, field], `The path of \`${name}\` ${fault}`);
    }
    carried.exclude?.forEach((path, index) => {
      // The end is free here: `dists/sid` and `pool/non-free/` are both prefixes.
      const fault = pathFault(path.endsWith("/") ? path : `${path}/`);
      if (path === "" || fault) {
        error(
          [...at, "exclude", index],
          path === ""
            ? `This excludes all of \`${name}\`. Remove the repository instead.`
            : `The excluded path ${fault}`,
        );
      }
    });
    if (offeredSchemes(site, carried).length === 0) {
      error(
        at,
        `No client can reach \`${name}\` here: it is on no scheme that has a base URL. Add base.https or base.http, or correct \`schemes\`.`,
      );
    }
    for (const scheme of schemes) {
      if (carried.assumed?.includes(scheme) && !offeredSchemes(site, carried).includes(scheme)) {
        error([...at, "assumed"], `${scheme} is assumed but not offered here. Remove it.`);
      }
    }
    if (carried.state) checkState([...at, "state"], carried.state);
  }
  if (site.state) checkState(["state"], site.state);

  checkNetworks(["prefixes"], site.prefixes);
  const scoped = checkNetworks(["scope", "prefixes"], site.scope?.prefixes);
  site.scope?.countries?.forEach((country, index) => {
    if (!isCountry(country)) {
      error(
        ["scope", "countries", index],
        `${country} is no country's code. Write ISO 3166-1 alpha-2.`,
      );
    }
  });
  if (
    site.families &&
    scoped.length > 0 &&
    !scoped.some((cidr) => site.families?.includes(cidr.family))
  ) {
    error(
      ["scope"],
      "The scope excludes everyone: none of its prefixes is of a family the site has. Correct `families` or the prefixes.",
    );
  }
  if (site.private && !site.prefixes && site.asn === undefined && !site.scope) {
    error(
      ["private"],
      "A private site without prefixes, asn or scope serves nobody. Say whose it is, or remove `private`.",
    );
  }
  return { errors, warnings };

  function checkNetworks(path: ValuePath, networks: string[] | undefined): Cidr[] {
    return (networks ?? []).flatMap((text, index) => {
      const cidr = parseCidr(text);
      if (!cidr) {
        error(
          [...path, index],
          `${text} isn't a network. Write CIDR: 192.0.2.0/24 or 2001:db8::/32.`,
        );
        return [];
      }
      if (cidr.hostBits) {
        warn(
          [...path, index],
          `${text} has bits set behind its prefix; they are ignored. Write the network's own address.`,
        );
      }
      return [cidr];
    });
  }

  function checkState(path: ValuePath, state: SiteState): void {
    if (state.until === undefined) return;
    const until = momentOf(state.until);
    if (Number.isNaN(until)) {
      error(
        [...path, "until"],
        `${state.until} is no date: no calendar or clock has it. Write 2026-12-01 or 2026-12-01T06:00Z.`,
      );
    } else if (until <= now) {
      warn(path, `This state ran out at ${state.until} and no longer holds. Remove it.`);
    }
  }
}
