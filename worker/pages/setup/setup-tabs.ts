/** Set-up lines of a repository as tabs, one for each client. */

import type { Setup } from "../../formats/setup-format.ts";
import { type Html, html } from "../../http/html.ts";
import type { Repository } from "../../repositories/catalogue.ts";
import { type Tab, tabs } from "../frame/tabs.ts";
import type { Visit } from "../frame/visit.ts";
import { listLinesOf, scriptLinesOf, setupOf } from "./setup.ts";

/** A client's lines; `lists` are for those that shall know the mirrors themselves. */
interface ClientLines {
  plain: Setup[];
  lists: Setup[];
}

/** The client that a line is for: what stands before the first hyphen of its use. */
function clientOf({ use }: Setup): string {
  return use.split("-", 1)[0] ?? use;
}

/** All that a host can be set up by, in tabs: the script first, where there is one. */
export function setupTabs(visit: Visit, repository: Repository, base: string): Html {
  const byClient = new Map<string, ClientLines>();
  const linesOf = (setup: Setup) => {
    const lines = byClient.get(clientOf(setup)) ?? { plain: [], lists: [] };
    byClient.set(clientOf(setup), lines);
    return lines;
  };
  for (const setup of [...scriptLinesOf(repository, base), ...setupOf(repository, base)]) {
    linesOf(setup).plain.push(setup);
  }
  for (const setup of listLinesOf(repository, base)) linesOf(setup).lists.push(setup);
  const { setup: words } = visit.texts;
  const all = [...byClient].map(([client, { plain, lists }]): Tab => {
    const title = client === "script" ? words.script : titleOf(client, plain, visit);
    const more =
      lists.length > 0 &&
      html`<details><summary>${words.more}</summary><p class="quiet">${words.moreWhy}</p>${lists.map((one) => figure(visit, one))}</details>`;
    return { title, body: [plain.map((one) => figure(visit, one)), more] };
  });
  return tabs("client", words.use, all);
}

function titleOf(client: string, [first]: readonly Setup[], { texts }: Visit): string {
  return first === undefined ? client : wordsFor(texts.setup.clients, first.use, client);
}

function wordsFor(table: Readonly<Record<string, string>>, use: string, otherwise: string): string {
  return Object.hasOwn(table, use) ? (table[use] ?? otherwise) : otherwise;
}

/** One text to copy, with whom it is for, where it goes, and what to know first. */
function figure({ texts }: Visit, { use, file, text, include }: Setup): Html {
  const { clients, notes, shell } = texts.setup;
  const note = wordsFor(notes, use, "").replaceAll("{file}", include ?? file ?? "");
  return html`<figure><figcaption>${wordsFor(clients, use, use)} · ${file ?? shell}</figcaption><pre>${text}</pre>${note !== "" && html`<p class="quiet">${note}</p>`}</figure>
`;
}
