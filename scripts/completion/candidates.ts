/** What may stand at the end of a command line, by the verbs' syntax. Pure but for the names that it is given. */
import type { Completes, OptionSyntax, VerbSyntax } from "../program/syntax.ts";

/** A word that may be meant. */
export interface Candidate {
  word: string;
  what: string;
}

export type Candidates = { words: Candidate[] } | "files" | "folders";

/** Names of a kind; asked for where they are needed alone. @param options what stands on the line, by option */
export type NamesOf = (
  kind: Exclude<Completes, "file" | "folder" | readonly string[]>,
  options: ReadonlyMap<string, string>,
) => Promise<readonly string[]>;

/**
 * @param line words behind the program's name; the last one is being typed, and may be empty
 */
export async function candidatesFor(
  line: readonly string[],
  verbs: readonly VerbSyntax[],
  namesOf: NamesOf,
): Promise<Candidates> {
  const words = joined(line);
  const current: Word = words.pop() ?? { text: "" };
  const found = verbIn(words, verbs);
  if ("among" in found) return words.length > found.depth ? none : named(found.among, current.text);
  const { verb, behind } = found;
  const { options, operands, open } = readBehind(behind, verb.options ?? []);
  const value = valueBeingTyped(current, verb.options ?? [], open);
  if (value !== undefined) {
    const { option, text, before } = value;
    const given = await valuesOf(option.completes, text, { namesOf, options });
    if (typeof given === "string") return given;
    return { words: given.words.map(({ word, what }) => ({ word: before + word, what })) };
  }
  if (current.text.startsWith("-")) {
    const all = [...(verb.options ?? []), help];
    const left = all.filter(({ name, isMany }) => isMany || !options.has(name));
    return matching(
      left.map(({ name, what }) => ({ word: `--${name}`, what })),
      current.text,
    );
  }
  const last = verb.operands?.at(-1);
  const operand = verb.operands?.[operands] ?? (last?.isMany ? last : undefined);
  return await valuesOf(operand?.completes, current.text, { namesOf, options });
}

const none: Candidates = { words: [] };
const help: OptionSyntax = { name: "help", what: "tell how it is called" };

/** A word of the line. */
interface Word {
  text: string;
  /** bash gave `--name`, `=` and the value apart, and replaces the value alone. */
  isSplit?: true;
}

/** Puts together what bash splits at `=`. */
function joined(line: readonly string[]): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < line.length; at += 1) {
    const text = line[at] ?? "";
    const before = words.at(-1);
    if (text === "=" && before?.text.startsWith("--")) {
      words.pop();
      words.push({ text: `${before.text}=${line[at + 1] ?? ""}`, isSplit: true });
      at += 1;
    } else words.push({ text });
  }
  return words;
}

function verbIn(
  words: readonly Word[],
  verbs: readonly VerbSyntax[],
): { verb: VerbSyntax; behind: readonly Word[] } | { among: readonly VerbSyntax[]; depth: number } {
  let among = verbs;
  let depth = words[0]?.text === "help" ? 1 : 0;
  const isHelp = depth === 1;
  for (;;) {
    const verb = among.find(({ name }) => name === words[depth]?.text);
    if (verb === undefined) return { among, depth };
    depth += 1;
    if (verb.words === undefined) {
      return isHelp ? { among: [], depth } : { verb, behind: words.slice(depth) };
    }
    among = verb.words;
  }
}

function named(verbs: readonly VerbSyntax[], text: string): Candidates {
  return matching(
    verbs.map(({ name, what }) => ({ word: name, what })),
    text,
  );
}

function matching(all: readonly Candidate[], text: string): { words: Candidate[] } {
  return { words: all.filter(({ word }) => word.startsWith(text)) };
}

/** What stands between the verb and the word being typed. */
interface Behind {
  options: ReadonlyMap<string, string>;
  /** Operands that are complete. */
  operands: number;
  /** The option whose value comes next. */
  open: OptionSyntax | undefined;
}

function readBehind(words: readonly Word[], known: readonly OptionSyntax[]): Behind {
  const options = new Map<string, string>();
  let operands = 0;
  let open: OptionSyntax | undefined;
  for (const { text } of words) {
    if (open !== undefined) {
      options.set(open.name, text);
      open = undefined;
      continue;
    }
    const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/s.exec(text) ?? [];
    const option = known.find((one) => one.name === name);
    if (option === undefined) operands += text.startsWith("-") ? 0 : 1;
    else if (value !== undefined || option.argument === undefined)
      options.set(option.name, value ?? "");
    else open = option;
  }
  return { options, operands, open };
}

/** The option whose value is being typed, the value so far, and what goes before it in the shell's word. */
function valueBeingTyped(
  { text, isSplit }: Word,
  known: readonly OptionSyntax[],
  open: OptionSyntax | undefined,
): { option: OptionSyntax; text: string; before: string } | undefined {
  if (open !== undefined) return { option: open, text, before: "" };
  const [, name, value] = /^--([a-z-]+)=(.*)$/s.exec(text) ?? [];
  const option = known.find((one) => one.name === name && one.argument !== undefined);
  if (option === undefined || value === undefined) return undefined;
  return { option, text: value, before: isSplit ? "" : `--${name}=` };
}

async function valuesOf(
  completes: Completes | undefined,
  text: string,
  { namesOf, options }: { namesOf: NamesOf; options: ReadonlyMap<string, string> },
): Promise<Candidates> {
  if (completes === undefined) return none;
  if (completes === "file") return "files";
  if (completes === "folder") return "folders";
  const names = typeof completes === "string" ? await namesOf(completes, options) : completes;
  return matching(
    names.map((word) => ({ word, what: "" })),
    text,
  );
}
