import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { rowsPerPage } from "../../../../worker/pages/images/images-page.ts";
import { generatedImages, image, moment } from "../../images/generated-catalogue.ts";
import { pageOf, someCatalogue, someImages } from "./served.ts";

const textOf = async (...asked: Parameters<typeof pageOf>) => (await pageOf(...asked)).text();

/** Names of the files that the list links, in their order. */
const listed = (page: string) =>
  [...page.matchAll(/<h3><a href="[^"]*\/([^/"]+)">/g)].map(([, name]) => name);
/** The addresses of links with that text. */
const links = (page: string, text: string) =>
  [...page.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)]
    .filter(([, , shown]) => shown === text)
    .map(([, address = ""]) => address.replaceAll("&amp;", "&"));

test("Debian 13 for a Raspberry Pi is two clicks from the page, whatever the browser's own architecture", async () => {
  const headers = { "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36" };
  const first = await textOf("", { headers });
  expect(first).toContain("Raspberry Pi");
  const card = /<h3>Debian 13 \(trixie\)<\/h3><p>.*?<\/p>/.exec(first)?.[0] ?? "";
  const [address = ""] = links(card, "arm64");
  const second = await textOf(address.split("?")[1] ?? "", { headers });
  expect(listed(second)).toEqual([
    "debian-13.2.0-arm64-netinst.iso",
    "debian-13.2.0-arm64-DVD-1.iso",
  ]);
});

test("the browser's architecture is chosen visibly, and stays away once it is removed", async () => {
  const headers = { "Sec-CH-UA-Arch": '"arm"', "Sec-CH-UA-Bitness": '"64"' };
  const chosen = await pageOf("distribution=debian", { headers });
  expect(chosen.headers.get("Accept-CH")).toBe("Sec-CH-UA-Arch, Sec-CH-UA-Bitness");
  expect(chosen.headers.get("Vary")).toContain("User-Agent, Sec-CH-UA-Arch, Sec-CH-UA-Bitness");
  const page = await chosen.text();
  expect(page).toContain("arm64 (aarch64) – as your browser says");
  expect(listed(page).every((name) => name?.includes("arm64"))).toBe(true);
  const removal = /href="([^"]+)"><span class="only">Remove <\/span>arm64/.exec(page)?.[1] ?? "";
  expect(removal).toBe("/images?distribution=debian&amp;architecture=");
  const all = await textOf("distribution=debian&architecture=", { headers });
  expect(all).not.toContain("as your browser says");
  expect(listed(all).some((name) => name?.includes("riscv64"))).toBe(true);
  // A form that was sent with another architecture says so itself.
  expect(await textOf("architecture=i386", { headers })).not.toContain("as your browser says");
});

test("a row says what the file is, its digest, until when it is supported, and how to check it", async () => {
  const page = await textOf("version=12&architecture=amd64&type=netinst");
  const row = /<ul class="images">.*<\/ul>/s.exec(page)?.[0] ?? "";
  const url = "/isos/12.12.0/amd64/iso-cd/debian-12.12.0-amd64-netinst.iso";
  expect(row).toContain(
    "Debian 12.12.0 (bookworm) · amd64 · installer that fetches packages (netinst) · 668 MiB · 31 Oct 2026 · ",
  );
  expect(row).toContain(
    "supported for longer, by others (LTS) until 28 Jun 2028".replace("28 Jun", "30 Jun"),
  );
  expect(row).toContain("ab".repeat(32));
  expect(row).toContain(`<pre>curl -fOJL http://near.example/images/debian/12/amd64/netinst
curl -fOJ http://near.example/images/debian/12/amd64/netinst.sha256
sha256sum -c debian-12.12.0-amd64-netinst.iso.sha256</pre>`);
  for (const end of [".torrent", ".meta4", ".mirrorlist"])
    expect(row).toContain(`href="${url}${end}"`);
  expect(links(row, "arm64")).toEqual([url.replaceAll("amd64", "arm64")]);
});

