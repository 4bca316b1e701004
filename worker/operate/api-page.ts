/** The page at `/api/`: the OpenAPI document for people, each operation with an example for curl. Works without script. */
import { type Html, html } from "../http/html.ts";
import { problem } from "../http/problem.ts";
import { documentOf } from "../pages/frame/document.ts";
import { visitOf } from "../pages/frame/visit.ts";
import { operationsOf, type ShownField, type ShownOperation } from "./api-operations.ts";

export const apiPagePath = "/api/";

/** What it shows changes with the program alone, s. */
const keptSeconds = 300;

const apiStyle = `
.op{border:1px solid var(--edge);border-radius:.5rem;margin:.5rem 0;max-width:none}.op>summary{padding:.5rem .75rem;overflow-wrap:anywhere}.op>div{padding:0 .75rem .75rem}
.op b{display:inline-block;min-width:4.25rem;font-size:.8125rem}.get{color:var(--good)}.delete{color:var(--bad)}.post,.put,.patch{color:var(--warn)}
.op h3{margin:.75rem 0 .25rem}.op ul{margin:.25rem 0;max-width:none}.op li{overflow-wrap:anywhere}
@media(max-width:40rem){.op>summary{min-height:2.75rem}}
`;

/** Made once for each language-less page of one base: its text is the same for everybody. */
let held: { base: string; answer: { text: string; headers: Record<string, string> } } | undefined;

/**
 * The page. What it says is English alone, as the document is.
 *
 * @param base the service's own URL, as examples print it
 */
export function answerApiPage(request: Request, base: string, document: object): Response {
  if (request.method !== "GET") {
    const detail = `${request.method} is not answered here. Use GET.`;
    return problem(405, { detail, headers: { Allow: "GET, HEAD" } });
  }
  const { pathname } = new URL(request.url);
  if (pathname !== apiPagePath) {
    return new Response(null, { status: 301, headers: { Location: apiPagePath } });
  }
  if (held?.base !== base) held = { base, answer: written(base, document) };
  return new Response(held.answer.text, { headers: held.answer.headers });
}

function written(base: string, document: object) {
  const visit = visitOf({ path: apiPagePath, query: "", headers: { get: () => null } });
  if (typeof visit === "string") throw new Error(visit);
  const operations = operationsOf(document);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const page = documentOf(visit, {
    title: "API",
    description:
      "Every operation of the API, with its parameters, bodies, statuses and an example.",
    style: apiStyle,
    oneLanguage: true,
    main: html`<h1>API</h1>
<p class="lead">What programs read of mirrors, repositories and images needs no token. What operators do needs one, as <code>Authorization: Bearer TOKEN</code>.</p>
<p>The same as an <a href="/api/openapi.json">OpenAPI 3.1 document</a>. Errors are problem details (RFC 9457): <code>detail</code> says what is wrong, where, and what to do; <code>errors</code> has each place. Lists come in pages: <code>next</code> is the URL of the one behind. A write may have an <code>Idempotency-Key</code>: the same request with the same key is done once. Examples take the token from <code>$TOKEN</code>.</p>
<nav aria-label="Parts"><p>${tags.map((tag, at) => html`${at > 0 && " · "}<a href="#${tag}">${tag}</a>`)}</p></nav>
${tags.map((tag) => html`<h2 id="${tag}">${tag}</h2>${operations.filter((one) => one.tag === tag).map((one) => shown(one, base))}`)}`,
  });
  const { Vary: _, ...headers } = page.headers;
  return {
    text: page.text,
    headers: { ...headers, "Cache-Control": `public, max-age=${keptSeconds}` },
  };
}

function shown(one: ShownOperation, base: string): Html {
  const { id, method, path, summary, description, needsToken, parameters, body, answers } = one;
  return html`
<details class="op" id="${id}"><summary><b class="${method.toLowerCase()}">${method}</b> <code>${path}</code><br>${summary}${!needsToken && html` <span class="quiet">no token</span>`}</summary><div>
${description !== "" && html`<p>${withCode(description)}</p>`}
${parameters.length > 0 && html`<h3>Parameters</h3><ul>${parameters.map(field)}</ul>`}
${body !== undefined && html`<h3>Body, <code>${body.type}</code></h3><ul>${body.fields.map(field)}</ul>`}
<h3>Answers</h3><ul>${answers.map(({ status, says, fields }) => html`<li><b>${status}</b> ${says}${fields.length > 0 && html` <span class="quiet">${fields.map((name, at) => html`${at > 0 && ", "}<code>${name}</code>`)}</span>`}</li>`)}</ul>
<figure><figcaption>Example</figcaption><pre tabindex="0">${curl(one, base)}</pre></figure></div></details>`;
}

function field({ name, type, isRequired, says, where }: ShownField): Html {
  const about = [where, type, isRequired ? "needed" : ""].filter((part) => part !== "").join(", ");
  return html`<li><code>${name}</code> <span class="quiet">${about}</span>${says !== "" && html` ${withCode(says)}`}</li>`;
}

/** A text's `code` between backticks. */
function withCode(text: string): Html[] {
  return text
    .split("`")
    .map((part, at) => (at % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}

/** A command for a shell; what the path is to have stands there in capitals. */
function curl(
  { method, path, needsToken, needsMatch, body }: ShownOperation,
  base: string,
): string {
  const lines = [
    `curl ${method === "GET" ? "" : `-X ${method} `}'${base}${path.slice(1).replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase())}'`,
  ];
  if (needsToken) lines.push('-H "Authorization: Bearer $TOKEN"');
  if (needsMatch) lines.push("-H 'If-Match: \"ETAG\"'");
  if (body !== undefined) {
    lines.push(`-H 'Content-Type: ${body.type}'`, `--data '${body.example}'`);
  }
  return lines.join(" \\\n  ");
}
