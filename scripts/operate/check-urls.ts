/**
 * `plan --check-urls`: whether new URLs answer, asked from here, and where the IP database has their addresses. Off unless
 * it is asked for, as it asks other people's servers and name servers.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CountryResponse, Reader } from "mmdb-lib";
import { repositoryUrl, schemes } from "../../worker/list/site.ts";
import { loadGazetteer } from "../mirrors/import/run-import.ts";
import { parts } from "../program/parts.ts";
import { type PlacedFault, progress } from "../program/report.ts";
import type { Terminal } from "../program/terminal.ts";
import type { ChangedSite } from "./plan-warnings.ts";

/** Mirrors that are looked at; somebody who adds more has another way to know that they are there. */
const maxSites = 200;
/** At a time. */
const atATime = 8;
/** Of one answer, ms. */
const answerMs = 5000;
/** Kilometres; beyond them the database and the list have different places in mind, as `check` has it too. */
const farKm = 300;

/** What country.mmdb holds for an address. */
interface CountryRecord extends CountryResponse {
  country_code: string;
}

export async function checkUrls(
  sites: readonly ChangedSite[],
  terminal: Terminal,
): Promise<PlacedFault[]> {
  const looked = sites.slice(0, maxSites);
  const countryOf = countryReader();
  const found: PlacedFault[] = [];
  for (let at = 0; at < looked.length; at += atATime) {
    progress(terminal, `Asking mirrors: ${at} of ${looked.length}`);
    const some = looked
      .slice(at, at + atATime)
      .map(async (one) => [
        ...(await urlWarnings(one, terminal)),
        ...(await addressWarnings(one, terminal, countryOf)),
      ]);
    found.push(...(await Promise.all(some)).flat());
  }
  progress(terminal, "");
  const rest = sites.length - looked.length;
  if (rest > 0) found.push({ detail: `${rest} more mirrors weren't asked.` });
  return found;
}

/** One repository of each scheme: a site answers for all of them, or for none. */
async function urlWarnings(
  { entry, site, source }: ChangedSite,
  { fetch }: Terminal,
): Promise<PlacedFault[]> {
  const [name, carried] = Object.entries(site.repositories)[0] ?? [];
  if (name === undefined || carried === undefined) return [];
  const asked = schemes.map(async (scheme) => {
    const url = repositoryUrl(site, carried, scheme);
    if (url === undefined) return [];
    const why = await wrongAnswer(url, fetch);
    if (why === undefined) return [];
    const { file, line, column } = source.problemAt(["base", scheme], why);
    const detail = `${url} ${why}, asked from here.`;
    return [{ entry, pointer: `/base/${scheme}`, at: `${file}:${line}:${column}`, detail }];
  });
  return (await Promise.all(asked)).flat();
}

async function wrongAnswer(url: string, fetch: Terminal["fetch"]): Promise<string | undefined> {
  try {
    const { status } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(answerMs) });
    // A folder that may not be listed is there all the same.
    return status < 400 || status === 403 || status === 405 ? undefined : `answers ${status}`;
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") {
      return `doesn't answer within ${answerMs / 1000} s`;
    }
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    return `doesn't answer (${cause instanceof Error ? cause.message : cause})`;
  }
}

async function addressWarnings(
  { entry, site, source }: ChangedSite,
  { lookup }: Terminal,
  countryOf: (address: string) => string | undefined,
): Promise<PlacedFault[]> {
  const { latitude, longitude, country, base } = site;
  const url = base.https ?? base.http;
  if (latitude === undefined || longitude === undefined || url === undefined) return [];
  // One that can't be resolved doesn't answer either, which is told.
  const addresses = await lookup(new URL(url).hostname).catch(() => []);
  for (const address of addresses) {
    const there = countryOf(address);
    if (there === undefined || there === country) continue;
    const away = loadGazetteer().awayFrom(there, latitude, longitude);
    if (away === undefined || away <= farKm) continue;
    const detail = `The IP database has ${address} in ${there}, ${Math.round(away)} km from these coordinates. Check where the server is; networks of many places are told wrong.`;
    const { file, line, column } = source.problemAt(["latitude"], detail);
    return [{ entry, pointer: "/latitude", at: `${file}:${line}:${column}`, detail }];
  }
  return [];
}

function countryReader(): (address: string) => string | undefined {
  const file = join(parts.databases, "country.mmdb");
  if (!existsSync(file)) return () => undefined;
  const reader = new Reader<CountryRecord>(readFileSync(file));
  return (address) => reader.get(address)?.country_code;
}
