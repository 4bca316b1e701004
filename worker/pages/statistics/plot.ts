/** A plot of one figure over time: upright bars as SVG, and the same figures as a table for those who want them. */
import { type Html, html, raw } from "../../http/html.ts";

export const plotStyle = `
.plot{margin:1rem 0}.plot svg{display:block;width:100%;height:8rem;background:var(--soft);border-radius:.25rem}.plot rect{fill:var(--link)}.plot rect:hover{fill:var(--brand)}
.plot .ends{display:flex;justify-content:space-between;gap:1rem;font-size:.875rem;color:var(--quiet)}
`;

/** One bar. */
export interface PlotBar {
  /** When, in the language's words. */
  when: string;
  value: number;
  /** The value in the language's words. */
  told: string;
}

/** What stands beside the bars. */
export interface PlotWords {
  title: string;
  /** The largest value, in words. */
  highest: string;
  /** Opens the table. */
  figures: string;
  when: string;
}

/** @param bars in their order, at least one */
export function plot(bars: readonly PlotBar[], { title, highest, figures, when }: PlotWords): Html {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const step = 100 / Math.max(1, bars.length);
  const drawn = bars.map(({ when: at, value, told }, index) => {
    if (value === 0) return "";
    // What is little beside the largest is to be seen, too.
    const height = Math.max(1, (100 * value) / most);
    const box = `<rect x="${shown(index * step)}" y="${shown(100 - height)}" width="${shown(step * 0.8)}" height="${shown(height)}">`;
    return html`${raw(box)}<title>${at}: ${told}</title></rect>`;
  });
  return html`<figure class="plot"><figcaption>${title}: ${highest}</figcaption><svg role="img" aria-label="${title}: ${highest}">${drawn}</svg>
<div class="ends" aria-hidden="true"><span>${bars[0]?.when}</span><span>${bars.at(-1)?.when}</span></div>
<details><summary>${figures}</summary><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr><th>${when}</th><th class="n">${title}</th></tr></thead><tbody>${bars.map(
    ({ when: at, told }) => html`
<tr><td>${at}</td><td class="n">${told}</td></tr>`,
  )}</tbody></table></div></details></figure>
`;
}

function shown(percent: number): string {
  return `${Number(percent.toFixed(2))}%`;
}
