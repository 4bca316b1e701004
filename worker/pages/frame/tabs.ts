/** Tabs that work without a script: radio buttons, so that the arrow keys and screen readers know them. */
import { type Html, html, type Piece } from "../../http/html.ts";

export interface Tab {
  title: string;
  body: Piece;
}

/**
 * One panel at a time, the first at the beginning. A single tab is its panel alone.
 *
 * @param id letters, digits and hyphens, unique in the page
 * @param label what the choice is of, for screen readers
 */
export function tabs(id: string, label: string, all: readonly Tab[]): Html {
  const [only] = all;
  if (only !== undefined && all.length === 1) return html`<div>${only.body}</div>`;
  return html`<div class="tabs" role="radiogroup" aria-label="${label}">${all.map(
    ({ title, body }, at) => html`
<input type="radio" name="${id}" id="${id}-${at}"${at === 0 && html` checked`}><label for="${id}-${at}">${title}</label><section aria-label="${title}">${body}</section>`,
  )}
</div>`;
}
