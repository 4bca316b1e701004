/** The newest text, where the location's cache takes nothing. */
import { expect, test } from "vitest";
import { newerText } from "../../../worker/runtime/newer-text.ts";

const sources = (put: () => Promise<void>) => ({
  cache: { match: async () => undefined, put },
  key: "https://texts.invalid/",
  age: 1,
  ask: async () => "2 text",
  deadlineMs: 20,
  stored: async () => null,
  versionOf: (text: string) => text.slice(0, 1),
});

test.each<[when: string, put: () => Promise<void>]>([
  ["it refuses", () => Promise.reject(new Error("it is full"))],
  ["it never answers", () => new Promise(() => undefined)],
  [
    "it throws",
    () => {
      throw new Error("there is none");
    },
  ],
])("%s", async (_, put) => {
  expect(await newerText(sources(put), "1")).toEqual({ text: "2 text" });
});
