/** The page at `/probes`, for the probes' User-Agent: what probes a mirror, what for, how often, how to stop it. */
import type { Rules } from "../health/rules.ts";
import { html, sentence } from "../http/html.ts";
import type { Page } from "./frame/document.ts";
import type { Visit } from "./frame/visit.ts";

/** For operators of mirrors that have our probes in their logs. @param rules those in force */
export function probesPage(visit: Visit, rules: Rules): Page {
  const { healthyMs, changingMs, requestsPerMinute, longestMs } = rules;
  const { probes: words } = visit.texts;
  const { shown } = visit;
  return {
    title: words.page,
    description: words.title,
    main: html`<h1>${words.title}</h1>
<p class="lead">${sentence(words.lead, { agent: html`<code>Nearmirror-Probe</code>` })}</p>
<h2>${words.whatTitle}</h2>
<ul>${words.what.map((one) => html`<li>${one}</li>`)}</ul>
<h2>${words.oftenTitle}</h2>
<p>${sentence(words.often, {
      healthy: shown.duration(healthyMs),
      changing: shown.duration(changingMs),
      longest: shown.duration(longestMs),
      requests: shown.number(requestsPerMinute),
    })}</p>
<h2>${words.clientsTitle}</h2>
<p>${sentence(words.clients, { agent: html`<code>Nearmirror/1</code>` })}</p>
<h2>${words.stopTitle}</h2>
<p>${words.stop}</p>`,
  };
}
