import { describe, expect, it, vi } from "vitest";
import {
  agreedSize,
  askedAtOnce,
  choose,
  type FileCheck,
  type FileFacts,
  type Provable,
  provenMs,
  refutedMs,
} from "../../../worker/delivery/choice.ts";
import { firstInOrder } from "../../../worker/runtime/first-in-order.ts";

const now = Date.parse("2026-03-01T12:00:00Z");

interface Named extends Provable {
  name: string;
}

/** `a5`: generation 5; `a`: none known; `a5!`: patchy; `a5-`: drained. */
function offersOf(text: string): Named[] {
  return text.split(" ").map((word) => {
    const [, name = "", generation = "", marks = ""] = /^([a-z])(\d*)([!-]*)$/.exec(word) ?? [];
    return {
      name,
      base: `http://${name}/`,
      carried: {
        ...(generation !== "" && { generation: Number(generation) }),
        ...(marks.includes("!") && { patchy: true as const }),
      },
      drained: marks.includes("-"),
    };
  });
}

type Said = number | "absent" | "wrong" | "corrupt" | "unreachable";

/** What each said, by name; `ago` ms. */
function saidBy(said: Record<string, Said>, ago = 0): Map<string, FileCheck> {
  return new Map(
    Object.entries(said).map(([name, what]) => [
      `http://${name}/`,
      { at: now - ago, ...(typeof what === "number" ? { size: what } : { failed: what }) },
    ]),
  );
}

function outcome(offers: string, file: Partial<FileFacts>, mayAsk = true): string {
  const known = { listed: undefined, served: 9, size: 100, fileChecks: undefined, now, ...file };
  const choice = choose(offersOf(offers), known, mayAsk);
  const names = (chosen: readonly Named[]) => chosen.map(({ name }) => name).join(" ");
  if ("redirect" in choice) return `to ${names(choice.redirect)}`;
  if ("ask" in choice) return `ask ${names(choice.ask)}`;
  return choice.cutOff ? "cut off" : "bytes";
}

describe("a listed file", () => {
  it.each([
    ["is at all that have reached its generation", "a5 b6 c7", { first: 5 }, "to a b c"],
    ["is not where its generation wasn't reached", "a4 b5 c", { first: 5 }, "to b"],
    ["that is listed no more has to be asked for", "a8 b7 c4", { first: 5, last: 7 }, "ask a b c"],
    ["is not at one that is ahead of what is served", "a10 b9", { first: 5 }, "to b"],
    ["is not proven where several are missing", "a5! b5", { first: 5 }, "to b"],
    ["is fetched from no drained mirror", "a4 b5-", { first: 5 }, "ask a"],
    ["may have a drained one as its duplicate", "a5 b4 c5-", { first: 5 }, "to a c"],
    ["has nobody asked where a farther one is proven", "a b c5", { first: 5 }, "to c"],
    ["has the nearest asked where none is proven", "a b4 c d4", { first: 5 }, "ask a b c"],
  ])("%s", (_, offers, listed, expected) => {
    expect(outcome(offers, { listed })).toBe(expected);
  });

  it("is also where a HEAD proved it, in rank order", () => {
    const fileChecks = saidBy({ a: 100, b: 99, c: "absent" });
    expect(outcome("a b c d5 e4", { listed: { first: 5 }, fileChecks })).toBe("to a d");
  });
});

describe("all of a file's bytes", () => {
  it.each<[string, Said, number, string]>([
    ["found wrong count against the generation", "corrupt", 0, "to b"],
    ["do so for ten minutes", "corrupt", provenMs - 1, "to b"],
    ["and then no more", "corrupt", provenMs, "to a b"],
    ["do so alone: an answer that is no file doesn't", "wrong", 0, "to a b"],
  ])("%s", (_, said, ago, expected) => {
    const fileChecks = saidBy({ a: said }, ago);
    expect(outcome("a5 b5", { listed: { first: 5 }, fileChecks })).toBe(expected);
  });
});

