/** Alarms as a list: what is wrong at the moment. Their words are an operator's, in English. */
import type { Alarm } from "../api/alarms.ts";
import { type Html, html } from "../http/html.ts";
import type { Visit } from "./frame/visit.ts";

/** Alarms that a page shows; all are in the API. */
const maxAlarms = 50;

/** How many there are, in words. */
export function alarmCount({ length }: readonly Alarm[], { texts, shown }: Visit): string {
  const { home } = texts;
  return length === 1 ? home.oneWrong : home.wrong.replace("{count}", shown.number(length));
}

export function alarmList(alarms: readonly Alarm[], { texts, shown }: Visit): Html {
  return html`<ul lang="en">${alarms.slice(0, maxAlarms).map(({ name, detail, since }) => {
    const time = since !== undefined && texts.mirrors.since.replace("{time}", shown.moment(since));
    return html`<li>${name}: ${detail}${time !== false && html` <span class="quiet">${time}</span>`}</li>`;
  })}</ul>`;
}
