/** The console's page of events: alarms that are on, and what happened of late. */
import { eventTypes, isWanted } from "../../events/event.ts";
import { html } from "../../http/html.ts";
import { allows, consolePage, type FormOutcome, type Visitor } from "./visitor.ts";

const pageSize = 100;
/** Events that a page is looked for in, from where it begins: all of 7 days is no more. */
const searched = 5000;

export function eventsPage(visitor: Visitor, outcome?: FormOutcome): Response {
  const { office, query, visit } = visitor;
  if (!allows(visitor, "watch")) {
    return consolePage(visitor, {
      status: 403,
      title: "Events",
      main: html`<h1>Events</h1><p>Your account may not see events.</p>`,
    });
  }
  const type = query.get("type") ?? "";
  const mirror = (query.get("mirror") ?? "").trim();
  const before = Number(query.get("before"));
  const filter = { types: type === "" ? [] : [type], mirrors: mirror === "" ? [] : [mirror] };
  const events = office.eventStore
    .before(before > 0 ? before : Number.MAX_SAFE_INTEGER, searched)
    .filter((one) => isWanted(one, filter))
    .slice(0, pageSize);
  const last = events.at(-1);
  const following = new URLSearchParams({
    ...(type !== "" && { type }),
    ...(mirror !== "" && { mirror }),
    before: String(last?.id ?? ""),
  });
  const alarms = office.eventStore.raised();
  return consolePage(
    visitor,
    {
      title: "Events",
      main: html`<h1>Alarms and events</h1>
<h2>Alarms that are on</h2>
${alarms.length === 0 ? html`<p><span class="state up">None.</span></p>` : html`<ul>${alarms.map(({ name, detail }) => html`<li><strong>${name}</strong>: ${detail}</li>`)}</ul>`}
<h2>What happened</h2>
<form class="row" action="/operate/events"><label>Type <select name="type"><option value="">any</option>${Object.keys(eventTypes).map((one) => html`<option${one === type && html` selected`}>${one}</option>`)}</select></label><label>Mirror <input type="text" name="mirror" value="${mirror}" maxlength="120"></label><button>Filter</button></form>
<table class="stack"><thead><tr><th>When</th><th>Type</th><th>What happened</th></tr></thead><tbody>${events.map(
        (one) =>
          html`<tr><td>${visit.shown.moment(one.at)}</td><td data-is="Type">${one.type}</td><td>${one.says}</td></tr>`,
      )}</tbody></table>
${events.length === 0 && html`<p>Nothing in the last 7 days.</p>`}${events.length === pageSize && html`<p class="pager"><a class="button" rel="next" href="/operate/events?${following.toString()}">Older events</a></p>`}`,
    },
    outcome,
  );
}