test("a torrent is linked as what it is: there, on its way, to be asked for, or the distribution's alone", async () => {
  const query = "version=12&architecture=amd64&type=netinst";
  const sha256 = "ab".repeat(32);
  const linked = async (
    asked: string,
    torrents?: { made?: string[]; coming?: string[]; isOff?: boolean },
  ) => {
    const known = torrents && { made: [], coming: [], isOff: false, ...torrents };
    const page = await textOf(asked, known && { torrents: known });
    return /\.torrent">([^<]*)</.exec(page)?.[1];
  };
  expect(await linked(query, { made: [sha256] })).toBe("Torrent");
  expect(await linked(query, { coming: [sha256] })).toBe("Torrent (is being made)");
  expect(await linked(query, { made: ["cd".repeat(32)] })).toBe("Ask for a torrent");
  expect(await linked(query, { isOff: true })).toBe("Torrent, if the distribution has one");
  // What makes them couldn't be asked.
  expect(await linked(query)).toBe("Ask for a torrent");
  // One that only SHA-512 is known of can't be checked, and so not made.
  const bare = "distribution=ubuntu&edition=desktop&architecture=";
  expect(await linked(bare, {})).toBe("Torrent, if the distribution has one");
});

test("where the list tells only SHA-512, that is compared", async () => {
  const page = await textOf("distribution=ubuntu&edition=desktop&architecture=");
  expect(page).toContain("sha512sum -c ubuntu-24.04.3-desktop-amd64.iso.sha512");
  expect(page).toContain("Its list tells no SHA-256.");
});

test("what is at its end is last and says since when; parts stand with the first", async () => {
  const page = await textOf("distribution=debian&architecture=amd64");
  expect(listed(page)).toEqual([
    "debian-13.2.0-amd64-netinst.iso",
    "debian-13.2.0-amd64-DVD-1.iso",
    "debian-12.12.0-amd64-netinst.iso",
    "debian-12.12.0-amd64-DVD-1.iso",
    "debian-10.13.0-amd64-netinst.iso",
    "debian-10.13.0-amd64-DVD-1.iso",
  ]);
  expect(page).toContain('<span class="bad">no longer supported since 30 Jun 2024</span>');
  expect(page).toContain(
    'Also of this set: <a href="/isos/13.2.0/amd64/iso-dvd/debian-13.2.0-amd64-DVD-2.iso">part 2</a>',
  );
});

test("each client is told its own nearest mirror, and no cache may keep that for another", async () => {
  // Of one catalogue, so that the page itself is made once.
  const catalogue = someCatalogue();
  const near = await pageOf("", { catalogue, from: "5.1.2.3" });
  const far = await pageOf("", { catalogue, from: "1.2.3.4" });
  const unplaced = await pageOf("", { catalogue, from: "9.9.9.9" });
  const again = await pageOf("", { catalogue, from: "5.1.2.3" });
  expect(near.headers.get("Cache-Control")).toBe("private, no-cache");
  const page = await near.text();
  expect(page).toContain("<strong>near.example</strong> (Germany)");
  expect(page).toMatch(/<a href="\/isos\/[^"]+\.iso\?trace">why<\/a>/);
  expect(page).not.toContain("<!--near-->");
  expect(await again.text()).toBe(page);
  const elsewhere = await far.text();
  expect(elsewhere).toContain("<strong>far.example</strong> (Japan)");
  expect(elsewhere).not.toContain("near.example</strong>");
  expect(unplaced.status).toBe(200);
});

test("where the decision isn't certain yet, the page says so", async () => {
  expect(await textOf("", { isCertain: false })).toContain(
    "probably <strong>near.example</strong>",
  );
  const catalogue = someCatalogue();
  // A repository that no mirror of the client carries.
  const from = "9.9.9.9";
  expect(await textOf("", { isCertain: false, catalogue, from })).toContain("probably <strong>");
});

test("odd values and names answer 400 with the nearest as a link", async () => {
  const odd = await pageOf("distribution=debain&architecture=amd64");
  const page = await odd.text();
  expect(odd.status).toBe(400);
  expect(page).toContain("distribution=debain is not there. Did you mean debian?");
  expect(links(page, "debian")).toEqual(["/images?distribution=debian&architecture=amd64"]);
  expect((await pageOf("architecure=amd64")).status).toBe(400);
  expect((await pageOf("lang=xx")).status).toBe(400);
});

