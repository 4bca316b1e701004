/** `docs/configuration.md`, from the table of variables. Pure. */
import { type Variable, variables } from "../../worker/settings/table.ts";
import { type WhatFor, whatFor } from "../../worker/settings/what-for.ts";
import { machineConfig } from "../program/usual-places.ts";
import {
  configName,
  type ProgramSetting,
  prefix,
  programSettings,
} from "../settings/program-settings.ts";

const head = `# Configuration

<!-- Written by \`npm run configuration\` from worker/settings/table.ts and scripts/settings/program-settings.ts; \`npm run check\` holds it up to date. -->

The mirror list says *what* is served ([the list](mirror-list.md)); settings say *how*. All are texts, and all are
optional. There are two ways to give them:

- **A deployment on Cloudflare** has the Worker's variables under \`[vars]\` in \`wrangler.toml\`, by their names.
- **A service on a machine of one's own** takes them as options, from the environment, and from a file.

A wrong value is refused with a sentence that names where it stands, what it is and what it must be:
\`npm run check\` and \`npm run deploy\` refuse it before anything is deployed, \`nearmirror serve\` before it listens, and a
Worker that meets one answers 503 and logs the sentence.

## On a machine of one's own

\`nearmirror serve --help\` (\`npm start -- --help\` in a checkout) lists the options. \`--set NAME=VALUE\` gives any setting
of this page that has no option of its own, and may be repeated. In the environment and in the file each name has
\`${prefix}\` before it: \`${prefix}PORT\`, \`${prefix}PUBLIC_URL\`.

An option comes before the environment, the environment before the file, the file before what holds otherwise. An empty
value in the environment or the file counts as not set. An unknown name is refused, with the one that may have been meant.
\`nearmirror serve --check\` tells what would hold and from where each value comes, and starts nothing.

**The file** is named by \`--config FILE\` or by \`${configName}\`. A built folder (\`npm run build\`) reads
\`${machineConfig}\` where neither is given and the file is there; a checkout reads none. It is written in the
syntax of systemd's \`EnvironmentFile=\`, so a unit may read the same file:

\`\`\`sh
# A comment has a line of its own.
${prefix}PUBLIC_URL=https://mirrors.example.org/
${prefix}PROBING=all
${prefix}OWN_PLACE="DE 50.1 8.7"
\`\`\`

- A line is \`NAME=VALUE\`, empty, or a comment (\`#\` or \`;\` first). Spaces around the name and the value are not part of them.
- A value may stand in \`'single quotes'\`, where every character is itself, or in \`"double quotes"\`, where a backslash goes before \`"\`, \`\\\`, \`$\` and a backtick.
- What systemd would read otherwise than people do is refused with its line: a comment behind a value, a backslash or a quote inside a value without quotes, a name that is given twice, a line that is continued.

## The program

Of \`nearmirror serve\` alone.

| Setting | Option | It takes | Unless set | What for |
|---|---|---|---|---|
${programRows()}
`;

function programRows(): string {
  const places = { config: undefined, list: "", store: "", databases: "" };
  return Object.entries<ProgramSetting>(programSettings)
    .map(([name, { option, argument, takes, usual, usually, what }]) => {
      const called = argument === undefined ? `--${option}` : `--${option} ${argument}`;
      const without = usually ?? `\`${usual(places)}\``;
      return `| \`${name}\` | \`${called}\` | ${cell(takes)} | ${cell(without)} | ${cell(what)} |`;
    })
    .join("\n");
}

const tail = `## Bindings

| Binding | What | Without it |
|---|---|---|
| \`VIEWS\` | KV namespace: the applied mirror list, the last published views, current snapshots | a new isolate begins with the list in the bundle |
| \`BLOBS\` | R2 bucket: bytes of snapshots, by their hash | nothing is served from snapshots, and metadata comes from the origins |
| \`FLEET\`, \`PROBER\` | Durable Objects: states of mirrors, and what probes them | nothing is probed |
| \`REPOSITORY\` | Durable Object: follows one repository's origin | no snapshots are made |
| \`OPERATIONS\` | Durable Object: keeps the list, accounts and the audit log for operators | nothing can be changed through the API |
| \`TORRENTS\` | Durable Object: reads images for torrents, one at a time | no torrents are made |
| \`STATISTICS\` | Durable Object: adds up redirects | there are no statistics |
| \`ANALYTICS\` | dataset of Analytics Engine, which gets what is counted as data points | statistics are the service's own alone |
| \`COUNTRY_DATABASE\`, \`ASN_DATABASE\` | IP databases (MMDB), for \`CLIENT_PLACE=database\` | clients are placed by what is left |
| \`IP_DATABASES\` | a service that has both as files, \`country.mmdb\` and \`asn.mmdb\`; \`npm start\` binds it in their place | the same |
`;

/** The whole page. */
export function configurationPage(): string {
  const rows = Object.entries<Variable<unknown>>(variables);
  const forPeople: Readonly<Record<string, WhatFor>> = whatFor;
  const told = rows.flatMap(([name, one]): Told[] => {
    const words = forPeople[name];
    return words === undefined ? [] : [{ name, ...one, ...words }];
  });
  const headings = [...new Set(told.map(({ of }) => of))];
  const tables = headings.map((heading) => {
    const lines = told.filter(({ of }) => of === heading).map(row);
    return `## ${heading}\n\n| Variable | It takes | Unless set | What for |\n|---|---|---|---|\n${lines.join("\n")}\n`;
  });
  return [head, ...tables, tail].join("\n");
}

type Told = Variable<unknown> & WhatFor & { name: string };

function row({ name, form, usual, usually, what, before = [] }: Told): string {
  const once =
    before.length === 0
      ? ""
      : ` Formerly ${before.map((one) => `\`${one}\``).join(", ")}, which is still read.`;
  const without = usually ?? (usual === "" ? "not set" : `\`${usual}\``);
  return `| \`${name}\` | ${cell(form.takes)} | ${cell(without)} | ${cell(what + once)} |`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
