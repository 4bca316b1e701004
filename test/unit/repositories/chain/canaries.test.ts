/** The small files that a snapshot names, for the edge to look at mirrors by. */
import type { PrivateKey } from "openpgp";
import { beforeAll, describe, expect, it } from "vitest";
import type { SampleFile } from "../../../../worker/repositories/baseline/baseline.ts";
import { chooseCanaries } from "../../../../worker/repositories/chain/canaries.ts";
import type { Snapshot, SnapshotPresence } from "../../../../worker/repositories/chain/snapshot.ts";
import { buildPresence } from "../../../../worker/repositories/contents/presence/build-presence.ts";
import { makeKey } from "../../formats/openpgp/signing.ts";
import { NotedBlobs } from "../contents/presence/stored-presence.ts";
import { Archive, indexName, indexPath, packagesOf, poolPath, sha256 } from "./archive.ts";

const kib = 1024;

function sample(name: string, size: number, recent = false): SampleFile {
  return { path: `pool/${name}.deb`, size, sha256: sha256(name), ...(recent && { recent }) };
}

/** What is listed at each of some generations, from 1 on. */
class World {
  readonly blobs = new NotedBlobs();
  readonly logged: string[] = [];
  presence: SnapshotPresence | undefined;
  generation = 0;

  async list(files: readonly SampleFile[]): Promise<void> {
    this.generation++;
    this.presence = await buildPresence({
      blobs: this.blobs,
      listings: [await this.blobs.list(files)],
      previous: this.presence,
      generation: this.generation,
      oldestKept: 1,
    });
    this.blobs.gets = [];
  }

  choose(samples: readonly SampleFile[], last?: Snapshot) {
    const { blobs, presence } = this;
    const log = (sentence: string) => this.logged.push(sentence);
    return chooseCanaries({ blobs, presence, samples, last, log });
  }
}

describe("files to look at mirrors by", () => {
  it("have from 1 to 32 KiB and a hash", async () => {
    const world = new World();
    const files = [
      sample("empty", 0),
      sample("short", kib - 1),
      sample("least", kib),
      sample("most", 32 * kib),
      sample("long", 32 * kib + 1),
    ];
    await world.list(files);
    const chosen = await world.choose([...files, { path: "pool/bare.deb", size: 2 * kib }]);
    expect(chosen?.map(({ path }) => path).sort()).toEqual(["pool/least.deb", "pool/most.deb"]);
    expect(chosen).toContainEqual({ ...sample("most", 32 * kib), first: 1 });
  });

  it("are eight of many, the oldest and the newest among them, each with its first generation", async () => {
    const world = new World();
    const all: SampleFile[] = [];
    for (let generation = 1; generation <= 16; generation++) {
      all.push(sample(`p${generation}`, 2 * kib));
      await world.list(all);
    }
    const chosen = (await world.choose(all)) ?? [];
    expect(chosen).toHaveLength(8);
    for (const { path, first } of chosen) expect(path).toBe(`pool/p${first}.deb`);
    const firsts = chosen.map(({ first }) => first);
    expect(Math.min(...firsts)).toBeLessThanOrEqual(2);
    expect(Math.max(...firsts)).toBeGreaterThanOrEqual(15);
    expect(firsts).toEqual(firsts.toSorted((one, other) => one - other));
  });

  it("are looked up a few at a time, and not more than sixteen of them", async () => {
    const world = new World();
    const all = Array.from({ length: 3000 }, (_, at) => sample(`p${at}`, 2 * kib));
    await world.list(all);
    await world.choose(all.slice(0, 256));
    // The head, then a segment each.
    expect(world.blobs.gets).toHaveLength(17);
    expect(world.blobs.mostAtOnce).toBeLessThanOrEqual(6);
  });

  it("are listed still, and as the sample has them", async () => {
    const world = new World();
    const [gone, changed, kept] = ["gone", "changed", "kept"].map((name) => sample(name, 2 * kib));
    if (gone === undefined || changed === undefined || kept === undefined) throw new Error();
    await world.list([gone, changed, kept]);
    const now = { ...changed, sha256: sha256("other") };
    await world.list([now, kept]);
    expect(await world.choose([gone, changed, kept])).toEqual([{ ...kept, first: 1 }]);
    expect(await world.choose([now])).toEqual([{ ...now, first: 2 }]);
  });

  it("are those of the snapshot before while the same files are listed: nothing is read for them", async () => {
    const world = new World();
    const [one, other] = [sample("a", 2 * kib), sample("b", 2 * kib)];
    await world.list([one, other]);
    const { presence = { head: "", generation: 0, files: 0, added: 0, removed: 0 } } = world;
    const before = { repository: "r", generation: 1, id: "", at: 0, roots: [], presence };
    const lookFiles = [{ ...one, sha256: one.sha256 ?? "", first: 1 }];
    expect(await world.choose([other], { ...before, lookFiles })).toEqual(lookFiles);
    expect(world.blobs.gets).toEqual([]);
    // Where it had none, they are looked for again.
    expect(await world.choose([other], before)).toEqual([{ ...other, first: 1 }]);
  });

  it("are none where nothing is small, or nothing is known to be listed; nothing is read then", async () => {
    const world = new World();
    expect(await world.choose([sample("a", 2 * kib)])).toBeUndefined();
    await world.list([sample("large", kib * kib)]);
    expect(await world.choose([sample("large", kib * kib)])).toBeUndefined();
    expect(world.blobs.gets).toEqual([]);
  });

  it("are none where the presence can't be read, which is told", async () => {
    const world = new World();
    await world.list([sample("a", 2 * kib)]);
    world.blobs.stored.clear();
    expect(await world.choose([sample("a", 2 * kib)])).toBeUndefined();
    expect(world.logged).toEqual([
      expect.stringMatching(/^No files to look at mirrors by: .*stored/),
    ]);
  });
});

describe("a keeper", () => {
  let key: PrivateKey;
  beforeAll(async () => {
    key = await makeKey();
  });

  /** `packagesOf` gives a file as many bytes over 1000 as its name has letters. */
  const name = (letter: string) => letter.repeat(kib - 1000);
  const listed = (letter: string, first: number) => ({
    path: poolPath(name(letter)),
    size: kib,
    sha256: sha256(name(letter)),
    first,
  });

  it("names them with each snapshot of which it knows what is listed", async () => {
    const archive = new Archive(key);
    const publish = async (letters: string[]) => {
      archive.now += 60_000;
      const index = packagesOf(letters.map(name));
      const { now: date } = archive;
      await archive.publish({ date, signedAt: date, indexes: { [indexName]: index } });
      await archive.follow();
      return index;
    };
    const index = await publish(["a", "b"]);
    expect(archive.current.lookFiles).toBeUndefined();
    await archive.index(indexPath, index);
    await archive.settle();
    const first = archive.current.generation;
    expect(archive.current.lookFiles).toHaveLength(2);
    expect(archive.current.lookFiles).toContainEqual(listed("a", first));
    await publish(["b", "c"]);
    const files = archive.current.lookFiles;
    expect(files).toEqual([listed("b", first), listed("c", first + 1)]);
    // Another date, the same files.
    await publish(["b", "c"]);
    expect(archive.current.generation).toBe(first + 2);
    expect(archive.current.lookFiles).toEqual(files);
  });
});
