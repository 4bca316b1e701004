import { expect, test } from "vitest";
import { parse } from "yaml";
import { withState } from "../../../../scripts/mirrors/operate.ts";
import { parseSource } from "../../../../scripts/mirrors/source.ts";
import { checkTexts, siteText } from "./list.ts";

const state = { is: "drained", by: "Ann", why: "disk: full #3", until: "2030-01-01" } as const;
const commented = siteText("a.example", "    # the end\n").replace(
  "base:",
  "# ring before touching\nbase:",
);

/** A mirror's file. */
const file = (text: string) => parseSource("a.yaml", text);

function textOf(result: ReturnType<typeof withState>): string {
  if ("fault" in result) throw new Error(result.fault);
  return result.text;
}

test("draining keeps every line and comment, and enabling gives the file back", () => {
  const drained = textOf(withState(file(commented), state));
  for (const line of commented.split("\n")) expect(drained).toContain(line);
  expect(parse(drained)).toEqual({ ...parse(commented), state });
  expect(checkTexts({ "a.example": drained }).errors).toEqual([]);
  expect(textOf(withState(file(drained), undefined))).toBe(commented);
});

test("a second word replaces the first", () => {
  const drained = textOf(withState(file(commented), state));
  const disabled = textOf(withState(file(drained), { is: "disabled", by: "Bo", why: "gone" }));
  expect(parse(disabled).state).toEqual({ is: "disabled", by: "Bo", why: "gone" });
});

test("one repository can be taken out alone", () => {
  const drained = textOf(withState(file(commented), state, "debian"));
  expect(parse(drained)).toEqual({
    ...parse(commented),
    repositories: { debian: { path: "debian/", state } },
  });
});

test("what can't be done says why", () => {
  expect(withState(file(commented), state, "arch")).toEqual({
    fault: expect.stringContaining("arch"),
  });
  expect(withState(file(commented), undefined)).toEqual({
    fault: expect.stringContaining("neither"),
  });
  expect(withState(file("name: ["), state)).toEqual({ fault: expect.stringContaining("YAML") });
});
