import { expect, it } from "vitest";
import { candidatesFor, type NamesOf } from "../../../../scripts/completion/candidates.ts";
import { verbs } from "../../../../scripts/program/verbs.ts";

const names: NamesOf = async (kind, options) => [
  `${kind} of ${options.get("list") ?? "service"}`,
  "b",
];

async function words(...line: string[]): Promise<unknown> {
  const found = await candidatesFor(line, verbs, names);
  return typeof found === "string" ? found : found.words.map(({ word }) => word);
}

it.each([
  [["dra"], ["drain"]],
  [["pro"], ["probe", "probe-now"]],
  [["help", "disa"], ["disable"]],
  [
    ["token", ""],
    ["list", "create", "revoke"],
  ],
  [["token", "create", "--da"], ["--days"]],
  [["nothing", ""], []],
  [
    ["drain", ""],
    ["mirror of service", "b"],
  ],
  // As many as there are.
  [
    ["drain", "b", "b", ""],
    ["mirror of service", "b"],
  ],
  [["weight", "b", ""], []],
  [
    ["export", "--format", "mirrorz"],
    ["mirrorz", "mirrorz-d"],
  ],
  [["export", "--format", "mirmon", "--rep"], ["--repository"]],
  [["import", "mirrorm"], ["mirrormanager"]],
  [
    ["drain", "--list", "L", ""],
    ["mirror of L", "b"],
  ],
  [
    ["list", "--state", "d"],
    ["degraded", "down", "drained", "disabled"],
  ],
  [
    ["list", "--repository", ""],
    ["repository of service", "b"],
  ],
  [["list", "--repository=b"], ["--repository=b"]],
  // As bash has it.
  [["list", "--repository", "=", "b"], ["b"]],
  [["list", "--json", "--js"], []],
  // May be given several times.
  [["edit", "b", "--set", "a=1", "--se"], ["--set"]],
  [["drain", "b", "--why", "--u"], []],
  [["plan", "--list", ""], "folders"],
  [["plan", "--list=x"], "folders"],
  [["add", ""], "files"],
  [["plan", "--token-file", ""], "files"],
  [["completion", "z"], ["zsh"]],
  [["plan", "x"], []],
] as const)("%j", async (line, expected) => {
  expect(await words(...line)).toEqual(expected);
});

it("every verb is there, and no inner one", async () => {
  expect(await words("")).toEqual(verbs.map(({ name }) => name));
  expect(await words("complet")).toEqual(["completion"]);
});
