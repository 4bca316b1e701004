/** What a verb of the program takes, as data: help, parsing, completion and the documents are all of it. */
import type { Terminal } from "./terminal.ts";

/** What may stand in a place: for completion. */
export type Completes =
  | "file"
  | "folder"
  /** A mirror's or a repository's name, of the list's folder or the service. */
  | "mirror"
  | "repository"
  | "account"
  | "verb"
  | readonly string[];

export interface OptionSyntax {
  /** Without the dashes. */
  name: string;
  short?: string;
  /** What stands for its value: `FILE`. Absent: a switch. */
  argument?: string;
  /** A few words, or a sentence. */
  what: string;
  /** May be given several times. */
  isMany?: true;
  completes?: Completes;
}

export interface OperandSyntax {
  /** In capitals. */
  name: string;
  isMany?: true;
  isOptional?: true;
  completes?: Completes;
}

/** Headings of the usage, in their order. */
export const headings = ["Service", "Mirror list", "Operators", "State", "Program"] as const;

/** A verb's call, as parsed by its syntax. */
export interface Call {
  /** The verb's name and those of its words: `token create`. */
  name: string;
  operands: readonly string[];
  /** As the shell gave them, behind the verb. */
  args: readonly string[];
  terminal: Terminal;
  /** An option's value; of one that may be given several times the last. */
  text(option: string): string | undefined;
  texts(option: string): readonly string[];
  has(option: string): boolean;
}

export interface VerbSyntax {
  name: string;
  /** A few words. */
  what: string;
  /** Sentences, in paragraphs. */
  about?: string;
  operands?: readonly OperandSyntax[];
  options?: readonly OptionSyntax[];
  /** Where it ends otherwise than others do. */
  exit?: string;
  /** As people would type them, behind the program's name. */
  examples?: readonly string[];
  /** Verbs below it: `token list`. */
  words?: readonly VerbSyntax[];
  /** @returns the exit status. Absent: it has words. Loads its code when it is called */
  run?(call: Call): Promise<number>;
  /** It reads its arguments, and tells its usage, itself. @returns the exit status */
  own?(args: readonly string[]): Promise<number>;
}

/** A verb of the program. */
export interface Verb extends VerbSyntax {
  /** Heading that it stands under in the usage. */
  of: (typeof headings)[number];
}

export const jsonOption: OptionSyntax = { name: "json", what: "the result as one JSON document" };

export const yesOption: OptionSyntax = { name: "yes", short: "y", what: "do it without asking" };

export const whyOption: OptionSyntax = {
  name: "why",
  argument: "TEXT",
  what: "why, in a sentence; the audit log keeps it",
};

export const listOption: OptionSyntax = {
  name: "list",
  argument: "DIR",
  what: "the list's folder",
  completes: "folder",
};

/** Of every verb that asks a service. */
export const serviceOptions: readonly OptionSyntax[] = [
  { name: "url", argument: "URL", what: "the service (NEARMIRROR_URL, or as login stored it)" },
  {
    name: "token-file",
    argument: "FILE",
    what: "the token is in FILE (NEARMIRROR_TOKEN, or as login stored it)",
    completes: "file",
  },
  {
    name: "insecure-http",
    what: "send the token by http to another machine: whoever is between can read it",
  },
];
