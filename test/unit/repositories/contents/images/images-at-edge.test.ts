import { beforeEach, expect, test, vi } from "vitest";
import { imagesBlob } from "../../../../../worker/images/images-blob.ts";
import type { Repository } from "../../../../../worker/repositories/catalogue.ts";
import type { Snapshot } from "../../../../../worker/repositories/chain/snapshot.ts";
import { ImagesAtEdge } from "../../../../../worker/repositories/contents/images/images-at-edge.ts";
import { OpenSnapshot } from "../../../../../worker/repositories/reader/open-snapshot.ts";
import { sha256Of } from "../../../../../worker/runtime/sha256.ts";
import { image } from "../../../images/generated-catalogue.ts";

const background = { waitUntil: () => undefined };

const listed = (name: string, kind: Repository["kind"] = "images"): Repository => ({
  name,
  kind,
  title: name,
  origin: `https://origin.example/${name}/`,
  architectures: [],
  keys: [],
  verify: "checksums",
  roots: ["SHA256SUMS"],
  setup: {},
});

/** What is stored, and which snapshots are current. */
class World {
  readonly blobs = new Map<string, Uint8Array>();
  readonly current = new Map<string, Snapshot>();
  /** Names of blobs that were read. */
  readonly read: string[] = [];
  readonly edge = new ImagesAtEdge({
    current: {
      of: ({ name, kind }) => {
        const snapshot = this.current.get(name);
        return snapshot && new OpenSnapshot(snapshot, kind);
      },
    },
    open: async (_, sha256) => {
      this.read.push(sha256);
      return this.blobs.get(sha256);
    },
  });

  /** @returns the blob's name; its bytes are stored unless a test takes them away */
  publish(repository: string, generation: number, ...paths: string[]): string {
    const bytes = imagesBlob(
      paths.map((path) => image({ path })),
      repository,
    );
    const blob = sha256Of(bytes);
    this.blobs.set(blob, bytes);
    this.current.set(repository, {
      repository,
      generation,
      id: `id-${generation}`,
      at: generation,
      roots: [],
      images: { blob, of: blob },
    });
    return blob;
  }

  catalogue(repositories: readonly Repository[], now = 0) {
    return this.edge.catalogue(repositories, now, background);
  }
}

const two = [listed("debian-cd"), listed("ubuntu-releases")];

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

test("the catalogue has the images of each repository's current snapshot", async () => {
  const world = new World();
  world.publish("debian-cd", 3, "a.iso", "b.iso");
  world.publish("ubuntu-releases", 5, "c.iso");
  const { images, snapshots, unread } = await world.catalogue(two);
  expect(images.map(({ repository, path }) => `${repository}/${path}`)).toEqual([
    "debian-cd/a.iso",
    "debian-cd/b.iso",
    "ubuntu-releases/c.iso",
  ]);
  expect(snapshots).toEqual([
    { repository: "debian-cd", id: "id-3", generation: 3, at: 3 },
    { repository: "ubuntu-releases", id: "id-5", generation: 5, at: 5 },
  ]);
  expect(unread).toEqual([]);
});

test("a snapshot's images are read once, and the catalogue stays the same object", async () => {
  const world = new World();
  const blob = world.publish("debian-cd", 3, "a.iso");
  const [one, other] = await Promise.all([world.catalogue(two), world.catalogue(two)]);
  expect(await world.catalogue(two)).toBe(one);
  expect(other.images).toEqual(one.images);
  expect(world.read).toEqual([blob]);
});

test("a new snapshot with the same images needs no reading, and its id is told", async () => {
  const world = new World();
  world.publish("debian-cd", 3, "a.iso");
  const before = await world.catalogue(two);
  world.publish("debian-cd", 4, "a.iso");
  const after = await world.catalogue(two);
  expect(after.snapshots.map(({ id }) => id)).toEqual(["id-4"]);
  expect(after.images).toBe(before.images);
  expect(world.read).toHaveLength(1);
});

test("a new state takes the place of the former one", async () => {
  const world = new World();
  world.publish("debian-cd", 3, "13.1.iso");
  await world.catalogue(two);
  world.publish("debian-cd", 4, "13.2.iso");
  const { images } = await world.catalogue(two);
  expect(images.map(({ path }) => path)).toEqual(["13.2.iso"]);
});

test("images that can't be read leave the last ones, and it is said why", async () => {
  const world = new World();
  world.publish("debian-cd", 3, "13.1.iso");
  await world.catalogue(two);
  const lost = world.publish("debian-cd", 4, "13.2.iso");
  const bytes = world.blobs.get(lost);
  world.blobs.delete(lost);
  const during = await world.catalogue(two, 1000);
  expect(during.images.map(({ path }) => path)).toEqual(["13.1.iso"]);
  expect(during.snapshots.map(({ id }) => id)).toEqual(["id-3"]);
  expect(during.unread).toContainEqual({
    repository: "debian-cd",
    why: `Its images can't be read: the blob ${lost} isn't stored.`,
  });
  // Not asked of the store by every request.
  await world.catalogue(two, 2000);
  expect(world.read.filter((one) => one === lost)).toHaveLength(1);
  if (bytes !== undefined) world.blobs.set(lost, bytes);
  const afterwards = await world.catalogue(two, 10_000);
  expect(afterwards.images.map(({ path }) => path)).toEqual(["13.2.iso"]);
});

test("bytes that aren't those of the blob's name are refused", async () => {
  const world = new World();
  const blob = world.publish("debian-cd", 3, "a.iso");
  world.blobs.set(blob, imagesBlob([image({ path: "evil.iso" })], "x"));
  const { images, unread } = await world.catalogue(two);
  expect(images).toEqual([]);
  expect(unread[0]?.why).toContain("has another hash");
});

test("only verified repositories of images are asked, and one that left the list is forgotten", async () => {
  const world = new World();
  for (const name of ["debian", "unsigned", "debian-cd"]) world.publish(name, 1, `${name}.iso`);
  const { verify: _, ...unsigned } = listed("unsigned");
  const repositories = [listed("debian", "apt"), unsigned, listed("debian-cd")];
  const { images } = await world.catalogue(repositories);
  expect(images.map(({ path }) => path)).toEqual(["debian-cd.iso"]);
  expect((await world.catalogue([])).images).toEqual([]);
});

test("more images than an isolate has room for are told and not held", async () => {
  const world = new World();
  const many = (from: number) => Array.from({ length: 31_000 }, (__, at) => `${from + at}.iso`);
  world.publish("debian-cd", 1, ...many(0));
  await world.catalogue(two);
  world.publish("ubuntu-releases", 1, ...many(40_000));
  const { images, unread } = await world.catalogue(two);
  expect(images).toHaveLength(31_000);
  expect(unread[0]?.why).toContain("62000 images");
});
