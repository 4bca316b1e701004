import { expect, test, vi } from "vitest";
import { ListedRepositories } from "../../../worker/views/listed-repositories.ts";

function views(version: number, ...names: string[]): string {
  const repositories = names.map((name) => ({ name }));
  return JSON.stringify({ roster: { version, mirrors: [] }, catalogue: { version, repositories } });
}

function names({ catalogue }: ListedRepositories): string[] {
  return catalogue.repositories.map(({ name }) => name);
}

/** Counts what is read, and settles when all work behind answers is done. */
function world(texts: (string | null | Error | Promise<string>)[]) {
  const works: Promise<unknown>[] = [];
  let read = 0;
  const listed = new ListedRepositories(views(5, "shipped"), async () => {
    const text = texts[Math.min(read++, texts.length - 1)] ?? null;
    if (text instanceof Error) throw text;
    return await text;
  });
  return {
    listed,
    reads: () => read,
    refresh: async (now: number) =>
      await listed.refresh(now, { waitUntil: (work) => works.push(work) }),
    ended: async () => await Promise.all(works),
  };
}

test("the first question waits for the list in force, later ones don't", async () => {
  const later = Promise.withResolvers<string>();
  const { listed, reads, refresh, ended } = world([views(6, "first"), later.promise]);
  expect(names(listed)).toEqual(["shipped"]);
  await refresh(0);
  expect(names(listed)).toEqual(["first"]);
  await refresh(29_999);
  expect(reads()).toBe(1);
  await refresh(30_000);
  expect([reads(), ...names(listed)]).toEqual([2, "first"]);
  later.resolve(views(7, "second"));
  await ended();
  expect(names(listed)).toEqual(["second"]);
});

test("an older list, none, and one that can't be read leave what is at hand", async () => {
  const log = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  for (const text of [views(4, "older"), null, "{}", new Error("the store is gone")]) {
    const { listed, refresh, ended } = world([text]);
    await refresh(0);
    await ended();
    expect(names(listed)).toEqual(["shipped"]);
  }
  expect(log).toHaveBeenCalledTimes(2);
});
