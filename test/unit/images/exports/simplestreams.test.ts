import { describe, expect, it } from "vitest";
import { streamIndex, streamProducts } from "../../../../worker/images/exports/simplestreams.ts";
import type { CatalogueImage } from "../../../../worker/images/image-catalogue.ts";
import { listed } from "./listed.ts";
import { type ReadImage, readStreams } from "./stream-reader.ts";

const now = Date.parse("2026-11-30T12:00:00Z");

/** A digest that tells of which file it is. */
function digest(of: string): string {
  return Buffer.from(of).toString("hex").slice(-64).padStart(64, "0");
}

/** The files of one build on the image server of Linux Containers. */
function build(serial: string, rest: Partial<CatalogueImage> = {}): CatalogueImage[] {
  const folder = `images/debian/trixie/amd64/default/${serial}`;
  const files = ["incus.tar.xz", "lxd.tar.xz", "rootfs.squashfs", "rootfs.tar.xz", "disk.qcow2"];
  return files.map((name, at) =>
    listed(`lxc-images/${folder}/${name}`, {
      version: "13",
      codename: "trixie",
      type: "container",
      sha256: digest(`${serial}${name}`),
      size: 1000 + at,
      endOfLife: Date.parse("2028-08-09"),
      ...rest,
    }),
  );
}

const combined = (metadata: string, root: string) => digest(metadata.slice(-20) + root.slice(-20));

function read(
  images: readonly CatalogueImage[],
  program: "lxd" | "incus" = "incus",
  hash: Parameters<typeof streamProducts>[1] = combined,
): ReadImage[] {
  const products = streamProducts(images, hash, now);
  const files = new Map<string, unknown>([
    ["streams/v1/index.json", streamIndex(products)],
    ["streams/v1/images.json", products],
  ]);
  return readStreams((path) => JSON.stringify(files.get(path)), program);
}

describe("simplestreams, as Incus and LXD read them", () => {
  const images = [...build("20261129_05:24"), ...build("20261128_05:24")];

  it.each(["incus", "lxd"] as const)("have containers and machines for %s", (program) => {
    const found = read(images, program);
    const newest = found.filter(({ aliases }) => aliases.includes("debian/13"));
    expect(newest.map(({ type, architecture }) => [type, architecture])).toEqual([
      ["container", "x86_64"],
      ["virtual-machine", "x86_64"],
    ]);
    const metadata = `${program}.tar.xz`;
    const folder = "lxc-images/images/debian/trixie/amd64/default/20261129_05:24";
    expect(newest[0]).toMatchObject({
      fingerprint: combined(
        digest(`20261129_05:24${metadata}`),
        digest("20261129_05:24rootfs.squashfs"),
      ),
      created: Date.parse("2026-11-29"),
      expires: Date.parse("2028-08-09"),
      description: "Debian 13 (default)",
    });
    expect(newest[0]?.files).toEqual([
      {
        path: `${folder}/${metadata}`,
        sha256: digest(`20261129_05:24${metadata}`),
        size: program === "lxd" ? 1001 : 1000,
      },
      {
        path: `${folder}/rootfs.squashfs`,
        sha256: digest("20261129_05:24rootfs.squashfs"),
        size: 1002,
      },
    ]);
  });

  it("name it by series and codename, each with and without variant and architecture", () => {
    const aliases = read(images)
      .filter(({ created }) => created === Date.parse("2026-11-29"))
      .flatMap((image) => image.aliases);
    for (const name of ["debian/13", "debian/trixie", "debian/13/default", "debian/trixie/amd64"]) {
      expect(aliases).toContain(name);
    }
  });

  it("give another variant only aliases that name it", () => {
    const cloud = read(build("20261129_05:24", { edition: "cloud" }));
    expect(cloud[0]?.aliases).toContain("debian/13/cloud");
    expect(cloud.flatMap(({ aliases }) => aliases)).not.toContain("debian/13");
  });

  it("keep older builds, which lose their aliases", () => {
    const found = read(images);
    const older = found.filter(({ created }) => created === Date.parse("2026-11-28"));
    expect(older).toHaveLength(3);
    expect(older.filter(({ type }) => type === "virtual-machine")[0]?.aliases).toEqual([]);
  });

  it("show nothing whose files nobody has read together, as its name would be wrong", () => {
    expect(read(images, "incus", () => undefined)).toEqual([]);
  });

  it("have Ubuntu's cloud images, with the day of the file where the folder has none", () => {
    const rest = {
      distribution: "ubuntu",
      title: "Ubuntu",
      version: "24.04",
      series: "24.04",
      codename: "noble",
      type: "cloud" as const,
      size: 5,
      date: Date.parse("2026-11-20T01:02:00Z"),
    };
    const stem = "ubuntu-cloud/noble/current/noble-server-cloudimg-arm64";
    const names = ["-lxd.tar.xz", ".squashfs", ".img", "-root.tar.xz", ".vmdk"];
    const cloud = names.map((name) =>
      listed(stem + name, { ...rest, architecture: "arm64", sha256: digest(name) }),
    );
    const found = read(cloud, "lxd");
    expect(found.map(({ type, created }) => [type, created])).toEqual([
      ["container", Date.parse("2026-11-20T01:02:00Z")],
      ["container", Date.parse("2026-11-20T01:02:00Z")],
      ["virtual-machine", Date.parse("2026-11-20T01:02:00Z")],
    ]);
    expect(found[2]?.files[1]?.path).toBe(`${stem}.img`);
    expect(read(cloud, "incus")).toEqual([]);
  });

  it("have a whole image by its own digest, and not beside its parts", () => {
    const whole = listed("lxc-images/a/20261129/incus_combined.tar.gz", {
      sha256: digest("whole"),
      size: 7,
    });
    expect(read([whole], "incus", () => undefined)[0]?.fingerprint).toBe(digest("whole"));
    const beside = build("20261129").map((image) => ({
      ...image,
      path: image.path.replace(/^.*\/20/, "a/20"),
    }));
    const prints = read([whole, ...beside]).map(({ fingerprint }) => fingerprint);
    expect(prints).not.toContain(digest("whole"));
    expect(prints).toHaveLength(3);
  });

  it("leave out what neither program can use: discs, roots alone, files without digest or size", () => {
    const odd = [
      listed("debian-cd/current/amd64/iso-cd/debian-13.2.0-amd64-netinst.iso", {
        sha256: digest("a"),
        size: 1,
      }),
      ...build("20261129_05:24").filter(({ path }) => !path.includes(".tar.xz")),
      ...build("20261127_05:24").map(({ sha256: _, ...image }) => image),
      ...build("20261126_05:24").map(({ size: _, ...image }) => image),
    ];
    expect(streamProducts(odd, combined, now).products).toEqual({});
  });

  it("say which are supported", () => {
    const supported = (of: CatalogueImage[]) =>
      Object.values(streamProducts(of, combined, now).products).map((product) => product.supported);
    expect(supported(build("20261129_05:24"))).toEqual([true]);
    expect(supported(build("20261129_05:24", { endOfLife: now - 1 }))).toEqual([false]);
    expect(
      supported(build("20261129_05:24", { endOfLife: now - 1, endOfLongSupport: now + 1 })),
    ).toEqual([true]);
  });
});
