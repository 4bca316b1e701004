/** The page at `/`: what is here, by distribution, in which state, and the way to set a host up in two clicks. */

import type { Alarm } from "../api/alarms.ts";
import { type Html, html, raw } from "../http/html.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { OpenViews } from "../views/views.ts";
import { alarmCount } from "./alarm-list.ts";
import type { Page } from "./frame/document.ts";
import { href, type Visit } from "./frame/visit.ts";
import { hasScript } from "./setup/setup-script.ts";

const homeStyle = `
.doors{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}.door{flex:1 1 17rem;border:2px solid var(--brand);border-radius:.5rem;padding:.875rem 1rem;color:var(--text);text-decoration:none}.door:hover{background:var(--soft)}.door b{display:block;font-size:1.0625rem;color:var(--link);text-decoration:underline;text-underline-offset:.15em}
.card ul{list-style:none;padding:0;margin:.25rem 0 0}.card li{display:flex;flex-wrap:wrap;gap:.125rem .75rem;padding:.375rem 0;border-top:1px solid var(--edge)}.card li>span:first-child{flex:1 1 100%}
`;

/** Repositories of one distribution, its own first. */
export interface Distribution<Of = Repository> {
  main: Of;
  all: readonly Of[];
}

/**
 * By distribution, in the catalogue's order: `debian-security` and `debian-cd` stand with `debian`, where there is one.
 */
export function byDistribution<Of extends Pick<Repository, "name">>(
  repositories: readonly Of[],
): Distribution<Of>[] {
  const groups = new Map<string, Of[]>();
  for (const one of repositories) {
    const [first = one.name] = one.name.split("-", 1);
    const group = repositories.some(({ name }) => name === first) ? first : one.name;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return [...groups].flatMap(([name, all]) => {
    const main = all.find((one) => one.name === name) ?? all[0];
    if (main === undefined) return [];
    return [{ main, all: [main, ...all.filter((one) => one !== main)] }];
  });
}

/** @param alarms that are on */
export function homePage(visit: Visit, views: OpenViews, alarms: readonly Alarm[]): Page {
  const { home } = visit.texts;
  const { repositories } = views;
  return {
    description: home.description,
    style: homeStyle,
    main: html`<h1>${home.title}</h1>
<p class="lead">${home.lead}</p>
${state(visit, views, alarms)}
<div class="doors"><a class="door" href="#distributions"><b>${home.host}</b>${home.hostWhy}</a><a class="door" href="${href(visit, "/images")}"><b>${home.images}</b>${home.imagesWhy}</a><a class="door" href="${href(visit, "/packages")}"><b>${home.packages}</b>${home.packagesWhy}</a></div>
<h2 id="distributions">${home.distributions}</h2>
${repositories.length === 0 ? html`<p>${home.none}</p>` : html`<ul class="cards">${byDistribution(repositories).map((one) => card(visit, one))}</ul>`}`,
  };
}

/** One line: whether all is well, and where to read more. */
function state(visit: Visit, { roster }: OpenViews, alarms: readonly Alarm[]): Html {
  const { home } = visit.texts;
  const count = visit.shown.number(roster.mirrors.length);
  const watched =
    roster.mirrors.length === 0 ? home.noMirrors : home.mirrors.replace("{count}", count);
  const told =
    alarms.length === 0
      ? html`<span class="state up">${home.well}</span>`
      : html`<span class="state degraded">${alarmCount(alarms, visit)}</span>`;
  return html`<p>${told} ${watched} <a href="${href(visit, "/mirrors")}">${home.details}</a></p>`;
}

const between = raw(" ");

function card(visit: Visit, { main, all }: Distribution): Html {
  return html`
<li class="card"><h3>${main.title}</h3><ul>${all.map((one) => entry(visit, one, one === main))}</ul></li>`;
}

/** A repository: to its set-up, to its files. The link says of what it is to those who hear links alone. */
function entry(visit: Visit, repository: Repository, isMain: boolean): Html {
  const { home } = visit.texts;
  const { name, title } = repository;
  const use = hasScript(repository) ? home.setUp : home.files;
  const of = html`<span class="only"> ${title}</span>`;
  return html`<li>${!isMain && html`<span>${title}</span>`}<a href="${href(visit, `/repositories/${name}`)}">${use}${of}</a>${between}<a href="${href(visit, `/${name}/`)}">${home.browse}${of}</a></li>`;
}
