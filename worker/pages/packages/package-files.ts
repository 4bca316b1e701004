/** The files of a package, page by page. */
import { type Html, html } from "../../http/html.ts";
import type { FilesAnswer } from "../../search/package-service.ts";
import { href, type Visit } from "../frame/visit.ts";
import { addressOf, packageAddress } from "./packages-query.ts";
import { plainLine } from "./shown-text.ts";
import { wordsOf } from "./texts.ts";

/** Files of a page: each with its link takes some 0.2 KB. */
export const filesPerPage = 100;

/** Whose files they are. */
export interface FilesOf {
  repository: string;
  name: string;
  at?: string;
  /** Not the first page. */
  isLater: boolean;
}

/** The list, by suite where there are several. */
export function packageFiles(answer: FilesAnswer, of: FilesOf, visit: Visit): Html {
  const words = wordsOf(visit);
  const { files, states } = answer;
  if (files.length === 0)
    return html`<p>${answer.refused === undefined ? words.noFiles : plainLine(answer.refused)}</p>`;
  const suites = [...new Set(files.map(({ suite }) => suite))];
  const isOlder = states.some(
    ({ filesOf, snapshot }) => filesOf !== undefined && filesOf !== snapshot,
  );
  return html`<p class="quiet">${countOf(answer, visit)}</p>
${isOlder && html`<p class="note">${words.filesOlder}</p>`}
${suites.map(
  (suite) =>
    html`${suites.length > 1 && html`<h3>${plainLine(suite)}</h3>`}<ul class="paths">${files
      .filter((one) => one.suite === suite)
      .map(({ path }) => item(path, visit))}</ul>`,
)}
${pageLinks(answer, of, visit)}`;
}

function countOf({ total, isAtLeast }: FilesAnswer, visit: Visit): string {
  const words = wordsOf(visit);
  if (total === 1 && isAtLeast === undefined) return words.fileOne;
  const text = isAtLeast === undefined ? words.fileCount : words.fileAtLeast;
  return text.replace("{count}", visit.shown.number(total));
}

/** Leads to all packages that have the file. */
function item(path: string, visit: Visit): Html {
  const whole = `/${path.replace(/^\/+/, "")}`;
  const address = addressOf({ q: whole, fields: ["file"], isExact: true });
  return html`<li><a href="${href(visit, address)}"><code><bdi>${plainLine(whole)}</bdi></code></a></li>\n`;
}

function pageLinks({ next }: FilesAnswer, of: FilesOf, visit: Visit): Html | false {
  const words = wordsOf(visit);
  const address = packageAddress(of.repository, of.name, of.at);
  const join = address.includes("?") ? "&" : "?";
  return (
    (next !== undefined || of.isLater) &&
    html`<nav aria-label="${words.files}"><p>${of.isLater && html`<a rel="start" href="${href(visit, `${address}#files`)}">${words.firstFiles}</a> `}${next !== undefined && html`<a class="button" rel="next" href="${href(visit, `${address}${join}after=${encodeURIComponent(next)}#files`)}">${words.nextFiles}</a>`}</p></nav>`
  );
}
