/** `docs/configuration.md`, from the table of variables. Pure. */
import { type Variable, variables } from "../../worker/settings/table.ts";
import { type WhatFor, whatFor } from "../../worker/settings/what-for.ts";

const head = `# Configuration

<!-- Written by \`npm run configuration\` from worker/settings/table.ts; \`npm run check\` holds it up to date. -->

The mirror list says *what* is served ([the list](mirror-list.md)); variables say *how*. A deployment has
them under \`[vars]\` in \`wrangler.toml\`. \`npm start -- --set NAME=VALUE\` gives any of them to a service on one's own machine, and may be repeated; some have an
option of their own there (\`npm start -- --help\`). All are texts, and all are optional.

A wrong value is refused with a sentence that names the variable, what it holds and what it must be:
\`npm run check\` and \`npm run deploy\` refuse it before anything is deployed, \`npm start\` before it listens, and a
Worker that meets one answers 503 and logs the sentence.
`;

const tail = `## Bindings

| Binding | What | Without it |
|---|---|---|
| \`VIEWS\` | KV namespace: the applied mirror list, the last published views, current snapshots | a new isolate begins with the list in the bundle |
| \`BLOBS\` | R2 bucket: bytes of snapshots, by their hash | nothing is served from snapshots, and metadata comes from the origins |
| \`FLEET\`, \`PROBER\` | Durable Objects: states of mirrors, and what probes them | nothing is probed |
| \`REPOSITORY\` | Durable Object: follows one repository's origin | no snapshots are made |
| \`COUNTRY_DATABASE\`, \`ASN_DATABASE\` | IP databases (MMDB), for \`CLIENT_PLACE=database\` | clients are placed by what is left |
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
