/** The page at `/statistics`: where clients are redirected to, in plots and tables. */

import { type Html, html, sentence } from "../../http/html.ts";
import { fileClasses, hourMs, hourOf, hoursPerDay } from "../../statistics/counted.ts";
import { type Declared, expectedShares } from "../../statistics/expected-share.ts";
import { fewRedirects } from "../../statistics/few.ts";
import type { By, StatisticsAnswer, StatisticsQuestion } from "../../statistics/question.ts";
import { type BarPart, bar, barStyle } from "../frame/bars.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";
import { plot, plotStyle } from "./plot.ts";
import { statisticsTexts } from "./texts.ts";

/** Periods of the two plots; tables are of the days. */
const hours = 48;
const days = 30;
/** Rows of a table: what is less is read by the API. */
const rows = 12;
/** What there is a table of, in this order. */
const tables = ["mirror", "repository", "country", "class"] as const satisfies readonly By[];

/** What the page is made of. */
export interface StatisticsFacts {
  /** To the page's questions, in their order. */
  answers: readonly StatisticsAnswer[];
  mirrors: readonly Declared[];
  /** One repository is looked at alone; absent: all. */
  repository?: string;
  /** Unix ms. */
  now: number;
}

/** What of a page is this one's own. */
type OwnPage = Required<Pick<Page, "title" | "description" | "style" | "main">>;

/** What the page asks: hours, days, and a table each. */
export function pageQuestions(now: number, repository?: string): StatisticsQuestion[] {
  const only = repository === undefined ? {} : { repository };
  const hour = hourOf(now) + 1;
  const day = Math.floor(hourOf(now) / hoursPerDay) + 1;
  const ofDays = { per: "day", from: day - days, to: day, only, limit: rows } as const;
  return [
    { per: "hour", from: hour - hours, to: hour, only, limit: rows },
    ofDays,
    ...tables.map((by) => ({ ...ofDays, by })),
  ];
}

export function statisticsPage(visit: Visit, facts: StatisticsFacts): OwnPage {
  const words = statisticsTexts[visit.language];
  const { answers, repository } = facts;
  const [byHour, byDay, ...byRows] = answers;
  const isEmpty = byDay?.all.total.redirects === 0;
  const api = repository === undefined ? "" : `&repository=${encodeURIComponent(repository)}`;
  return {
    title: words.title,
    description: words.lead,
    style: barStyle + plotStyle + statisticsStyle,
    main: html`<h1>${repository === undefined ? words.title : words.titleOf.replace("{name}", repository)}</h1>
<p class="lead">${words.lead}</p>
${repository !== undefined && html`<p><a href="${href(visit, "/statistics")}">${words.all}</a></p>\n`}${isEmpty && html`<p class="note">${words.empty}</p>\n`}${byHour && byDay && !isEmpty && plots(visit, byHour, byDay, facts)}${
  !isEmpty &&
  tables.map((by, at) => {
    const answer = byRows[at];
    return answer !== undefined && table(visit, by, answer, facts);
  })
}
<h2 id="how">${words.howTitle}</h2>
<ul>${words.how.map((one) => html`<li>${sentence(one, { few: html`${fewRedirects}`, privacy: html`<a href="${href(visit, "/privacy")}">${visit.texts.frame.privacy}</a>` })}</li>`)}</ul>
<p class="quiet"><a href="/api/v1/stats?per=day&amp;by=mirror${api}">${words.api}</a></p>`,
  };
}

const statisticsStyle = `
.share{width:35%;min-width:6rem}.share svg.bar{height:1.25rem}
`;

