/** File sets in the SQLite of a real Durable Object: numbers, bytes and deflating are workerd's there. */
import { env, reset, runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it } from "vitest";
import { ContentsReader } from "../../worker/formats/apt/contents-reader.ts";
import { durableSql } from "../../worker/runtime/durable-sql.ts";
import { FileSets } from "../../worker/search/files/file-sets.ts";
import { differences, linesOf } from "../unit/search/files/file-lines.ts";

afterEach(reset);

it("reads Contents, stores it and finds what is in it", async () => {
  const lines = linesOf(4000, 11);
  const contents = lines.map(
    ({ path, owners }) => `${path}   ${owners.map((one) => `x/${one}`)}\n`,
  );
  const stub = env.REPOSITORY.get(env.REPOSITORY.idFromName("files"));
  await runInDurableObject(stub, async (_, { storage }) => {
    const sets = new FileSets(durableSql(storage));
    const build = sets.build(2 ** 24 - 1);
    const reader = new ContentsReader(
      (path, owners) => {
        build.add(path, owners);
        return undefined;
      },
      (bytes, from, to, owners) => {
        build.addPlain(bytes, from, to, owners);
        return undefined;
      },
    );
    reader.push(new TextEncoder().encode(contents.join("")));
    reader.end();
    for (const _step of build.finish());
    const set = sets.open(2 ** 24 - 1);
    expect(set?.count).toBe(4000);
    expect(set && differences(set, lines, 100)).toEqual([]);
    const glob = set?.glob("usr/bin/n*", { limit: 1 });
    expect(typeof glob === "object" && glob.files).toHaveLength(1);
    sets.drop(2 ** 24 - 1);
    const { n } = storage.sql.exec("SELECT COUNT(*) AS n FROM file_set_row").one();
    expect([n, sets.numbers()]).toEqual([0, []]);
  });
});
