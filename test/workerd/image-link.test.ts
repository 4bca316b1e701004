/** Permanent links of images: `/images/{distribution}/{version}/{architecture}/{type}`. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Image } from "../../worker/images/image.ts";
import { defaultMinSize } from "../../worker/repositories/catalogue.ts";
import { image } from "../unit/images/generated-catalogue.ts";
import { clients } from "./services.ts";
import { bytesOf, dateOf, hashOf, SnapshotWorld, type State } from "./snapshot-services.ts";

let world: SnapshotWorld;

/** Large enough for a redirect. */
const contentOf = (name: string) => name.padEnd(defaultMinSize, ".");
const netinst = (version: string, architecture = "amd64") =>
  `${version}/${architecture}/iso-cd/debian-${version}-${architecture}-netinst.iso`;

function imageAt(path: string, told: Partial<Image> = {}): Image {
  const text = contentOf(path);
  return image({ path, sha256: hashOf(text), size: text.length, ...told });
}

function sums(n: number): State {
  const root = "SHA256SUMS";
  const files = { [root]: `sums ${n}`, "SHA256SUMS.sign": `signature ${n}` };
  return { root, files, indexes: {}, lastModified: dateOf(n) };
}

async function publish(n: number, ...images: Image[]): Promise<string> {
  const payload = Object.fromEntries(images.map(({ path }) => [path, contentOf(path)]));
  return (await world.publish([sums(n)], { payload, images })).id;
}

const release = (version: string) => [
  imageAt(netinst(version), { version }),
  imageAt(netinst(version, "arm64"), { version, architecture: "arm64" }),
  ...["cinnamon", "gnome"].map((edition) =>
    imageAt(`${version}/live/debian-live-${version}-amd64-${edition}.iso`, {
      version,
      type: "live",
      edition,
    }),
  ),
  imageAt(`${version}/cloud/debian-13-generic-amd64.qcow2`, {
    version,
    type: "cloud",
    format: "qcow2",
  }),
  imageAt(`${version}/cloud/debian-13-generic-amd64.tar.xz`, {
    version,
    type: "cloud",
    format: "tar.xz",
  }),
];
const older = imageAt(netinst("12.11.0"), {
  series: "12",
  version: "12.11.0",
  codename: "bookworm",
  released: Date.parse("2023-06-10T00:00:00Z"),
});
const candidate = imageAt(netinst("14-rc1"), {
  series: "14",
  version: "14-rc1",
  codename: "forky",
  isPreview: true,
});

