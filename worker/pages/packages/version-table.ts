/** Versions of a package over suites and architectures. */
import { type Html, html, sentence } from "../../http/html.ts";
import type { PlacedPackage } from "../../search/package-service.ts";
import type { Visit } from "../frame/visit.ts";
import { pathOf } from "./get-package.ts";
import { apart } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Files that are shown: a kernel of an rpm repository has hundreds of versions. */
const maxPlaces = 120;

/** Files of one version in one suite. */
interface VersionRow {
  suite: string;
  component?: string;
  version: string;
  places: PlacedPackage[];
}

/** In the order of the places: newest first. */
function rowsOf(places: readonly PlacedPackage[]): VersionRow[] {
  const rows = new Map<string, VersionRow>();
  for (const place of places) {
    const { suite, component, record } = place;
    const { version } = record;
    const key = JSON.stringify([suite, component, version]);
    const known = rows.get(key);
    if (known !== undefined) known.places.push(place);
    else
      rows.set(key, {
        suite,
        version,
        places: [place],
        ...(component !== undefined && { component }),
      });
  }
  return [...rows.values()];
}

/** @param api address of the same for programs */
export function versionTable(places: readonly PlacedPackage[], api: string, visit: Visit): Html {
  const words = wordsOf(visit);
  const rows = rowsOf(places.slice(0, maxPlaces));
  const further = places.length - maxPlaces;
  const hasDate = places.some(({ since }) => since !== undefined);
  const link = html`<a href="${api}">${words.json}</a>`;
  return html`<h2 id="versions">${words.versions}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${words.versions}"><table><thead><tr><th>${words.suite}</th><th>${words.version}</th><th>${words.architectures}</th>${hasDate && html`<th>${words.since}</th>`}</tr></thead><tbody>${rows.map((row) => rowOf(row, hasDate, visit))}</tbody></table></div>
${further > 0 && html`<p class="quiet">${sentence(words.furtherVersions, { count: visit.shown.number(further), api: link })}</p>`}`;
}

function rowOf(
  { suite, component, version, places }: VersionRow,
  hasDate: boolean,
  visit: Visit,
): Html {
  const since = Math.min(...places.map((one) => one.since ?? Number.POSITIVE_INFINITY));
  const part = component === undefined ? "" : ` (${component})`;
  return html`
<tr><th scope="row">${apart(suite + part)}</th><td>${apart(version)}</td><td>${places.map((one, at) => [at > 0 && html`<br>`, file(one, visit)])}</td>${hasDate && html`<td>${Number.isFinite(since) && html`<time datetime="${new Date(since).toISOString()}">${visit.shown.day(since)}</time>`}</td>`}</tr>`;
}

function file(place: PlacedPackage, visit: Visit): Html {
  const { architecture, size } = place.record;
  const path = pathOf(place);
  const name = apart(architecture);
  const told = size === undefined ? "" : ` ${visit.shown.size(size)}`;
  return html`${path === undefined ? name : html`<a href="${path}">${name}</a>`}<span class="quiet">${told}</span>`;
}
