/** The page of a permanent link that leads nowhere: what is wrong with it, and what there is in its place. Pure. */
import { type Html, html, sentence } from "../../http/html.ts";
import { titleOfDistribution } from "../../images/distribution-titles.ts";
import { linkPath, type PermanentLink } from "../../images/links/read-link.ts";
import type { LinkFault } from "../../images/links/resolve-link.ts";
import type { Page } from "../frame/document.ts";
import { href, type Visit } from "../frame/visit.ts";

/** Why a permanent link has no file. */
export type WrongLink =
  /** It has not the four parts of a link. */
  | { because: "shape" }
  /** One of its parts isn't there. `unread`: repositories whose images aren't all known, with why. */
  | {
      because: "fault";
      link: PermanentLink;
      fault: LinkFault;
      unread: readonly { repository: string; why: string }[];
    }
  /** No list tells that digest of the image. */
  | { because: "digest"; name: string; digest: string }
  | { because: "zsync"; name: string }
  /** The signed list that names the image isn't at hand. */
  | { because: "list"; name: string };

/** Values that are offered as links, as many as programs are told. */
export const maxNamed = 40;
const example = "debian/13/amd64/netinst";

/** @param status of the answer */
export function wrongLinkPage(visit: Visit, wrong: WrongLink, status: number): Page {
  const text = visit.texts.wrongLink;
  return {
    status,
    title: text.title,
    main: html`<h1>${text.title}</h1>
${explained(wrong, visit)}
<p><a href="${href(visit, "/images?architecture=")}">${text.all}</a></p>`,
  };
}

function explained(wrong: WrongLink, visit: Visit): Html {
  const text = visit.texts.wrongLink;
  switch (wrong.because) {
    case "fault":
      return faulty(wrong, visit);
    case "shape": {
      const link = html`<a href="${href(visit, `/images/${example}`)}">/images/${example}</a>`;
      return html`<p>${sentence(text.shape, { link })}</p>`;
    }
    case "digest":
      return html`<p>${sentence(text.digest, wrong)}</p>`;
    default:
      return html`<p>${sentence(text[wrong.because], { name: html`<bdi>${wrong.name}</bdi>` })}</p>`;
  }
}

function faulty(
  { link, fault, unread }: Extract<WrongLink, { because: "fault" }>,
  visit: Visit,
): Html {
  const text = visit.texts.wrongLink;
  const { part, value, nearest, allowed } = fault;
  const { distribution, version, architecture } = link;
  const to = (other: string) =>
    html`<a href="${href(visit, `/images/${linkPath(withPart(link, part, other))}`)}">${
      part === "distribution" ? titleOfDistribution(other) : other
    }</a>`;
  const offered = allowed.slice(0, maxNamed);
  const more = allowed.length - offered.length;
  const pieces = {
    value: html`<code>${value}</code>`,
    distribution: titleOfDistribution(distribution),
    version,
    architecture,
  };
  return html`<p>${sentence(text[part], pieces)}</p>
${nearest !== undefined && html`<p>${sentence(text.did, { nearest: html`<strong>${to(nearest)}</strong>` })}</p>`}
${offered.length > 0 && html`<p>${text.allowed}</p>\n<ul>${offered.map((one) => html`<li>${to(one)}</li>`)}</ul>`}
${more > 0 && html`<p>${sentence(text.more, { count: visit.shown.number(more) })}</p>`}
${unread.map(({ repository, why }) => html`<p class="note">${sentence(visit.texts.images.unread, { repository, why: html`<span lang="en">${why}</span>` })}</p>`)}`;
}

/** The same link with another value; what of it belonged to the former alone is left out. */
function withPart(
  { format, ...link }: PermanentLink,
  part: LinkFault["part"],
  value: string,
): PermanentLink {
  switch (part) {
    case "format":
      return { ...link, format: value };
    case "type":
      return { ...link, what: value };
    default:
      return { ...link, ...(format !== undefined && { format }), [part]: value };
  }
}