beforeEach(async () => {
  world = new SnapshotWorld("images", ["SHA256SUMS"]);
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  // Mirrors have what the list names.
  const headers = { "Content-Length": String(defaultMinSize) };
  world.origin = () => new Response(null, { headers });
  await publish(1, ...release("13.1.0"), older, candidate);
});
afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ["debian/13/amd64/netinst", netinst("13.1.0")],
  ["debian/trixie/x86_64/netinst", netinst("13.1.0")],
  ["Debian/latest/aarch64/netinst", netinst("13.1.0", "arm64")],
  ["debian/13.1.0/amd64/netinst", netinst("13.1.0")],
  ["debian/12/amd64/netinst", netinst("12.11.0")],
  ["debian/bookworm/amd64/netinst.iso", netinst("12.11.0")],
  // A preview only by its whole version.
  ["debian/14-rc1/amd64/netinst", netinst("14-rc1")],
  // An edition in place of the type, with it, and the usual one where none is told.
  ["debian/13/amd64/cinnamon", "13.1.0/live/debian-live-13.1.0-amd64-cinnamon.iso"],
  ["debian/13/amd64/live-cinnamon", "13.1.0/live/debian-live-13.1.0-amd64-cinnamon.iso"],
  ["debian/13/amd64/live", "13.1.0/live/debian-live-13.1.0-amd64-gnome.iso"],
  // The usual format, or the one that is told.
  ["debian/13/amd64/cloud", "13.1.0/cloud/debian-13-generic-amd64.qcow2"],
  ["debian/13/amd64/cloud.tar.xz", "13.1.0/cloud/debian-13-generic-amd64.tar.xz"],
])("/images/%s leads to the very file at the nearest mirror", async (link, path) => {
  const own = await world.fetch(`/debian/${path}`, { from: clients.germany });
  for (const method of ["GET", "HEAD"]) {
    const got = await world.fetch(`/images/${link}`, { from: clients.germany, method });
    expect([got.status, got.headers.get("Location")]).toEqual([302, own.headers.get("Location")]);
    expect(got.headers.get("Location")).toMatch(/^http:\/\/(?:frankfurt|plain)\.example\/debian\//);
    // As of the file itself.
    for (const name of ["Link", "Repr-Digest"]) {
      expect(got.headers.get(name)).toBe(own.headers.get(name));
    }
    expect(got.headers.get("Cache-Control")).toBe("private, no-store");
    const name = path.slice(path.lastIndexOf("/") + 1);
    expect(got.headers.get("Content-Disposition")).toBe(`attachment; filename="${name}"`);
  }
});

test("another client is sent to its own mirror, and wishes count as at the file", async () => {
  const link = "/images/debian/13/amd64/netinst";
  const fromJapan = await world.fetch(link, { from: clients.japan });
  expect(fromJapan.headers.get("Location")).toContain("tokyo.example");
  const wished = await world.fetch(`${link}?country=US`, { from: clients.japan });
  expect(wished.headers.get("Location")).toContain("ashburn.example");
  const traced = await world.fetch(`${link}?trace`);
  expect(JSON.parse(traced.text)).toMatchObject({ path: `/debian/${netinst("13.1.0")}` });
});

test(".sha256 is a line that sha256sum -c takes; .sha512 only where the list tells it", async () => {
  const got = await world.fetch("/images/debian/13/amd64/netinst.sha256");
  const name = "debian-13.1.0-amd64-netinst.iso";
  // What `sha256sum FILE` prints: the hash, two blanks, the name.
  expect(got.text).toBe(`${hashOf(contentOf(netinst("13.1.0")))}  ${name}\n`);
  expect(got.headers.get("Content-Disposition")).toBe(`attachment; filename="${name}.sha256"`);
  const other = await world.fetch("/images/debian/13/amd64/netinst.sha512");
  expect([other.status, other.text]).toEqual([
    404,
    `No list of the repository tells the SHA512 of ${name}.\n`,
  ]);
});

test(".meta4 is the file's own metalink, .torrent lies at the file", async () => {
  const meta = await world.fetch("/images/debian/13/amd64/netinst.meta4");
  expect(meta.headers.get("Content-Type")).toBe("application/metalink4+xml");
  expect(meta.text).toContain(`<file name="debian-13.1.0-amd64-netinst.iso">`);
  expect(meta.text).toContain(hashOf(contentOf(netinst("13.1.0"))));
  const torrent = await world.fetch("/images/debian/13/amd64/netinst.torrent");
  expect(torrent.headers.get("Location")).toBe(`/debian/${netinst("13.1.0")}.torrent`);
  const zsync = await world.fetch("/images/debian/13/amd64/netinst.zsync");
  expect([zsync.status, zsync.text]).toEqual([404, expect.stringContaining("No zsync files")]);
});

test(".sums and .asc are the signed list and its signature, of the catalogue's snapshot", async () => {
  const { id } = (await world.current) ?? { id: "" };
  const list = await world.fetch("/images/debian/13/amd64/netinst.sums");
  expect(list.headers.get("Location")).toBe(`/debian@${id}/SHA256SUMS`);
  const sign = await world.fetch("/images/debian/13/amd64/netinst.asc");
  const where = sign.headers.get("Location") ?? "";
  expect(where).toBe(`/debian@${id}/SHA256SUMS.sign`);
  expect((await world.fetch(where)).text).toBe("signature 1");
});

test.each([
  [
    "debain/13/amd64/netinst",
    "There is no distribution debain there. Did you mean debian? There are: debian.",
  ],
  [
    "debian/31/amd64/netinst",
    "There is no version 31 there. Did you mean 13? There are: latest, 14-rc1, 13, trixie, 12, bookworm.",
  ],
  [
    "debian/13/amd46/netinst",
    "There is no architecture amd46 there. Did you mean amd64? There are: amd64, arm64.",
  ],
  ["debian/13/aarch46/netinst", "Did you mean aarch64?"],
  ["debian/12/arm64/netinst", "There is no architecture arm64 there. There are: amd64."],
  ["debian/13/amd64/netints", "There is no type netints there. Did you mean netinst?"],
  ["debian/13/amd64/cloud.vmdk", "There is no format vmdk there. There are: qcow2, tar.xz."],
  // A preview isn't the series.
  ["debian/14/amd64/netinst", "There is no version 14 there."],
  [
    "debian/13/amd64/netinst/more",
    "A permanent link is /images/DISTRIBUTION/VERSION/ARCHITECTURE/TYPE",
  ],
])("/images/%s answers 404 and says: %s", async (link, sentence) => {
  const got = await world.fetch(`/images/${link}`);
  expect([got.status, got.text]).toEqual([404, expect.stringContaining(sentence)]);
});

const browser = {
  Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
};
/** Addresses of links of a page to permanent links. */
const offeredBy = (page: string) =>
  [...(page.split("<main")[1] ?? "").matchAll(/href="(\/images\/[^"]+)"/g)].map(
    ([, address = ""]) => address,
  );

