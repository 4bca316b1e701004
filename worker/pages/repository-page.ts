/** The page at `/repositories/{name}`: how to use a repository, in which state it is, and what trust in it rests on. */

import type { Alarm } from "../api/alarms.ts";
import { type Html, html, sentence } from "../http/html.ts";
import type { Freshness, RosterMirror } from "../mirrors/roster.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { KeptSnapshot } from "../repositories/chain/kept-snapshots.ts";
import type { Snapshot } from "../repositories/chain/snapshot.ts";
import { verificationOf } from "../repositories/follow-policy.ts";
import type { OpenViews } from "../views/views.ts";
import { alarmCount, alarmList } from "./alarm-list.ts";
import { bar, barStyle, stacked } from "./frame/bars.ts";
import type { Page } from "./frame/document.ts";
import { href, type Visit } from "./frame/visit.ts";
import { carriedState } from "./mirrors/mirror-state.ts";
import { setupTabs } from "./setup/setup-tabs.ts";

/** Kept snapshots that are shown; all are in the API. */
const maxSnapshots = 20;

/** What is known of a repository at the moment. */
export interface RepositoryFacts {
  repository: Repository;
  views: Pick<OpenViews, "roster">;
  /** The service's own URL, ends in `/`. */
  base: string;
  /** All that are on. */
  alarms: readonly Alarm[];
  /** The snapshot that is served here. */
  serving?: Snapshot;
  /** Newest first; absent: no snapshots are made; `null`: they could not be asked for. */
  kept?: readonly KeptSnapshot[] | null;
}

export function repositoryPage(visit: Visit, facts: RepositoryFacts): Page {
  const { repository, base, alarms } = facts;
  const { name, title } = repository;
  const { repository: words } = visit.texts;
  const own = alarms.filter((alarm) => alarm.repository === name);
  return {
    title,
    description: words.description.replace("{title}", () => title),
    style: barStyle,
    main: html`<h1>${title}</h1>
<p><a class="button" href="${href(visit, `/${name}/`)}">${words.browse}</a></p>
${own.length > 0 && html`<details class="note"><summary>${alarmCount(own, visit)}</summary>${alarmList(own, visit)}</details>`}
<h2 id="use">${words.use}</h2>
${setupTabs(visit, repository, base)}
<h2 id="state">${words.state}</h2>
${state(visit, facts)}
<h2 id="trust">${words.trust}</h2>
${trust(visit, repository)}
${keptSnapshots(visit, facts)}
<h2 id="any">${words.any}</h2>
<p>${words.anyWhy}</p>
<dl class="facts">${(
      [
        [".mirrorlist", words.suffixes.mirrorlist],
        [".meta4", words.suffixes.meta4],
        [".sha256", words.suffixes.sha256],
        ["?trace", words.suffixes.trace],
      ] as const
    ).map(([suffix, why]) => html`<dt><code>${suffix}</code></dt><dd>${why}</dd>`)}</dl>`,
  };
}

function state(visit: Visit, { repository, views, serving }: RepositoryFacts): Html {
  const { repository: words } = visit.texts;
  const { shown } = visit;
  const { name, kind, origin, architectures } = repository;
  const mirrors = views.roster.mirrors
    .map(({ resource }) => resource)
    .filter(({ carries }) => carries[name] !== undefined);
  const files = serving?.presence?.files;
  const snapshot =
    verificationOf(repository) === undefined
      ? words.unverified
      : serving === undefined
        ? words.noSnapshot
        : html`<a href="/${name}@${serving.id}/">${serving.id}</a>, ${shown.moment(serving.at)}`;
  return html`<dl class="facts">
<dt>${words.kind}</dt><dd>${words.kinds[kind] ?? kind}</dd>
<dt>${words.origin}</dt><dd><a href="${origin}">${origin}</a></dd>
<dt>${words.mirrors}</dt><dd>${mirrors.length === 0 ? words.noMirrors : html`<a href="${href(visit, `/mirrors?q=${encodeURIComponent(name)}`)}">${mirrorsUp(visit, name, mirrors)}</a>`}</dd>
${mirrors.length > 0 && html`<dt>${words.freshness}</dt><dd>${freshnessBar(visit, name, mirrors)}</dd>\n`}<dt>${words.snapshot}</dt><dd>${snapshot}</dd>
${files !== undefined && html`<dt>${words.files}</dt><dd>${shown.number(files)}</dd>\n`}${architectures.length > 0 && html`<dt>${words.architectures}</dt><dd>${architectures.join(", ")}</dd>\n`}</dl>`;
}

