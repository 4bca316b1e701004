/** A mirror's round trips over the last days as a picture: one column an hour. */
import { slotMs } from "../../health/round-trips.ts";
import { type Html, html, raw } from "../../http/html.ts";
import type { Visit } from "../../pages/frame/visit.ts";

export const latencyStyle = `
svg.latency{display:block;width:100%;height:5rem;background:var(--soft);border-radius:.25rem}svg.latency path{fill:var(--link)}
`;

/** Hours that the picture has: a week. */
const hours = 168;
/** Units of the picture's height. */
const height = 100;

/** What Fleet keeps of a mirror's round trips. */
export interface ToldRoundTrips {
  /** End of the newest hour, ISO 8601. */
  until: string;
  /** The newest last; `null`: nobody measured it. */
  ms: readonly (number | null)[];
}

export function latencyPicture(visit: Visit, { until, ms }: ToldRoundTrips): Html {
  const known = ms.filter((one) => one !== null).sort((a, b) => a - b);
  if (known.length === 0) return html`<p>No hour has a figure yet.</p>`;
  const lowest = known[0] ?? 0;
  const highest = known.at(-1) ?? 0;
  const middle = known[Math.floor(known.length / 2)] ?? 0;
  const shown = (one: number) => `${visit.shown.number(one)} ms`;
  const told =
    lowest === highest
      ? shown(lowest)
      : `${shown(lowest)} to ${shown(highest)}, half of the hours ${shown(middle)} or less`;
  const first = hours - ms.length;
  const top = Math.max(1, highest);
  const columns = ms.map((one, at) => {
    if (one === null) return "";
    const y = Math.round(height - Math.max(2, (one / top) * height));
    return `M${first + at} ${height}V${y}h1V${height}z`;
  });
  const from = Date.parse(until) - hours * slotMs;
  return html`<svg class="latency" role="img" aria-label="Round trips of the last 7 days: ${told}" viewBox="0 0 ${hours} ${height}" preserveAspectRatio="none">${raw(`<path d="${columns.join("")}"/>`)}</svg>
<p class="quiet">${visit.shown.moment(from)} &ndash; ${visit.shown.moment(Date.parse(until))}, a column an hour, from the nearest region that measured it: ${told}.</p>`;
}