test.each([
  [
    "debain/13/amd64/netinst.sha256",
    "No distribution is called <code>debain</code> here.",
    ["debian/13/amd64/netinst.sha256"],
  ],
  [
    "debian/31/amd64/netinst",
    "There is no <code>31</code> of Debian here.",
    ["13", "latest", "14-rc1", "trixie", "12", "bookworm"].map(
      (one) => `debian/${one}/amd64/netinst`,
    ),
  ],
  [
    "debian/13/riscv64/netinst.torrent",
    "There is no image of Debian 13 for <code>riscv64</code> here.",
    ["debian/13/amd64/netinst.torrent", "debian/13/arm64/netinst.torrent"],
  ],
  [
    "debian/13/arm64/live.iso",
    "There is no <code>live</code> of Debian 13 for arm64 here.",
    ["debian/13/arm64/netinst"],
  ],
  [
    "debian/13/amd64/cloud.vmdk",
    "It is not there as <code>vmdk</code>.",
    ["debian/13/amd64/cloud.qcow2", "debian/13/amd64/cloud.tar.xz"],
  ],
  ["debian/13/amd64/netinst/more", "A permanent link has", ["debian/13/amd64/netinst"]],
])(
  "/images/%s in a browser is a page with links that lead to images: %s",
  async (link, sentence, links) => {
    const got = await world.fetch(`/images/${link}`, { headers: browser });
    expect([got.status, got.headers.get("Content-Type")]).toEqual([
      404,
      "text/html; charset=utf-8",
    ]);
    expect(got.headers.get("Vary")).toContain("Accept");
    expect(got.text).toContain(sentence);
    const offered = offeredBy(got.text);
    expect([...new Set(offered)]).toEqual(links.map((one) => `/images/${one}`));
    // What is offered leads on.
    for (const address of offered) {
      const next = await world.fetch(address);
      // The candidate is of one architecture alone.
      if (!address.includes("14-rc1/")) expect(next.status, address).toBeLessThan(400);
    }
  },
);

test("a wrong link's page speaks the visitor's language, keeps markup out, and names the nearest first", async () => {
  const headers = { ...browser, "Accept-Language": "zh-CN,zh;q=0.9" };
  const chinese = await world.fetch("/images/debian/13/amd64/netints", { headers });
  expect(chinese.text).toContain("Debian 13（amd64）没有 <code>netints</code>");
  expect(chinese.text).toContain(
    '<strong><a href="/images/debian/13/amd64/netinst">netinst</a></strong>',
  );
  const chosen = await world.fetch("/images/debian/13/amd64/netints?lang=zh", { headers: browser });
  expect(offeredBy(chosen.text)[0]).toBe("/images/debian/13/amd64/netinst?lang=zh");
  const evil = await world.fetch("/images/%3Cscript%3E/13/amd64/%22%3E", { headers: browser });
  expect(evil.text).toContain("<code>&lt;script&gt;</code>");
  expect(offeredBy(evil.text)[0]).toBe("/images/debian/13/amd64/%22%3E");
});