function mirrorsUp(
  { texts, shown }: Visit,
  name: string,
  mirrors: readonly RosterMirror[],
): string {
  const up = mirrors.filter((mirror) => {
    const carried = mirror.carries[name];
    const is = carried === undefined ? "unknown" : carriedState(mirror, carried);
    return is === "up" || is === "degraded" || is === "unknown";
  });
  return texts.repository.mirrorsUp
    .replace("{up}", shown.number(up.length))
    .replace("{count}", shown.number(mirrors.length));
}

function freshnessBar(
  { texts, shown }: Visit,
  name: string,
  mirrors: readonly RosterMirror[],
): Html {
  const count = (is: Freshness | undefined) =>
    mirrors.filter(({ carries }) => carries[name]?.freshness === is).length;
  const words = texts.mirrors.freshness;
  const counts = (
    [
      ["up", "fresh"],
      ["degraded", "lagging"],
      ["down", "stale"],
      ["unknown", "unknown"],
    ] as const
  ).map(([look, is]) => {
    const found = count(is === "unknown" ? undefined : is);
    return [look, found, `${words[is]}: ${shown.number(found)}`] as const;
  });
  const label = counts
    .filter(([, found]) => found > 0)
    .map(([, , title]) => title)
    .join(", ");
  return html`${bar(label, stacked(counts))}<span class="quiet">${label}</span>`;
}

/** What is asked of the metadata, and of what it comes from where nothing can be asked of it. */
function trust(visit: Visit, repository: Repository): Html {
  const { repository: words } = visit.texts;
  const { origin, keys } = repository;
  const verified = verificationOf(repository);
  if (verified === "signed") {
    return html`<p>${words.trustSigned}</p>
<ul>${keys.flatMap(({ fingerprints }) => fingerprints).map((one) => html`<li><code>${one}</code></li>`)}</ul>`;
  }
  const told =
    verified === "checksums"
      ? sentence(words.trustChecksums, { origin: html`<code>${origin}</code>` })
      : words.trustNone;
  const isEncrypted = origin.startsWith("https:");
  return html`<p>${told} ${isEncrypted ? words.trustHttps : words.trustHttp}</p>`;
}

function keptSnapshots(visit: Visit, { repository, kept }: RepositoryFacts): Html | false {
  const { repository: words } = visit.texts;
  const { shown } = visit;
  if (kept === undefined) return false;
  if (kept === null) return html`<h2 id="kept">${words.kept}</h2><p>${words.keptUnknown}</p>`;
  if (kept.length === 0) return false;
  return html`<h2 id="kept">${words.kept}</h2>
<p>${words.keptWhy}</p>
<div class="scroll"><table><thead><tr><th>${words.snapshot}</th><th>${words.time}</th><th>${words.changed}</th></tr></thead><tbody>${kept
    .slice(0, maxSnapshots)
    .map(
      ({ id, at, payload, pending }) => html`
<tr><td>${pending === undefined ? html`<a href="/${repository.name}@${id}/">${id}</a>` : html`${id} (${words.waits})`}</td><td>${shown.moment(at)}</td><td>${
        payload !== undefined &&
        words.change
          .replace("{added}", shown.number(payload.added))
          .replace("{removed}", shown.number(payload.removed))
      }</td></tr>`,
    )}</tbody></table></div>`;
}
