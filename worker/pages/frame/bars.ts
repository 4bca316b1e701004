/** Bars as SVG, whose colours are the theme's: `Page.style` needs nothing for them but `barStyle`. */
import { type Html, html, raw } from "../../http/html.ts";

export const barStyle = `
svg.bar{display:block;width:100%;height:.875rem;border-radius:.25rem;background:var(--soft)}
svg .up{fill:var(--good)}svg .degraded{fill:var(--warn)}svg .down{fill:var(--bad)}svg .unknown{fill:var(--edge)}svg .plain{fill:var(--link)}
`;

/** A part of a bar. */
export interface BarPart {
  /** `up`, `degraded`, `down`, `unknown` or `plain`: a class of ours. */
  look: "up" | "degraded" | "down" | "unknown" | "plain";
  /** Where it begins and how long it is, shares of the bar from 0 to 1. */
  from: number;
  length: number;
  /** Shown when it is pointed at. */
  title?: string;
}

/** @param label what the bar says, for those who don't see it: the whole of it in words */
export function bar(label: string, parts: readonly BarPart[]): Html {
  const drawn = parts
    .filter(({ length }) => length > 0)
    .map(({ look, from, length, title }) => {
      // A moment of failure in 90 days is to be seen, too: a thousandth at least.
      const box = `<rect class="${look}" x="${percent(from)}" width="${percent(Math.max(length, 0.001))}" height="100%"`;
      return title === undefined
        ? raw(`${box}/>`)
        : html`${raw(`${box}>`)}<title>${title}</title></rect>`;
    });
  return html`<svg class="bar" role="img" aria-label="${label}" preserveAspectRatio="none">${drawn}</svg>`;
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(3))}%`;
}

/** Parts one behind the other. @param counts by look; of all 0 there are none */
export function stacked(
  counts: readonly (readonly [BarPart["look"], number, string])[],
): BarPart[] {
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  let from = 0;
  return counts.flatMap(([look, count, title]) => {
    const part = { look, from, length: all === 0 ? 0 : count / all, title };
    from += part.length;
    return count === 0 ? [] : [part];
  });
}