test("what stands behind a link and isn't there is a page in a browser, too", async () => {
  for (const [end, sentence] of [
    ["sha512", "No list of the distribution tells the SHA512 of debian-13.1.0-amd64-netinst.iso."],
    ["zsync", "There are no zsync files here."],
  ]) {
    const got = await world.fetch(`/images/debian/13/amd64/netinst.${end}`, { headers: browser });
    expect([got.status, got.text]).toEqual([404, expect.stringContaining(sentence ?? "")]);
    expect(got.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
  }
});

test.each([
  ["debian", "/images?distribution=debian"],
  ["debian/13/", "/images?distribution=debian&version=13"],
  ["debian/latest/arm64", "/images?distribution=debian&architecture=arm64"],
  ["", "/images"],
  // What the link's query says goes along, the language too.
  ["debian/13?lang=zh&q=live", "/images?lang=zh&q=live&distribution=debian&version=13"],
  ["debian?distribution=ubuntu", "/images?distribution=debian"],
])("/images/%s is the page with that much chosen", async (path, page) => {
  const got = await world.fetch(`/images/${path}`);
  expect([got.status, got.headers.get("Location")]).toEqual([302, page]);
});

test("a point release takes the link and its digest along, at once and together", async () => {
  const link = "/images/debian/13/amd64/netinst";
  const named = async () => {
    const file = await world.fetch(link);
    const line = await world.fetch(`${link}.sha256`);
    return [file.headers.get("Location")?.split("/").at(-1), line.text.trim().split("  ")[1]];
  };
  const before = "debian-13.1.0-amd64-netinst.iso";
  expect(await named()).toEqual([before, before]);
  await publish(2, ...release("13.2.0"), older);
  // No mirror is known to have the new state: each is asked for the file, and has it.
  const headers = { "Content-Length": String(defaultMinSize) };
  world.origin = () => new Response(null, { headers });
  // Still within the age at which the snapshot at hand is given.
  expect(await named()).toEqual([before, before]);
  await world.later(3);
  const after = "debian-13.2.0-amd64-netinst.iso";
  expect(await named()).toEqual([after, after]);
});

test("where the images of the new state can't be read no digest of the old one is told", async () => {
  const link = "/images/debian/13/amd64/netinst";
  expect((await world.fetch(link)).status).toBe(302);
  // The same name gets other bytes, as `AlmaLinux-10-latest` does.
  const path = netinst("13.1.0");
  const next = imageAt(path, { version: "13.1.0", sha256: hashOf("other") });
  const { images } = await world.publish([sums(2)], {
    payload: { [path]: "other" },
    images: [next],
  });
  world.stored.delete(images?.blob ?? "");
  await world.later(3);
  for (const end of ["", ".sha256"]) {
    const got = await world.fetch(link + end);
    expect([got.status, got.headers.get("Retry-After")]).toEqual([503, "5"]);
  }
  // Whether there is such a distribution nobody can tell now: a 404 would be taken for the truth.
  const page = await world.fetch("/images/ubuntu/24.04/amd64/live-server", { headers: browser });
  expect([page.status, page.headers.get("Retry-After")]).toEqual([503, "5"]);
  expect(page.text).toContain("Not all images of debian are here.");
  const other = await world.fetch("/images/ubuntu/24.04/amd64/live-server");
  expect([other.status, other.text]).toEqual([503, expect.stringContaining("not all is known")]);
  expect(other.text).toContain("There is no distribution ubuntu among the images that are known");
  world.stored.set(images?.blob ?? "", bytesOf("damaged"));
  await world.later(10);
  expect((await world.fetch(`${link}.sha256`)).status).toBe(503);
});

test("the page of images names the mirror that the redirect goes to, or says that it is likely", async () => {
  const link = "/images/debian/13/amd64/netinst";
  const namedOn = async (from: string) => {
    const { text } = await world.fetch("/images?architecture=amd64&type=netinst", { from });
    const [, probably = "", mirror] = /<li>[^<]*?(probably )?<strong>([^<]+)</.exec(text) ?? [];
    return [mirror, probably !== ""];
  };
  const sentTo = async (from: string) => {
    const got = await world.fetch(link, { from });
    return new URL(got.headers.get("Location") ?? "http://none/").host;
  };
  // Proven by generation: what the page says comes true.
  const near = (await namedOn(clients.germany))[0];
  expect([await sentTo(clients.germany), false]).toEqual(await namedOn(clients.germany));
  expect(await namedOn(clients.japan)).toEqual(["tokyo.example", false]);
  // Nobody is known to have the next state, and the nearest doesn't have it.
  await publish(2, ...release("13.2.0"), older);
  world.origin = (_, { host }) =>
    host === near
      ? new Response(null, { status: 404 })
      : new Response(null, { headers: { "Content-Length": String(defaultMinSize) } });
  await world.later(3);
  expect(await namedOn(clients.germany)).toEqual([near, true]);
  expect(world.originAsked).toEqual([]);
  const other = await sentTo(clients.germany);
  expect(other).not.toBe(near);
  expect(await namedOn(clients.germany)).toEqual([other, false]);
  expect(await sentTo(clients.germany)).toBe(other);
});

test("a mirror that removed the file before the service heard of the release isn't the one that the link leads to", async () => {
  const link = "/images/debian/13/amd64/netinst";
  const path = netinst("13.1.0");
  const headed: string[] = [];
  let gone = "";
  world.origin = (_, { host }) => {
    headed.push(host);
    if (host === gone) return new Response(null, { status: 404 });
    return new Response(null, { headers: { "Content-Length": String(defaultMinSize) } });
  };
  const sentTo = async (url: string) =>
    new URL((await world.fetch(url, { from: clients.germany })).headers.get("Location") ?? "").host;
  const near = await sentTo(link);
  expect(headed).toEqual([near]);
  // What it said counts for a burst of clients.
  expect(await sentTo(link)).toBe(near);
  expect(headed).toEqual([near]);
  gone = near;
  await world.later(3);
  headed.length = 0;
  const other = await sentTo(link);
  expect(other).not.toBe(near);
  expect(headed).toEqual([near, other]);
  expect(await sentTo(link)).toBe(other);
  expect(headed).toEqual([near, other]);
  // The mirror is well but for this file, and other paths are redirected at once.
  expect(await sentTo(`/debian/${netinst("13.1.0", "arm64")}`)).toBe(near);
  expect(await sentTo(`/debian/${path}`)).toBe(near);
  expect(headed).toEqual([near, other]);
});