test("markup in names stays text", async () => {
  const evil = image({
    path: `a/<script>alert(1)</script>"'.iso`,
    distribution: "<b>",
    edition: "<i>",
  });
  const page = await textOf("q=&architecture=", { catalogue: someCatalogue([evil]) });
  expect(page).not.toMatch(/<script>alert|<b>|<i>/);
  expect(page).toContain("<pre>curl -fOL http://near.example/isos/a/%3Cscript%3E");
});

test("every script and style is allowed by its hash, and nothing else is", async () => {
  const got = await pageOf("");
  const policy = got.headers.get("Content-Security-Policy") ?? "";
  const page = await got.text();
  for (const [, text = ""] of page.matchAll(/<(?:script|style)>([\s\S]*?)<\/(?:script|style)>/g)) {
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    expect(policy).toContain(`'sha256-${Buffer.from(hash).toString("base64")}'`);
  }
  expect(policy).not.toContain("unsafe");
  expect(page).not.toMatch(/ style=| on[a-z]+=/);
});

test("in Chinese all words are Chinese, and links keep the language", async () => {
  const page = await textOf("lang=zh&architecture=amd64");
  expect(page).toContain("系统镜像下载");
  expect(page).toContain("已停止支持");
  expect(page).toContain('href="/images?architecture=&amp;lang=zh"');
  expect(page).not.toMatch(/>(?:Search|Show|any|Distribution)</);
});

test("a page of the largest catalogue stays below 60 kB, and pages follow each other", async () => {
  const catalogue = someCatalogue([...someImages(), ...generatedImages(20_000)]);
  const page = await textOf("architecture=", { catalogue });
  expect(Buffer.byteLength(page)).toBeLessThan(60_000);
  expect(gzipSync(page).length).toBeLessThan(15_000);
  expect(listed(page)).toHaveLength(rowsPerPage);
  expect(page).toContain('href="/images?architecture=&amp;page=2"');
  const next = await textOf("architecture=&page=2", { catalogue });
  expect(listed(next)).not.toEqual(listed(page));
  // The newest releases are for who has chosen nothing, on the first page.
  expect(next).not.toContain("Newest releases");
});

test.each(["0", "-1", "x", "1.5", "1e3", "", "9999999999"])(
  "page=%s is refused, with the first as the nearest",
  async (page) => {
    const answer = await pageOf(`architecture=&page=${page}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('href="/images?architecture=&amp;page=1"');
  },
);

test("an escaped architecture is chosen as any other, whatever the browser's is", async () => {
  const headers = { "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)" };
  const names = (query: string) => textOf(query, { headers }).then(listed);
  expect(await names("%61rchitecture=arm64")).toEqual(await names("architecture=arm64"));
  // A search for that text is no choice: the browser's counts.
  expect(await textOf("q=architecture=", { headers })).toContain("as your browser says");
});

test("a page is made once for a query and catalogue, and anew when support may have changed", async () => {
  const catalogue = someCatalogue();
  const of = (now: number) => textOf("version=10&architecture=amd64", { catalogue, now });
  const before = Date.parse("2024-06-29T23:59:50Z");
  expect(await of(before)).toContain("(LTS) until");
  expect(await of(before + 70_000)).toContain("no longer supported");
  expect(moment).toBeGreaterThan(before);
});

test("where nothing is all that was chosen, the page says which choice hides how many", async () => {
  const page = await textOf("q=netinst&distribution=debian&architecture=armhf");
  expect(listed(page)).toEqual([]);
  const hidden = [...page.matchAll(/<li><a href="([^"]*)">(\d+) images? without ([^<]*)<\/a>/g)];
  expect(hidden.map(([, , , value]) => value)).toContain("armhf (armv7l)");
  for (const [, address = "", count] of hidden) {
    const without = await textOf(address.replaceAll("&amp;", "&").split("?")[1] ?? "");
    expect(/<h2>(\d+) images?<\/h2>/.exec(without)?.[1]).toBe(count);
  }
});
