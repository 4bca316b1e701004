/** A call of a verb, parsed by its syntax, and the verb's help: both by commander. */
import { Argument, Command, CommanderError, Option } from "commander";
import { exitCodesText } from "./exit-codes.ts";
import { parts } from "./parts.ts";
import type { Call, OperandSyntax, OptionSyntax, VerbSyntax } from "./syntax.ts";
import type { Terminal } from "./terminal.ts";

/** What became of the arguments. */
export type ParsedCall =
  | { verb: VerbSyntax; call: Call }
  | { help: string }
  /** A sentence, and how it is meant. */
  | { misused: string };

/** Columns of a help that nobody's terminal narrows. */
const usualColumns = 110;

/** Parses what is behind a verb's name. Pure but for what the terminal is. */
export function parseCall(
  verb: VerbSyntax,
  args: readonly string[],
  terminal: Terminal,
  before = "",
): ParsedCall {
  const name = before === "" ? verb.name : `${before} ${verb.name}`;
  const [first, ...behind] = args;
  const word = verb.words?.find((one) => one.name === first);
  if (word !== undefined) return parseCall(word, behind, terminal, name);
  const printed = { out: "", err: "" };
  const command = commandOf(verb, name, printed, terminal.columns);
  try {
    if (verb.words !== undefined) {
      if (args.includes("--help") || args.includes("-h")) return { help: helpOf(command) };
      if (first === undefined) return { misused: helpOf(command) };
      if (first.startsWith("-")) {
        const words = verb.words.map((one) => `${name} ${one.name}`).join(", ");
        return { misused: `${first} stands behind one of: ${words}.` };
      }
    }
    command.parse([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { help: printed.out };
    const said = printed.err
      .replace(/^error: /, "")
      .trim()
      .replace(/\n\((.*)\)$/s, ". $1");
    const sentence = capital(said).replace(/([^.?!])$/, "$1.");
    return { misused: `${sentence} ${parts.command} ${name} --help tells how it is called.` };
  }
  const options: Readonly<Record<string, unknown>> = command.opts();
  const texts = (option: string): string[] => {
    const value = options[camel(option)];
    if (Array.isArray(value)) return value.map(String);
    return typeof value === "string" ? [value] : [];
  };
  const call: Call = {
    name,
    operands: command.args,
    args,
    terminal,
    text: (option) => texts(option).at(-1),
    texts,
    has: (option) => options[camel(option)] !== undefined,
  };
  return { verb, call };
}

/** What `--help` of a verb tells. @param before names of the verbs that it is a word of */
export function helpText(verb: VerbSyntax, before = "", columns?: number): string {
  const name = before === "" ? verb.name : `${before} ${verb.name}`;
  return helpOf(commandOf(verb, name, { out: "", err: "" }, columns));
}

function helpOf(command: Command): string {
  const printed = { out: "" };
  command.configureOutput({
    writeOut: (text) => {
      printed.out += text;
    },
  });
  command.outputHelp();
  return printed.out;
}

function commandOf(
  verb: VerbSyntax,
  name: string,
  printed: { out: string; err: string },
  columns = usualColumns,
): Command {
  const command = new Command(`${parts.command} ${name}`);
  const about = `${capital(verb.what)}.${verb.about === undefined ? "" : `\n\n${verb.about}`}`;
  command
    .description(about)
    .helpOption("-h, --help", "tell this")
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ helpWidth: Math.min(columns, usualColumns), showGlobalOptions: false })
    .configureOutput({
      writeOut: (text) => {
        printed.out += text;
      },
      writeErr: (text) => {
        printed.err += text;
      },
      getOutHelpWidth: () => Math.min(columns, usualColumns),
      getOutHasColors: () => false,
    });
  for (const operand of verb.operands ?? []) command.addArgument(argumentOf(operand));
  for (const option of verb.options ?? []) command.addOption(optionOf(option));
  for (const word of verb.words ?? []) {
    const below = new Command(word.name).description(word.what).helpOption(false);
    for (const operand of word.operands ?? []) below.addArgument(argumentOf(operand));
    for (const option of word.options ?? []) below.addOption(optionOf(option));
    command.addCommand(below);
  }
  const examples = (verb.examples ?? []).map((one) => `  ${parts.command} ${one}\n`).join("");
  const shown = examples === "" ? "" : `\nExamples:\n${examples}`;
  command.addHelpText("after", `${shown}\n${verb.exit ?? exitCodesText}`);
  return command;
}

function argumentOf({ name, isMany, isOptional }: OperandSyntax): Argument {
  const inside = `${name}${isMany ? "..." : ""}`;
  return new Argument(isOptional ? `[${inside}]` : `<${inside}>`);
}

function optionOf({ name, short, argument, what, isMany }: OptionSyntax): Option {
  const flags = `${short === undefined ? "" : `-${short}, `}--${name}`;
  const option = new Option(argument === undefined ? flags : `${flags} <${argument}>`, what);
  if (!isMany) return option;
  return option.argParser((value: string, before: string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

/** As commander names values: `token-file` becomes `tokenFile`. */
function camel(option: string): string {
  return option.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
