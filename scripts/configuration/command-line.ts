/** The part of docs/operating/command-line.md that is written from the verbs' syntax. */
import type { OperandSyntax, OptionSyntax, VerbSyntax } from "../program/syntax.ts";
import { headings } from "../program/syntax.ts";
import { verbs } from "../program/verbs.ts";

/** What is behind this line is written anew. */
export const verbsMark = "<!-- verbs -->\n";

/** The page with its part as the verbs are now. @throws Error where the mark is gone */
export function commandLinePage(page: string): string {
  const at = page.indexOf(verbsMark);
  if (at < 0) throw new Error(`docs/operating/command-line.md has lost its line ${verbsMark}`);
  const parts = headings.map((heading) => {
    const sections = verbs
      .filter((verb) => verb.of === heading)
      .flatMap((verb) => sectionsOf(verb));
    return `\n### ${heading}\n\n${sections.join("\n")}`;
  });
  return page.slice(0, at) + verbsMark + parts.join("");
}

function sectionsOf(verb: VerbSyntax, before = ""): string[] {
  const name = `${before}${verb.name}`;
  if (verb.words !== undefined) return verb.words.flatMap((word) => sectionsOf(word, `${name} `));
  const call = [`nearmirror ${name}`, ...(verb.operands ?? []).map(operandText)].join(" ");
  const about = verb.about === undefined ? "" : ` ${verb.about}`;
  // Verbs that tell their usage themselves have options for completion alone, without a word of each.
  const told = (verb.options ?? []).filter(({ what }) => what !== "");
  const options = verb.own === undefined ? optionsText(told) : " `--help` tells its options.\n";
  return [`**\`${call}\`** — ${verb.what}.${about}${options}`];
}

function operandText({ name, isMany, isOptional }: OperandSyntax): string {
  const text = `${name}${isMany ? "..." : ""}`;
  return isOptional ? `[${text}]` : text;
}

function optionsText(options: readonly OptionSyntax[]): string {
  const own = options.filter(({ name }) => !ofService.has(name));
  const all = own.map((one) => `\`${flag(one)}\` ${one.what}`);
  if (own.length < options.length) all.push("a service is named as above");
  return all.length === 0 ? "\n" : `\n\n${all.map((one) => `- ${one}\n`).join("")}`;
}

/** Of every verb that asks a service: told once. */
const ofService = new Set(["url", "token-file", "insecure-http"]);

function flag({ name, argument }: OptionSyntax): string {
  return argument === undefined ? `--${name}` : `--${name} ${argument}`;
}
