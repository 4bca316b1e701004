/** The filter as a form, what is chosen, and the newest releases to begin with. */

import { type Html, html } from "../../http/html.ts";
import { unameOf } from "../../images/architectures.ts";
import { titleOfDistribution } from "../../images/distribution-titles.ts";
import type { Facets, FacetValue } from "../../images/filter/filter-images.ts";
import type { ImageColumns } from "../../images/filter/image-columns.ts";
import { type Axis, axes, latests, supports } from "../../images/filter/image-filter.ts";
import { imageTypes, supportOf } from "../../images/image.ts";
import { compareArchitectures } from "../../images/image-order.ts";
import { href, type Visit } from "../frame/visit.ts";
import { addressOf, type ImagesQuery } from "./images-query.ts";

/** Axes that the form has; a codename is a version by another name, and is chosen by the search. */
const offered: readonly Axis[] = axes.filter((axis) => axis !== "codename");
/** Versions of all distributions together are no choice: they are offered once there are so few. */
const maxOffered = 60;

/** A value as people read it. */
export function shownValue(axis: Axis, value: string, { texts }: Visit): string {
  const { types, supported, latest } = texts.images;
  if (axis === "distribution") return titleOfDistribution(value);
  if (axis === "type") return types[imageTypes.find((one) => one === value) ?? "other"];
  if (axis === "supported") return supported[supports.find((one) => one === value) ?? "yes"];
  if (axis === "latest") return latest[latests.find((one) => one === value) ?? "yes"];
  const uname = axis === "architecture" ? unameOf(value) : value;
  return uname === value ? value : `${value} (${uname})`;
}

function option(axis: Axis, { value, count, isChosen }: FacetValue, visit: Visit): Html {
  const shown = shownValue(axis, value, visit);
  return html`<option value="${value}"${isChosen && html` selected`}>${shown} · ${visit.shown.number(count)}</option>`;
}

function selectOf(axis: Axis, query: ImagesQuery, facets: Facets, visit: Visit): Html {
  const { images } = visit.texts;
  const chosen = query.filter.chosen[axis] ?? [];
  const values = facets[axis];
  const isMany = axis === "version" && values.length > maxOffered;
  const options = isMany ? values.filter(({ isChosen }) => isChosen) : values;
  // Several are chosen by addresses alone, and stay chosen.
  const several = chosen.join(",");
  const joined = chosen.map((value) => shownValue(axis, value, visit)).join(", ");
  return html`<label>${images.axes[axis]}<select name="${axis}"><option value="">${images.any}</option>${
    chosen.length > 1 && html`<option value="${several}" selected>${joined}</option>`
  }${options.map((one) =>
    option(axis, chosen.length > 1 ? { ...one, isChosen: false } : one, visit),
  )}</select></label>`;
}

/** The form: it sends itself to this page, without a script by its button. */
export function filterForm(query: ImagesQuery, facets: Facets, visit: Visit): Html {
  const { images } = visit.texts;
  const { language, isChosen } = visit;
  return html`<form class="filter" action="/images" role="search">
<label class="words">${images.search}<input type="search" name="q" value="${query.filter.words.join(" ")}" placeholder="${images.searchHint}" maxlength="200"></label>
${offered.map((axis) => selectOf(axis, query, facets, visit))}
${isChosen && html`<input type="hidden" name="lang" value="${language}">`}<button>${images.show}</button>
</form>`;
}

/** What is chosen, each with a link that takes it away. */
export function chosenChips(query: ImagesQuery, visit: Visit): Html {
  const { images } = visit.texts;
  const { filter, isOwn } = query;
  const chips = axes.flatMap((axis) =>
    (filter.chosen[axis] ?? []).length === 0
      ? []
      : [
          chip(
            (filter.chosen[axis] ?? []).map((one) => shownValue(axis, one, visit)).join(", ") +
              (isOwn && axis === "architecture" ? ` – ${images.yours}` : ""),
            addressOf(query, { axis }),
            visit,
          ),
        ],
  );
  if (filter.words.length > 0) {
    chips.push(chip(filter.words.join(" "), addressOf(query, { withoutWords: true }), visit));
  }
  return html`<div id="chosen">${
    chips.length > 0 &&
    html`<ul class="chips" aria-label="${images.chosen}">${chips}${
      chips.length > 1 &&
      html`<li><a href="${href(visit, "/images?architecture=")}">${images.clear}</a></li>`
    }</ul>`
  }</div>`;
}

function chip(shown: string, address: string, visit: Visit): Html {
  const [before = "", after = ""] = visit.texts.images.remove.split("{value}");
  return html`<li><a href="${href(visit, address)}"><span class="only">${before}</span>${shown}<span class="only">${after}</span> <span aria-hidden="true">×</span></a></li>`;
}

/** Architectures offered of a release. */
const maxPicked = 5;

/** The newest release of each distribution with its architectures, for who has chosen nothing yet. */
export function newestReleases(columns: ImageColumns, now: number, visit: Visit): Html {
  const { images } = visit.texts;
  const cards: Html[] = [];
  for (const [distribution, own] of columns.byDistribution) {
    const newest = own.find(
      (image) => image.isPreview !== true && image.series !== "" && supportOf(image, now) !== "eol",
    );
    if (newest === undefined) continue;
    const { title, series, codename } = newest;
    const released = own.filter((image) => image.series === series);
    const architectures = [...new Set(released.map(({ architecture }) => architecture))]
      .filter((one) => one !== "")
      .sort(compareArchitectures)
      .slice(0, maxPicked);
    const links = architectures.map((architecture) => {
      const query = new URLSearchParams({ distribution, version: series, architecture });
      return html`<a href="${href(visit, `/images?${query}`)}">${architecture}</a>`;
    });
    const name = `${title} ${series}${codename === undefined ? "" : ` (${codename})`}`;
    cards.push(html`<li class="card"><h3>${name}</h3><p>${links}</p></li>`);
  }
  return html`<section><h2>${images.newest}</h2><p>${images.newestWhy}</p><ul class="cards picks">${cards}</ul></section>`;
}