function plots(
  visit: Visit,
  { all: ofHours }: StatisticsAnswer,
  { all: ofDays }: StatisticsAnswer,
  { now }: StatisticsFacts,
): Html {
  const { shown, language } = visit;
  const words = statisticsTexts[language];
  const [, question] = pageQuestions(now);
  const firstDay = (question?.from ?? 0) * hoursPerDay * hourMs;
  const firstHour = (hourOf(now) + 1 - hours) * hourMs;
  const figure = (
    title: string,
    values: readonly number[],
    when: (at: number) => string,
    told: (value: number) => string,
  ) =>
    plot(
      values.map((value, at) => ({ when: when(at), value, told: told(value) })),
      {
        title,
        highest: words.highest.replace("{value}", told(Math.max(0, ...values))),
        figures: words.figures,
        when: words.when,
      },
    );
  const hour = (at: number) => shown.moment(firstHour + at * hourMs);
  const day = (at: number) => shown.day(firstDay + at * hoursPerDay * hourMs);
  const lastDay = ofHours.redirects.slice(-hoursPerDay).reduce((sum, one) => sum + one, 0);
  const sums: readonly (readonly [string, string])[] = [
    [words.lastHours, shown.number(lastDay)],
    [words.lastDays, shown.number(ofDays.total.redirects)],
    [words.lastBytes, shown.size(ofDays.total.bytes)],
    [words.unsized, shown.number(ofDays.total.unsized)],
  ];
  return html`<dl class="facts">${sums.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>
${figure(words.byHour, ofHours.redirects, hour, shown.number)}${figure(words.byDay, ofDays.redirects, day, shown.number)}${figure(words.bytesByDay, ofDays.bytes, day, shown.size)}`;
}

function table(
  visit: Visit,
  by: By,
  { all, rows: told, further }: StatisticsAnswer,
  { mirrors }: StatisticsFacts,
): Html | false {
  if (told.length === 0) return false;
  const { shown, language } = visit;
  const words = statisticsTexts[language];
  const expected = by === "mirror" ? expectedShares(mirrors) : new Map<string, number>();
  const share = (part: number) => (all.total.redirects === 0 ? 0 : part / all.total.redirects);
  const longest = Math.max(
    ...told.map(({ name, total }) => Math.max(share(total.redirects), expected.get(name) ?? 0)),
    1e-9,
  );
  return html`<h2 id="${by}">${words.by[by]}</h2>
${by === "mirror" && html`<p class="quiet">${words.expectedWhy}</p>\n`}<div class="scroll" tabindex="0" role="region" aria-label="${words.by[by]}"><table><thead><tr><th>${words.names[by]}</th><th class="n">${words.redirects}</th><th class="n">${words.bytes}</th><th class="share">${words.share}</th></tr></thead><tbody>${told.map(
    ({ name, total }) => {
      const part = share(total.redirects);
      const likely = expected.get(name);
      const words2 =
        likely === undefined
          ? shown.share(part)
          : `${shown.share(part)} (${words.expected.replace("{share}", shown.share(likely))})`;
      const parts: BarPart[] = [{ look: "plain", from: 0, length: part / longest }];
      if (likely !== undefined) {
        parts.push({ look: "degraded", from: Math.min(0.99, likely / longest), length: 0.01 });
      }
      return html`
<tr><td>${nameOf(visit, by, name, mirrors)}</td><td class="n">${shown.number(total.redirects)}</td><td class="n">${shown.size(total.bytes)}</td><td class="share">${bar(words2, parts)}<span class="quiet">${words2}</span></td></tr>`;
    },
  )}${
    further.rows > 0 &&
    html`
<tr><td>${words.further.replace("{count}", shown.number(further.rows))}</td><td class="n">${shown.number(further.total.redirects)}</td><td class="n">${shown.size(further.total.bytes)}</td><td><span class="quiet">${shown.share(share(further.total.redirects))}</span></td></tr>`
  }</tbody></table></div>
`;
}

function nameOf(visit: Visit, by: By, name: string, mirrors: readonly Declared[]): Html | string {
  const words = statisticsTexts[visit.language];
  if (name === "(other)") return words.other;
  if (by === "country") return name === "unknown" ? words.unknown : visit.shown.country(name);
  if (by === "class") {
    const known = fileClasses.find((one) => one === name);
    return known === undefined ? name : words.classes[known];
  }
  if (by === "repository") {
    return html`<a href="${href(visit, `/statistics?repository=${encodeURIComponent(name)}`)}">${name}</a>`;
  }
  if (!mirrors.some((one) => one.name === name)) return name;
  return html`<a href="${href(visit, `/mirrors/${encodeURIComponent(name)}`)}">${name}</a>`;
}
