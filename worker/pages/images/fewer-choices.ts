/** Where nothing is all that was chosen: which choices to give up, and how many images each of them hides. Pure. */
import { type Html, html } from "../../http/html.ts";
import { filterImages } from "../../images/filter/filter-images.ts";
import type { ImageColumns } from "../../images/filter/image-columns.ts";
import { axes } from "../../images/filter/image-filter.ts";
import { href, type Visit } from "../frame/visit.ts";
import { shownValue } from "./images-form.ts";
import { addressOf, type Change, type ImagesQuery } from "./images-query.ts";

/**
 * A link for each choice without which there are images; `false` where no single one is to blame. Somebody at a PC who
 * types "raspberry" has the PC's architecture chosen, and needs to know of it.
 */
export function fewerChoices(
  query: ImagesQuery,
  { columns, now, visit }: { columns: ImageColumns; now: number; visit: Visit },
): Html | false {
  const { filter } = query;
  const without = (words: readonly string[], chosen: ImagesQuery["filter"]["chosen"]) =>
    filterImages(columns, { words, chosen }, now).rows.length;
  const link = (shown: string, count: number, change: Change) => {
    if (count === 0) return [];
    const { images } = visit.texts;
    const text = (count === 1 ? images.withoutOne : images.without)
      .replace("{count}", visit.shown.number(count))
      .replace("{value}", () => shown);
    return [html`<li><a href="${href(visit, addressOf(query, change))}">${text}</a></li>`];
  };
  const links = axes.flatMap((axis) => {
    const { [axis]: values, ...others } = filter.chosen;
    if (values === undefined) return [];
    const shown = values.map((value) => shownValue(axis, value, visit)).join(", ");
    return link(shown, without(filter.words, others), { axis });
  });
  if (filter.words.length > 0) {
    const count = without([], filter.chosen);
    links.push(...link(filter.words.join(" "), count, { withoutWords: true }));
  }
  return links.length > 0 && html`<ul>${links}</ul>`;
}
