/** What a verb says in the end: text for people, or one JSON document for programs. */
import { exitCodes } from "./exit-codes.ts";
import type { Call } from "./syntax.ts";
import type { Terminal } from "./terminal.ts";

/** One of several faults, at its place. */
export interface PlacedFault {
  entry?: string;
  pointer?: string;
  /** In a file: `mirror-list/mirrors/a.example.yaml:3:1`. */
  at?: string;
  detail: string;
}

/** Why a verb isn't done: a problem by RFC 9457, and the exit status. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly exit: number;
  readonly status: number | undefined;
  readonly errors: readonly PlacedFault[];
  /** A sentence: what to do. */
  readonly advice: string | undefined;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(
    /** A sentence. */
    detail: string,
    about: {
      exit?: number;
      status?: number;
      errors?: readonly PlacedFault[];
      advice?: string | undefined;
      more?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(detail);
    const { exit = exitCodes.failed, status, errors = [], advice, more = {} } = about;
    this.exit = exit;
    this.status = status;
    this.errors = errors;
    this.advice = advice;
    this.more = more;
  }
}

/** The command was called wrongly. @param detail a sentence */
export function misused(detail: string): Failure {
  return new Failure(detail, { exit: exitCodes.misused });
}

/** Prints a result. @param text for people, with its line feeds @param json anything that is JSON */
export function report(call: Call, text: string, json: unknown): void {
  call.terminal.out(call.has("json") ? `${JSON.stringify(json)}\n` : text);
}

/** Prints why a verb isn't done. @returns the exit status */
export function reportFailure(error: unknown, isJson: boolean, terminal: Terminal): number {
  const failure = error instanceof Failure ? error : new Failure(reasonOf(error));
  terminal.err(isJson ? `${JSON.stringify(problemOf(failure))}\n` : failureText(failure));
  return failure.exit;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function problemOf({ message, status, errors, advice, more, exit }: Failure) {
  return {
    type: "about:blank",
    title: exit === exitCodes.misused ? "Misused" : "Not done",
    ...(status !== undefined && { status }),
    detail: message,
    ...(errors.length > 0 && { errors }),
    ...(advice !== undefined && { advice }),
    ...more,
  };
}

function failureText({ message, errors, advice }: Failure): string {
  const lines = [message, ...errors.map((one) => `  ${faultText(one)}`)];
  if (advice !== undefined) lines.push(advice);
  return `${lines.join("\n")}\n`;
}

/** `mirrors/a.example /latitude: …`, or with the file's line. */
export function faultText({ entry, pointer = "", at, detail }: PlacedFault): string {
  const place = at ?? [entry, pointer].filter((one) => one !== undefined && one !== "").join(" ");
  return place === "" ? detail : `${place}: ${detail}`;
}

/** Tells what is under way where somebody watches, on a line that the next one takes. */
export function progress({ isTerminal, err }: Terminal, text: string): void {
  if (isTerminal) err(`\r\u001b[K${text}`);
}

/** Asks before what can't be taken back. @throws Failure where the answer is no, or nobody can be asked */
export async function confirmed(call: Call, question: string): Promise<void> {
  if (call.has("yes")) return;
  const { terminal } = call;
  if (!terminal.isAsking) {
    throw misused(`${question} Nobody can be asked here: say --yes where that is meant.`);
  }
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^(y|yes)$/i.test(answer.trim())) throw new Failure("Nothing was done.");
}

/** Lines with aligned columns; cells may be painted. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, width(cell));
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - width(cell)))
      .join("  ")
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}

function width(cell: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no column.
  return cell.replace(/\u001b\[[0-9;]*m/g, "").length;
}
