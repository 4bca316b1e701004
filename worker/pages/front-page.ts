/** The page at `/`: what this is, the repositories, and how to use each. */
import { html, raw } from "hono/html";
import type { Alarm } from "../api/alarms.ts";
import { pageHeaders, style } from "../http/page-style.ts";
import type { OpenRoster } from "../mirrors/open-roster.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { OpenViews } from "../views/views.ts";
import { listLinesOf, scriptLinesOf, setupOf } from "./setup/setup.ts";

/**
 * Gives each text a button that copies it; without scripts there is none. Only pages over https, or on this machine,
 * have the clipboard: elsewhere the text is selected and copied the old way.
 */
export const copyScript = `
for (const pre of document.querySelectorAll("figure pre")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.onclick = async () => {
    const told = (text) => {
      button.textContent = text;
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    };
    try {
      await navigator.clipboard.writeText(pre.textContent);
      told("Copied");
    } catch {
      getSelection().selectAllChildren(pre);
      told(document.execCommand("copy") ? "Copied" : "Selected");
    }
  };
  pre.before(button);
}
`;

const copyStyle = `
figure{position:relative}figure button{position:absolute;right:0;top:0;font:inherit;font-size:.75rem;padding:0 .5rem;cursor:pointer;color:var(--quiet);background:none;border:1px solid var(--edge);border-radius:.375rem}
figcaption{padding-right:5rem}
`;

/** As all pages', and the one script above, known by its hash. */
async function headers(): Promise<Record<string, string>> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(copyScript));
  const source = `'sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}'`;
  const policy = `${pageHeaders["Content-Security-Policy"]}; script-src ${source}`;
  return { ...pageHeaders, "Content-Security-Policy": policy };
}

/** How many mirrors carry a repository. */
function mirrorsOf(roster: OpenRoster, repository: string): number {
  return roster.mirrors.filter(({ resource }) => resource.carries[repository] !== undefined).length;
}

function mirrorsText(count: number): string {
  if (count === 0) return "no mirrors listed, served from its origin";
  return count === 1 ? "1 mirror" : `${count} mirrors`;
}

/** What is wrong at the moment, where anything is. */
function alarmList(alarms: readonly Alarm[]) {
  if (alarms.length === 0) return "";
  return html`<p><strong>At the moment:</strong></p>
<ul>${alarms.map(({ name, detail }) => html`<li>${name}: ${detail}</li>`)}</ul>`;
}

function section(
  repository: Repository,
  { roster, base, alarms }: { roster: OpenRoster; base: string; alarms: readonly Alarm[] },
) {
  return html`<section id="${repository.name}">
<h2>${repository.title}</h2>
<p class="quiet"><a href="/${repository.name}/">/${repository.name}/</a> · ${repository.kind} · ${mirrorsText(mirrorsOf(roster, repository.name))}</p>
${alarmList(alarms.filter((alarm) => alarm.repository === repository.name))}
${[
  ...scriptLinesOf(repository, base),
  ...setupOf(repository, base),
  ...listLinesOf(repository, base),
].map(
  (setup) =>
    html`<figure><figcaption>${setup.client} · ${setup.where}</figcaption><pre>${setup.text}</pre>${setup.note === undefined ? "" : html`<p class="quiet">${setup.note}</p>`}</figure>`,
)}
</section>`;
}

/**
 * The page, for a service reached under `base` (ends in `/`).
 * @param base taken from the request's own URL, and so escaped like everything else
 * @param alarms that are on
 */
export async function page(
  views: OpenViews,
  base: string,
  alarms: readonly Alarm[] = [],
): Promise<Response> {
  const { repositories, roster } = views;
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nearmirror</title>
<style>${raw(style)}${raw(copyStyle)}</style>
</head>
<body>
<h1>Nearmirror</h1>
<p>One URL for all the software a Linux host fetches. Package metadata is answered here; packages and images are redirected to the nearest mirror that carries them.</p>
<nav aria-label="Repositories">${repositories.map((one) => html`<a href="#${one.name}">${one.title}</a>`)}</nav>
${alarmList(alarms.filter(({ repository }) => repository === undefined))}
${repositories.map((one) => section(one, { roster, base, alarms }))}
<h2>Any file</h2>
<p>Add <code>.mirrorlist</code> to a file's URL for its mirrors in your order, <code>.meta4</code> for a metalink, <code>.sha256</code> for its checksum, or <code>?trace</code> to see where you were taken to be and why each mirror was chosen or not. <code>?country=DE</code>, <code>?avoid=MIRROR</code> and <code>?mirror=MIRROR</code> choose in your place.</p>
<footer class="quiet">Where an address is comes from the <a href="https://www.nro.net/">NRO</a>, <a href="https://www.routeviews.org/">RouteViews</a> and <a href="https://db-ip.com/">IP geolocation by DB-IP</a>, where a city is from <a href="https://www.geonames.org/">GeoNames</a> (all CC BY 4.0).</footer>
<script>${raw(copyScript)}</script>
</body>
</html>
`;
  return new Response(body.toString(), { headers: await headers() });
}
