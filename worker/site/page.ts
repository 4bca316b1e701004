/** The page at `/`: what this is, the repositories, and how to use each. */
import { html, raw } from "hono/html";
import type { OpenRoster } from "../mirrors/candidates.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { OpenViews } from "../views.ts";
import { setupOf } from "./setup.ts";

const style = `
:root{color-scheme:light dark;--edge:light-dark(#d5d9e0,#3a404a);--soft:light-dark(#f4f6f8,#1d2127);--quiet:light-dark(#59636e,#9aa4b0)}
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.5rem 0 .25rem}
p{margin:.5rem 0}.quiet,figcaption{color:var(--quiet);font-size:.875rem}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--edge)}
nav{margin:1.5rem 0;display:flex;flex-wrap:wrap;gap:.5rem}
nav a{border:1px solid var(--edge);border-radius:.375rem;padding:.2rem .65rem;text-decoration:none;color:inherit}
figure{margin:.75rem 0}pre{margin:.25rem 0;padding:.75rem 1rem;overflow:auto;background:var(--soft);border:1px solid var(--edge);border-radius:.375rem;font:13px/1.5 ui-monospace,monospace}
`;

/** How many mirrors carry a repository. */
function mirrorsOf(roster: OpenRoster, repository: string): number {
  return roster.mirrors.filter(({ mirror }) => mirror.carries[repository] !== undefined).length;
}

function mirrorsText(count: number): string {
  if (count === 0) return "no mirrors listed, served from its origin";
  return count === 1 ? "1 mirror" : `${count} mirrors`;
}

function section(repository: Repository, roster: OpenRoster, base: string) {
  return html`<section id="${repository.name}">
<h2>${repository.title}</h2>
<p class="quiet"><a href="/${repository.name}/">/${repository.name}/</a> · ${repository.kind} · ${mirrorsText(mirrorsOf(roster, repository.name))}</p>
${setupOf(repository, base).map(
  (setup) =>
    html`<figure><figcaption>${setup.client} · ${setup.where}</figcaption><pre>${setup.text}</pre></figure>`,
)}
</section>`;
}

/**
 * The page, for a service reached under `base` (ends in `/`).
 * @param base taken from the request's own URL, and so escaped like everything else
 */
export async function page(views: OpenViews, base: string): Promise<Response> {
  const { repositories } = views;
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nearmirror</title>
<style>${raw(style)}</style>
</head>
<body>
<h1>Nearmirror</h1>
<p>One URL for all the software a Linux host fetches. Package metadata is answered here; packages and images are redirected to the nearest mirror that carries them.</p>
<nav aria-label="Repositories">${repositories.map((one) => html`<a href="#${one.name}">${one.title}</a>`)}</nav>
${repositories.map((one) => section(one, views.roster, base))}
<h2>Any file</h2>
<p>Add <code>?mirrorlist</code> to a file's URL for its mirrors in your order, or <code>?trace</code> to see where you were taken to be and why each mirror was chosen or not.</p>
<footer class="quiet">Where an address is comes from the <a href="https://www.nro.net/">NRO</a>, <a href="https://www.routeviews.org/">RouteViews</a> and <a href="https://db-ip.com/">IP geolocation by DB-IP</a>, where a city is from <a href="https://www.geonames.org/">GeoNames</a> (all CC BY 4.0).</footer>
</body>
</html>
`;
  return new Response(body.toString(), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-cache",
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
