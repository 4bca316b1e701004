/** Each line of the program in the documents is one that the program takes: verb, words, operands and options. */
import { expect, it } from "vitest";
import { parseCall } from "../../../scripts/program/parse-call.ts";
import { verbNamed } from "../../../scripts/program/verbs.ts";
import { testTerminal } from "../scripts/program/test-terminal.ts";
import { readDocuments } from "./documents.ts";

/** Calls in blocks of commands, and in backticks, without the program's name. */
function callsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```(?:sh|console|bash)\n([\s\S]*?)```/g)].flatMap(
    ([, block = ""]) => block.replaceAll("\\\n", " ").split("\n"),
  );
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map(([, one = ""]) => one);
  return [...blocks, ...quoted].flatMap((line) => {
    const [, call] =
      /(?:^|[\s(])(?:npm run (?:--silent )?nearmirror --|(?:\S*\/)?nearmirror) ([a-z][^|)#;&<>]*)/.exec(
        line,
      ) ?? [];
    return call === undefined ? [] : [call.trim()];
  });
}

/** As a shell splits them: quotes hold a word together. */
function wordsOf(call: string): string[] {
  return [...call.matchAll(/"([^"]*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}

/** Why the program doesn't take it; empty: it does. */
function refusal(call: string): string {
  const [name = "", ...args] = wordsOf(call);
  const verb = verbNamed(name);
  if (typeof verb === "string") return name === "help" ? "" : verb;
  if (verb.own !== undefined) return "";
  const parsed = parseCall(verb, args, testTerminal());
  return "misused" in parsed ? parsed.misused : "";
}

/** A verb that is named alone is no call, but a name: `nearmirror drain`. */
const isNamed = (call: string): boolean => !call.includes(" ");

const calls = readDocuments().flatMap(({ path, text }) =>
  callsIn(text)
    .filter((call) => !isNamed(call))
    .map((call) => ({ path, call })),
);

it("there are calls to look at", () => {
  expect(calls.length).toBeGreaterThan(40);
});

it("what the program doesn't take is found", () => {
  expect(callsIn("`nearmirror audit --resource mirror/a`")).toEqual(["audit --resource mirror/a"]);
  expect(refusal("audit --resource mirror/a")).not.toBe("");
  expect(refusal('drain a.example --why "a b" --until 2d')).toBe("");
  expect(refusal("drian a.example")).not.toBe("");
});

it.each(calls)("$path: $call", ({ call }) => {
  expect(refusal(call)).toBe("");
});
