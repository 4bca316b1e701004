import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commandLinePage } from "../../../../scripts/configuration/command-line.ts";
import { exportKinds } from "../../../../scripts/mirrors/export/forms.ts";
import { listKinds } from "../../../../scripts/mirrors/import/lists.ts";
import { usage as probeUsage } from "../../../../scripts/probe/options.ts";
import { exitCodes } from "../../../../scripts/program/exit-codes.ts";
import { helpText } from "../../../../scripts/program/parse-call.ts";
import type { VerbSyntax } from "../../../../scripts/program/syntax.ts";
import { verbs } from "../../../../scripts/program/verbs.ts";
import { serveUsage } from "../../../../scripts/serve/options.ts";
import { kindNames } from "../../../../worker/formats/kind-names.ts";
import { projectRoot } from "../../docs/documents.ts";
import { runIn, testTerminal } from "./test-terminal.ts";

interface NamedVerb {
  name: string;
  verb: VerbSyntax;
}

/** Every verb that is called, with the words before it. */
function called(all: readonly VerbSyntax[] = verbs, before = ""): NamedVerb[] {
  return all.flatMap((verb) => {
    const name = `${before}${verb.name}`;
    return verb.words === undefined ? [{ name, verb }] : called(verb.words, `${name} `);
  });
}

const parsed = called().filter(({ verb }) => verb.own === undefined);

describe.each(parsed)("$name", ({ name, verb }) => {
  it("has help in the same form as the others", async () => {
    const { status, out, err } = await runIn(testTerminal(), ...name.split(" "), "--help");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toMatch(/^Usage: .* \[options\]/);
    expect(out).toContain(`${name} [options]`);
    expect(out).toContain("\nExit status: 0 ");
    for (const option of verb.options ?? []) expect(out).toContain(`--${option.name}`);
    for (const line of out.split("\n")) expect(line.length, line).toBeLessThan(130);
    const byHelp = await runIn(testTerminal(), "help", ...name.split(" "));
    expect(byHelp.out).toBe(out);
  });

  it("refuses an option that it doesn't have", async () => {
    const { status, out, err } = await runIn(testTerminal(), ...name.split(" "), "--colour");
    expect({ status, out }).toEqual({ status: exitCodes.misused, out: "" });
    expect(err).toContain("Unknown option '--colour'.");
    expect(err).toContain(`${name} --help tells how it is called.`);
  });

  it("says each thing in one voice", () => {
    const texts = [verb.what, ...(verb.options ?? []).map(({ what }) => what)];
    for (const text of texts) expect(text).not.toMatch(/^[A-Z][a-z]|\.$/);
    if (verb.about !== undefined) expect(verb.about).toMatch(/^[A-Z].*[.]$/s);
  });
});

it("a slip gets the nearest option, verb or word", async () => {
  const err = async (...args: string[]) => (await runIn(testTerminal(), ...args)).err;
  expect(await err("plan", "--lits", "x")).toContain("Did you mean --list?");
  expect(await err("paln")).toContain("Did you mean plan?");
  expect(await err("token", "craete")).toContain("Did you mean create?");
  expect(await err("completion", "bahs")).toContain("Did you mean bash?");
});

it("a call that lacks something is told so, as JSON where that is asked for", async () => {
  const plain = await runIn(testTerminal(), "show");
  expect(plain).toMatchObject({ status: 2, out: "" });
  expect(plain.err).toContain("Missing required argument 'NAME'.");
  const json = await runIn(testTerminal(), "show", "--json");
  expect(JSON.parse(json.err)).toMatchObject({ title: "Misused", detail: expect.any(String) });
  expect((await runIn(testTerminal(), "token")).status).toBe(2);
});

it("the options of verbs that parse their own are those of their usage", () => {
  const options = (name: string) =>
    (verbs.find((verb) => verb.name === name)?.options ?? []).map((one) => one.name).sort();
  const inUsage = (usage: string) => [
    ...new Set([...usage.matchAll(/--([a-z][a-z0-9-]*)/g)].map(([, name = ""]) => name)),
  ];
  expect(options("serve")).toEqual(inUsage(serveUsage()).sort());
  expect(options("probe")).toEqual(inUsage(probeUsage).sort());
  const kind = verbs.flatMap((verb) => verb.options ?? []).find(({ name }) => name === "kind");
  expect(kind?.completes).toEqual(kindNames());
});

it("import tells every form of list", () => {
  const verb = verbs.find(({ name }) => name === "import");
  expect(verb?.operands?.[0]?.completes).toEqual(listKinds);
  for (const kind of listKinds) expect(helpText(verb ?? { name: "", what: "" })).toContain(kind);
  const exporting = verbs.find(({ name }) => name === "export");
  const format = exporting?.options?.find(({ name }) => name === "format");
  expect([...(format?.completes ?? [])].sort()).toEqual([...exportKinds].sort());
});

it("the document has every verb with every option", () => {
  const page = readFileSync(join(projectRoot, "docs/operating/command-line.md"), "utf8");
  expect(page).toBe(commandLinePage(page));
  for (const { name, verb } of called()) {
    expect(page).toContain(`**\`nearmirror ${name}`);
    if (verb.own !== undefined) continue;
    for (const option of verb.options ?? []) expect(page, name).toContain(`\`--${option.name}`);
  }
  // Each exit status has its row.
  for (const status of Object.values(exitCodes)) expect(page).toContain(`\n| ${status} | `);
});

it("progress is for terminals", async () => {
  const environment = { NEARMIRROR_URL: "http://127.0.0.1:1/" };
  const page = { mirrors: [], next: null };
  let isFirst = true;
  const fetch = async () => {
    if (!isFirst) return Response.json(page);
    isFirst = false;
    return new Response("", { status: 503 });
  };
  const quiet = await runIn(testTerminal({ environment, fetch }), "list");
  expect(quiet.err).toBe("");
  isFirst = true;
  const watched = await runIn(testTerminal({ environment, fetch, isTerminal: true }), "list");
  expect(watched.err).toContain("answers 503; asked again in");
});
