/** Why a package was found, in words. */
import { type Html, html, type Piece, sentence } from "../../http/html.ts";
import type { Why } from "../../search/suite-question.ts";
import type { Visit } from "../frame/visit.ts";
import { code } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Reasons that are told: the best come first. */
const maxTold = 3;

/** The best reasons, behind their title; nothing where there is none. */
export function whyFound(why: readonly Why[], visit: Visit): Html | false {
  const words = wordsOf(visit);
  const told = why.slice(0, maxTold).map((one) => reason(one, visit));
  return (
    told.length > 0 &&
    html`<p class="why"><span class="quiet">${words.whyTitle}</span> ${told.map((one, at) => [at > 0 && " · ", one])}</p>`
  );
}

function reason({ by, what }: Why, visit: Visit): Piece {
  const { why, whyOf } = wordsOf(visit);
  return what === undefined ? why[by] : sentence(whyOf[by], { what: code(what) });
}
