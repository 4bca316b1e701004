/**
 * 404 for people who browse. A client gets the sentence as text, as ever: only a request that names `text/html` and
 * nothing better, as a browser's does where a person goes to an address, gets a page.
 */

import { acceptOf, shownAs } from "../delivery/lists/asked-list.ts";
import { notFound } from "../http/errors.ts";
import { type Html, html, sentence } from "../http/html.ts";
import type { OpenViews } from "../views/views.ts";
import type { Page } from "./frame/document.ts";
import { heldPages, type PageQuestion } from "./frame/held-pages.ts";
import { href, type Visit } from "./frame/visit.ts";

type Views = Pick<OpenViews, "repositories">;

/** @param plain what a client gets */
export async function missing(
  asked: PageQuestion,
  views: Views,
  plain: Response,
): Promise<Response> {
  if (shownAs(acceptOf(asked.request.headers)) !== "html") return plain;
  return heldPages(views).answer(asked, (visit) => {
    const path = html`<code>${asked.path}</code>`;
    return missingPage(visit, views, sentence(visit.texts.errors.notFoundWhy, { path }));
  });
}

/** A page of a mirror or repository that there isn't. */
export function missingNamed(
  { request, path }: PageQuestion,
  visit: Visit,
  views: Views,
  { mirror, repository = "" }: { mirror?: string; repository?: string },
): Page | Response {
  if (shownAs(acceptOf(request.headers)) !== "html") {
    const names =
      mirror === undefined ? views.repositories.map(({ name }) => name).join(" ") : "/mirrors";
    return notFound(path, `Names: ${names}`);
  }
  const { errors } = visit.texts;
  const why =
    mirror === undefined
      ? sentence(errors.noRepository, { name: repository })
      : sentence(errors.noMirror, { name: mirror });
  return missingPage(visit, views, why);
}

function missingPage(visit: Visit, { repositories }: Views, why: Html): Page {
  const { errors, frame } = visit.texts;
  return {
    status: 404,
    title: errors.notFound,
    main: html`<h1>${errors.notFound}</h1>
<p>${why}</p>
<p>${errors.repositories}</p>
<ul>${repositories.map(({ name, title }) => html`<li><a href="${href(visit, `/repositories/${name}`)}">${title}</a></li>`)}<li><a href="${href(visit, "/mirrors")}">${frame.mirrors}</a></li></ul>`,
  };
}