describe("a HEAD", () => {
  it.each<[string, Record<string, Said>, number, string]>([
    ["proves by size", { a: 100 }, 0, "to a"],
    ["proves for ten minutes", { b: 100 }, provenMs - 1, "to b"],
    ["and then no more", { b: 100 }, provenMs, "ask a b c"],
    ["refutes by another size", { a: 99 }, 0, "ask b c d"],
    ["refutes for a minute", { a: "absent", b: 99 }, refutedMs - 1, "ask c d e"],
    [
      "and then no more, whatever was said",
      { a: "absent", b: 99, c: "unreachable" },
      refutedMs,
      "ask a b c",
    ],
  ])("%s", (_, said, ago, expected) => {
    expect(outcome("a b c d e", { fileChecks: saidBy(said, ago) })).toBe(expected);
  });

  it("proves nothing where nobody tells the size", () => {
    const fileChecks = saidBy({ a: 100, b: 100 });
    expect(outcome("a b", { size: undefined, fileChecks })).toBe("bytes");
  });

  it.each<[string, Record<string, Said>, string]>([
    ["some silent and nobody else asked", { a: "unreachable", b: "unreachable" }, "cut off"],
    ["all silent", { a: "unreachable", b: "unreachable", c: "unreachable" }, "cut off"],
    ["one of them answered", { a: "unreachable", b: "absent" }, "bytes"],
    ["one of them answered with another size", { a: "unreachable", b: 1 }, "bytes"],
    ["nobody was asked", {}, "bytes"],
  ])("is asked of no more: %s", (_, said, expected) => {
    expect(outcome("a b c d-", { fileChecks: saidBy(said) }, false)).toBe(expected);
  });

  it(`is asked of ${askedAtOnce} at once at most, and of no drained one`, () => {
    expect(outcome("a b c d", {})).toBe("ask a b c");
    expect(outcome("a b-", {})).toBe("ask a");
    expect(outcome("a-", {})).toBe("bytes");
  });
});

describe("a size that neither index nor origin tells", () => {
  it.each<[string, Record<string, Said>, number | undefined]>([
    ["is what two mirrors tell alike", { a: 5, b: 7, c: 7 }, 7],
    ["is nobody's word alone", { a: 5, b: 7 }, undefined],
    ["isn't told by those who haven't it", { a: "absent", b: "absent" }, undefined],
  ])("%s", (_, said, expected) => {
    expect(agreedSize(offersOf("a b c"), saidBy(said), now)).toBe(expected);
  });

  it("isn't told twice by one mirror, nor by old words", () => {
    expect(agreedSize(offersOf("a a"), saidBy({ a: 5 }), now)).toBeUndefined();
    expect(agreedSize(offersOf("a b"), saidBy({ a: 5, b: 5 }, provenMs), now)).toBeUndefined();
  });
});

describe("the first in order that has the file", () => {
  /** Answers that come when told to, and what was waited for. */
  function ask(count: number, graceMs: number) {
    const answers = Array.from({ length: count }, () => Promise.withResolvers<boolean>());
    let settled = false;
    const wait = firstInOrder(
      answers.map(({ promise }) => promise),
      graceMs,
    ).then(() => {
      settled = true;
    });
    return {
      wait,
      answer: async (at: number, has: boolean) => {
        answers[at]?.resolve(has);
        await vi.advanceTimersByTimeAsync(0);
        return settled;
      },
      later: async (ms: number) => {
        await vi.advanceTimersByTimeAsync(ms);
        return settled;
      },
    };
  }

  it("is waited for while a better one may still have it, but not long", async () => {
    vi.useFakeTimers();
    try {
      const asked = ask(3, 150);
      expect(await asked.answer(0, false)).toBe(false);
      expect(await asked.answer(2, true)).toBe(false);
      expect(await asked.later(149)).toBe(false);
      expect(await asked.later(1)).toBe(true);
      await asked.wait;
    } finally {
      vi.useRealTimers();
    }
  });

  it("is known at once where no better one is left, or none has it", async () => {
    vi.useFakeTimers();
    try {
      expect(await ask(3, 150).answer(0, true)).toBe(true);
      const second = ask(2, 150);
      await second.answer(1, true);
      expect(await second.answer(0, false)).toBe(true);
      const none = ask(2, 150);
      await none.answer(1, false);
      expect(await none.answer(0, false)).toBe(true);
      await ask(0, 150).wait;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
