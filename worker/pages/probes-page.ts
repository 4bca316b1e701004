/** The page at `/probes`, for the probes' User-Agent: what probes a mirror, what for, how often, how to stop it. */
import { html, raw } from "hono/html";
import type { Rules } from "../health/rules.ts";
import { pageHeaders, style } from "../http/page-style.ts";

/** For operators of mirrors that have our probes in their logs. @param rules those in force */
export async function probesPage(rules: Rules): Promise<Response> {
  const { healthyMs, changingMs, requestsPerMinute, longestMs } = rules;
  const body = await html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Probes · Nearmirror</title>
<style>${raw(style)}</style>
</head>
<body>
<h1>Who asks, and why</h1>
<p>This service sends people's package managers to mirrors near them. So that nobody is sent to a mirror that doesn't answer or is behind, it asks every listed mirror now and then. Those requests carry the User-Agent <code>Nearmirror-Probe</code>.</p>
<h2>What is asked</h2>
<ul>
<li>The repository's root (<code>InRelease</code>, <code>repomd.xml</code>, <code>SHA256SUMS</code>), conditionally.</li>
<li>The size of one package or image, by <code>HEAD</code>.</li>
<li>Now and then 64 KiB of one, to compare the bytes.</li>
</ul>
<h2>How often</h2>
<p>Usually every ${healthyMs / 1000} seconds from two regions, every ${changingMs / 1000} seconds while a mirror seems to fail, and up to ${longestMs / 60000} minutes apart for one that has been down for long. Never more than ${requestsPerMinute} requests a minute to one mirror.</p>
<h2>And while clients come</h2>
<p>Before somebody is sent to a mirror, the place of this service that he asked may ask that mirror for the very file, by <code>HEAD</code>, as <code>Nearmirror/1</code>: where it isn't known whether the file is there, and once in some seconds to see that the mirror still answers; and with it, once in ten seconds or after a silence, for a small package of at most 32 KiB, to see that its bytes are right. Where nobody is sent, nobody asks so.</p>
<h2>How to stop it</h2>
<p>Ask the operator of this service to disable your mirror, or answer these requests with 403: the mirror is then taken to be down, nobody is sent there, and it is asked ever less often.</p>
<p class="quiet"><a href="/">Nearmirror</a></p>
</body>
</html>
`;
  return new Response(body.toString(), { headers: pageHeaders });
}
