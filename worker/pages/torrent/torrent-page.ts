/** The page in place of a torrent that isn't there: when it will be, and how the image is had meanwhile. Pure. */
import type { Untorrented } from "../../delivery/lists/serve-torrent.ts";
import { type Html, html, sentence } from "../../http/html.ts";
import { asksLeft, percentRead, type WhyNoTorrent } from "../../torrents/torrent-answer.ts";
import { askedEnough } from "../../torrents/wanted.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";

const secondMs = 1000;

export function torrentPage(visit: Visit, { own, name, size, why }: Untorrented): Page {
  const { texts, shown } = visit;
  const text = texts.torrent;
  const title = isToCome(why) ? text.yet : text.none;
  const bytes = size === undefined ? "" : ` (${shown.size(size)})`;
  return {
    title: title.replace("{name}", () => name),
    main: html`<h1>${sentence(title, { name: html`<bdi>${name}</bdi>` })}</h1>
<p>${reason(why, visit)}</p>
<h2>${text.meanwhile}</h2>
<p><a class="button" href="${own}">${text.download}</a>${bytes}</p>
<ul><li>${sentence(text.metalink, { metalink: html`<a href="${own}.meta4">Metalink</a>` })}</li>
<li><a href="${href(visit, `${own}.mirrorlist`)}">${text.mirrors}</a></li>
<li><a href="${href(visit, "/images")}">${text.images}</a></li></ul>
${isToCome(why) && html`<p class="quiet">${sentence(text.again, { again: html`<a href="${href(visit, `${own}.torrent`)}">${text.look}</a>` })}</p>`}`,
  };
}

/** Whether somebody who comes back later may find it. */
function isToCome({ none }: WhyNoTorrent): boolean {
  return none !== "off" && none !== "large" && none !== "unlisted" && none !== "refused";
}

function reason(why: WhyNoTorrent, visit: Visit): Html | string {
  const { texts, shown } = visit;
  const text = texts.torrent;
  switch (why.none) {
    case "unasked": {
      const left = asksLeft(why.asks);
      return sentence(left === 1 ? text.unaskedOne : text.unasked, {
        times: shown.number(askedEnough),
        left: shown.number(left),
      });
    }
    case "reading":
      return sentence(text.reading, { percent: shown.number(percentRead(why)) });
    case "tomorrow":
      return sentence(text.tomorrow, { duration: shown.duration(why.seconds * secondMs) });
    case "refused":
      return sentence(text.refused, {
        // What servers did, as the object that read it says it.
        why: html`<span lang="en">${why.why}</span>`,
        duration: shown.duration(why.seconds * secondMs),
      });
    default:
      return text[why.none];
  }
}
