/** How the results of rows are told: a table for a terminal, and a page of it. */

import type { RowOutcome, RowResult } from "./row.ts";

/** How many rows went which way, and how those that are compared did on either side. */
export interface Sums {
  passed: number;
  failed: number;
  notRun: number;
  /** Of those that were run on both sides. */
  compared: { rows: number; service: number; plain: number };
}

export function sumsOf(results: readonly RowResult[]): Sums {
  const count = (result: RowOutcome["result"]) =>
    results.filter((one) => one.result === result).length;
  const both = results.filter(
    ({ result, plain }) =>
      result !== "not run" && plain !== undefined && plain.result !== "not run",
  );
  return {
    passed: count("passed"),
    failed: count("failed"),
    notRun: count("not run"),
    compared: {
      rows: both.length,
      service: both.filter(({ result }) => result === "passed").length,
      plain: both.filter(({ plain }) => plain?.result === "passed").length,
    },
  };
}

/** One or two lines: the sums. */
export function tellSums(results: readonly RowResult[]): string {
  const { passed, failed, notRun, compared } = sumsOf(results);
  const all = `${passed} passed, ${failed} failed, ${notRun} not run`;
  if (compared.rows === 0) return all;
  const { rows, service, plain } = compared;
  return `${all}\nof ${rows} rows run on both sides: ${service} through the service, ${plain} through a plain nginx redirector to the nearest mirror`;
}

/** The table, a line a row: row, client and version, how it went, how it went with the plain redirector. */
export function textTable(results: readonly RowResult[]): string {
  const lines = results.map((one) => [
    one.row,
    `${one.client} ${one.version}`.trim(),
    one.result,
    one.plain?.result ?? "",
    one.result === "not run" ? firstLine(one.why) : (one.promise ?? ""),
  ]);
  const head = ["row", "client", "service", "nginx", "promise"];
  const widths = head.map((name, at) =>
    Math.max(name.length, ...lines.map((line) => line[at]?.length ?? 0)),
  );
  return [head, ...lines]
    .map((line) => line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** What a part of the page begins with that isn't this machine's, by the machine, in their order. */
const otherParts = { "Debian 13": "\n## Debian 13\n", "Debian unstable": "\n## Debian unstable\n" };

/** Whose clients a part of the page is about. */
export type PagePart = "this machine" | keyof typeof otherParts;

/**
 * The page `docs/clients.md` with one of its parts written anew.
 * @param before the page as it was; empty when there is none
 */
export function page(before: string, part: PagePart, results: readonly RowResult[]): string {
  const [debianAt, unstableAt] = Object.values(otherParts).map((head) => before.indexOf(head));
  const ends = (at = -1) => (at < 0 ? before.length : at);
  const parts = {
    "this machine": before.slice(0, Math.min(ends(debianAt), ends(unstableAt))),
    "Debian 13": before.slice(ends(debianAt), Math.max(ends(debianAt), ends(unstableAt))),
    "Debian unstable": before.slice(ends(unstableAt)),
  };
  parts[part] =
    part === "this machine"
      ? firstPart(results)
      : `${otherParts[part]}${debianPart(part, results)}`;
  return Object.values(parts).join("");
}

function firstPart(results: readonly RowResult[]): string {
  const { compared } = sumsOf(results);
  const worth =
    compared.rows === 0
      ? ""
      : `The column nginx is the same row with the same faults against a real nginx that redirects everything to the
nearest mirror (\`return 302 http://mirror1...$request_uri\`). It is what proof before redirect, bytes as fallback and
the memory of clients are worth: of ${compared.rows} rows, ${compared.service} pass through the service and ${compared.plain} through nginx.
Some of these rows have no fault, and show that nginx works here at all. A dash: the row is about what only the service
has, so there is nothing to compare.

`;
  return `# Clients

Real package managers and downloaders against the service and a lab of five mirrors on loopback, each row one promise
that fails when it is broken. All clients stand near mirror1, and faults are there unless the row says otherwise.
This page is written by \`npm run test:clients -- --nginx --write\`; \`npm run test:clients\` runs the rows.

${tellSums(results).split("\n")[0]}.

${worth}${markdownTable(results)}`;
}

/** How each of the other machines is asked for, and what it has. */
const otherMachines = {
  "Debian 13": { variable: "CLIENTS_TRIXIE", rows: "The same rows with the programs of Debian 13" },
  "Debian unstable": {
    variable: "CLIENTS_SID",
    rows: "The same rows with dnf5, zypper, aria2, wget2 and curl of Debian unstable (but for those on zypper's metalinks, for which libzypp 17.38 doesn't ask: there a mirror that fails zypper alone, and answers our checks, fails it for good)",
  },
} as const;

function debianPart(part: keyof typeof otherParts, results: readonly RowResult[]): string {
  const { variable, rows } = otherMachines[part];
  const { compared } = sumsOf(results);
  const worth =
    compared.rows === 0
      ? ""
      : ` Of ${compared.rows} rows, ${compared.service} pass through the service and ${compared.plain} through nginx.`;
  return `
${rows}, which are run by chroot in a folder that debootstrap made. This part is
written by \`${variable}=1 npm run test:clients -- --nginx --write\`. CI doesn't run it, as it takes Debian's network.

${tellSums(results).split("\n")[0]}.${worth}

${markdownTable(results)}`;
}

function markdownTable(results: readonly RowResult[]): string {
  const lines = results.map(({ row, promise = "", client, version, result, why, plain }) => {
    const said = result === "passed" ? promise : `${promise}. ${firstLine(why)}`;
    const cells = [`\`${row}\``, `${client} ${version}`.trim(), said, result, plain?.result ?? "-"];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  });
  return `| row | client | promise | service | nginx |
|---|---|---|---|---|
${lines.join("")}`;
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
