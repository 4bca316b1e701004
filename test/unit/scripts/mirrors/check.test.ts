import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { parseSource } from "../../../../scripts/mirrors/source.ts";
import { repositoryId } from "../../../../worker/formats/rpm/repository-id.ts";
import { ownSegments } from "../../../../worker/http/own-segments.ts";
import { checkList } from "../../../../worker/list/check.ts";
import { parseCidr } from "../../../../worker/list/cidr.ts";
import { baseUrlFault } from "../../../../worker/list/urls.ts";
import { checkTexts, listFolder, now, repositoryTexts, siteText } from "./list.ts";

/** The only error of a list with this one file, as line, column and text. */
function onlyError(text: string, name = "a.example") {
  const { errors } = checkTexts({ [name]: text });
  expect(errors.map((error) => error.message)).toHaveLength(1);
  const [error] = errors;
  if (!error) throw new Error("no error");
  expect(error.file).toBe(`${name}.yaml`);
  return error;
}

test("a list without mistakes has no errors and no warnings", () => {
  const checked = checkTexts({
    "a.example": siteText("a.example"),
    "b.example": siteText("b.example"),
  });
  expect(checked.errors).toEqual([]);
  expect(checked.warnings).toEqual([]);
  expect(checked.sites.map((site) => site.name)).toEqual(["a.example", "b.example"]);
});

// That these are all first segments of the table of URLs: `test/workerd/routes.test.ts`.
test("a repository can't take a path of the service's own", () => {
  expect(ownSegments).toEqual(expect.arrayContaining(["api", "again"]));
  for (const segment of ownSegments) {
    const { errors } = checkTexts(
      {},
      { [segment]: repositoryTexts.debian.replace("debian", segment) },
    );
    const [error] = errors;
    // A dot is refused as it is.
    expect(errors, segment).toHaveLength(1);
    expect(error?.line, segment).toBe(1);
    if (!segment.includes("."))
      expect(error?.message).toContain(`The service itself is at /${segment}/`);
  }
});

test("nothing takes a name that every object has", () => {
  const name = "constructor";
  const repository = checkTexts({}, { [name]: repositoryTexts.debian.replace("debian", name) });
  expect(repository.errors.map(({ line, message }) => [line, message])).toEqual([
    [1, expect.stringContaining("Nothing can be called constructor")],
  ]);
  const site = checkTexts({ [name]: siteText(name) });
  expect(site.errors.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("Nothing can be called constructor"),
  );
});

test("an unknown field is named at its line, with the field that was meant", () => {
  const error = onlyError(
    siteText("a.example", "lattitude: 1\nlongitude: 2\n").replace("longitude: 2\n", ""),
  );
  expect(error).toMatchObject({ line: 7, column: 1 });
  expect(error.message).toContain("`lattitude`");
  expect(error.message).toContain("`latitude`");
});

test("a host that no header can hold is an error of the list", () => {
  const error = onlyError(
    siteText("a.example").replace(/^( +https?:) .*$/m, "$1 https://exämple.org/"),
  );
  expect(error.message).toContain("Write xn--exmple-cua.org.");
});

test.each([
  ["https://exämple.org/", "xn--exmple-cua.org"],
  ["https://ｆullwidth.example/", "fullwidth.example"],
  ["https://ex%61mple.org/", "example.org"],
  ["http://0x7f.1/", "127.0.0.1"],
  ["http://[2001:DB8:0:0::1]/", "[2001:db8::1]"],
])("a host is written as URLs carry it: %s is refused", (base, host) => {
  expect(baseUrlFault(base)).toContain(`Write ${host}.`);
});

test.each(["https://Example.org/", "https://example.org:443/", "https://example.org:8443/"])(
  "a host as URLs carry it: %s",
  (base) => expect(baseUrlFault(base)).toBeUndefined(),
);

test("a YAML mistake is an error with its place, not an exception", () => {
  const { errors } = checkTexts({ "a.example": "name: a.example\nbase: [1\nrepositories: {}\n" });
  expect(errors.length).toBeGreaterThan(0);
  expect(errors[0]?.line).toBeGreaterThanOrEqual(2);
  expect(errors[0]?.message).toMatch(/YAML/);
});

test("an id that dnf refuses is an error at its line, and a page's or script's section has another", () => {
  const channels = "setup:\n  channels:\n    baseos: a/\n    base]os: b/\n";
  const { errors } = checkTexts({}, { debian: `${repositoryTexts.debian}${channels}` });
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^`base\]os` .*dnf takes letters, digits and - _ \. :/),
  ]);
  expect(errors[0]?.line).toBe(repositoryTexts.debian.split("\n").length + 3);
  // dnf 4.14: `_REPOID_CHARS`.
  expect(repositoryId("base]os [x]/é-_.:9")).toBe("base_os__x___-_.:9");
});

test("an empty file and a list at the root are errors", () => {
  expect(checkTexts({ "a.example": "" }).errors).toHaveLength(1);
  expect(checkTexts({ "a.example": "- a\n" }).errors).toHaveLength(1);
});

describe("each mistake is one error at its place", () => {
  const base = (url: string) => siteText("a.example").replace("https://a.example/", url);
  const path = (text: string) => siteText("a.example").replace("path: debian/", `path: ${text}`);
  const cases: [what: string, text: string, place: [line: number, column: number], says: RegExp][] =
    [
      ["name and file differ", siteText("b.example"), [1, 7], /file is a\.example\.yaml/],
      ["base URL without slash", base("https://a.example/x"), [3, 10], /slash/],
      ["base URL with a query", base("https://a.example/?x=/"), [3, 10], /query/],
      ["base URL with credentials", base("https://me:secret@a.example/"), [3, 10], /credentials/],
      ["base URL with ..", base("https://a.example/x/../"), [3, 10], /`\.\.`/],
      ["base URL of another scheme", base("http://a.example/"), [3, 10], /https:\/\//],
      ["path with ..", path("../debian/"), [6, 11], /`\.\.`/],
      ["path with encoded ..", path("x/%2e%2E/"), [6, 11], /`\.\.`/],
      ["path with //", path("x//debian/"), [6, 11], /\/\//],
      ["path with a leading slash", path("/debian/"), [6, 11], /begins with a slash/],
      ["path without a slash", path("debian"), [6, 11], /slash/],
      ["path with a query", path('"de?bian/"'), [6, 11], /Percent-encode/],
      [
        "unknown repository",
        siteText("a.example").replace("debian:", "debain:"),
        [5, 3],
        /`debian`/,
      ],
      [
        "unknown architecture",
        siteText("a.example", "    architectures: [amd46]\n"),
        [7, 21],
        /`amd64`/,
      ],
      [
        "latitude out of range",
        siteText("a.example", "latitude: 91\nlongitude: 1\n"),
        [7, 11],
        /90/,
      ],
      ["one coordinate", siteText("a.example", "latitude: 9\n"), [7, 11], /both or neither/],
      ["no country", siteText("a.example", "country: UK\n"), [7, 10], /GB/],
      [
        "bad CIDR",
        siteText("a.example", "prefixes: [10.0.0.0/8, 10.0.0.0/33]\n"),
        [7, 24],
        /10\.0\.0\.0\/33/,
      ],
      ["bare address", siteText("a.example", "prefixes: [10.0.0.1]\n"), [7, 12], /CIDR/],
      ["empty scope list", siteText("a.example", "scope:\n  asns: []\n"), [8, 9], /1 item/],
      ["private for nobody", siteText("a.example", "private: true\n"), [7, 10], /serves nobody/],
      [
        "scope that excludes all",
        siteText("a.example", "families: [ipv4]\nscope: {prefixes: ['2001:db8::/32']}\n"),
        [8, 8],
        /excludes everyone/,
      ],
      [
        "scheme without a base",
        siteText("a.example", "    schemes: [http]\n"),
        [6, 5],
        /No client can reach/,
      ],
      [
        "state without why",
        siteText("a.example", "state: {is: drained, by: me}\n"),
        [7, 8],
        /`why`/,
      ],
      [
        "impossible date",
        siteText("a.example", "state: {is: drained, by: me, why: x, until: 2026-13-40}\n"),
        [7, 45],
        /no date/,
      ],
      [
        "excluding everything",
        siteText("a.example", '    exclude: [""]\n'),
        [7, 15],
        /excludes all/,
      ],
    ];
  test.each(cases)("%s", (_what, text, place, says) => {
    const error = onlyError(text);
    expect(error.message).toMatch(says);
    expect([error.line, error.column]).toEqual(place);
  });
});

test("rsync alone reaches no client", () => {
  const error = onlyError(siteText("a.example").replace("https: https://", "rsync: rsync://"));
  expect(error.message).toMatch(/No client can reach/);
});

test("two sites can't claim one URL, however it is written", () => {
  const other = siteText("b.example").replace("https://b.example/", "https://A.example:443/");
  const { errors } = checkTexts({ "a.example": siteText("a.example"), "b.example": other });
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ file: "b.example.yaml", line: 5, column: 3 });
  expect(errors[0]?.message).toContain("a.example");
});

test("a fault in a repository's file isn't repeated at each mirror that carries it", () => {
  const broken = { ...repositoryTexts, debian: repositoryTexts.debian.replace("apt", "atp") };
  const { errors } = checkTexts({ "a.example": siteText("a.example") }, broken);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ file: "debian.yaml", line: 2, column: 7 });
});

test("a key file that isn't there is an error", () => {
  const key = (file: string) => ({
    debian: `${repositoryTexts.debian}keys:\n  - file: ${file}\n    fingerprints: [${"A".repeat(40)}]\n`,
  });
  expect(checkTexts({}, key("a.gpg")).errors).toEqual([]);
  expect(checkTexts({}, key("b.gpg")).errors[0]).toMatchObject({ line: 7, column: 11 });
});

test.each([
  ["roots: [/dists/x]", 6, 9, /begins with a slash/],
  ["roots: [a/../b]", 6, 9, /`\.\.`/],
  ["roots: [dists/]", 6, 9, /is a file/],
  ["roots: [a//b]", 6, 9, /\/\//],
  ["roots: [a%2Fb]", 6, 9, /without escapes/],
  ["roots: [a b]", 6, 9, /RFC 3986/],
  ["roots: [a, a]", 6, 8, /duplicate/],
  ["roots: []", 6, 8, /1 item/],
  ["freshness: {laggingAfter: 2d, staleAfter: 2d}", 6, 27, /staleAfter/],
  ["freshness: {laggingAfter: 49h}", 6, 27, /2d when left out/],
  ["freshness: {laggingAfter: 90}", 6, 27, /45m, 12h, 2d/],
  ["freshness: {staleAfter: 1w}", 6, 25, /45m, 12h, 2d/],
  ["freshness: {staleAfter: 0d}", 6, 25, /45m, 12h, 2d/],
  ["freshness: {staleGenerations: 0}", 6, 31, /1/],
  ["freshness: {lagingAfter: 1h}", 6, 13, /`laggingAfter`/],
])("a repository's %s is refused at its place", (line, row, column, says) => {
  const { errors } = checkTexts({}, { debian: `${repositoryTexts.debian}${line}\n` });
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatchObject({ line: row, column });
  expect(errors[0]?.message).toMatch(says);
});

test("roots and limits that are as they should be", () => {
  const more =
    "roots: [dists/trixie/InRelease, a+b~c]\nfreshness: {laggingAfter: 47h, staleGenerations: 3}\n";
  expect(checkTexts({}, { debian: repositoryTexts.debian + more }).errors).toEqual([]);
});

test("a state that ran out is a warning", () => {
  const text = (until: string) =>
    siteText("a.example", `state: {is: drained, by: me, why: x, until: ${until}}\n`);
  expect(checkTexts({ "a.example": text("2026-11-22T11:59Z") }).warnings).toHaveLength(1);
  expect(checkTexts({ "a.example": text("2026-11-22T12:01Z") }).warnings).toHaveLength(0);
});

test.each([
  ["192.0.2.0/24", "ipv4", 24, false],
  ["192.0.2.1/24", "ipv4", 24, true],
  ["0.0.0.0/0", "ipv4", 0, false],
  ["2001:db8::/32", "ipv6", 32, false],
  ["2001:db8::1/64", "ipv6", 64, true],
  ["::ffff:192.0.2.0/120", "ipv6", 120, false],
  ["2620:006A:0000::/44", "ipv6", 44, false],
  ["2620:6a:1::/44", "ipv6", 44, true],
])("CIDR %s", (text, family, length, hostBits) => {
  expect(parseCidr(text)).toEqual({ family, length, hostBits });
});

test.each([
  "192.0.2.0",
  "192.0.2.0/33",
  "::/129",
  "1.2.3/8",
  "fe80::%eth0/64",
  "/8",
  "a/8",
  "1.2.3.4/-1",
])("%s is no CIDR", (text) => expect(parseCidr(text)).toBeUndefined());

describe("where no client of the repository can be sent", () => {
  const at = (base: string, more = "") =>
    checkTexts({
      m: `name: m\nbase:\n  http: ${base}\nrepositories:\n  debian:\n    path: debian/\n${more}`,
    }).errors.map(({ message }) => message);

  test.each([
    ["http://10.1.2.3/", /^`base\.http` is a private address/],
    ["http://192.168.7.7:8080/", /a private address/],
    ["http://100.64.1.1/", /a shared address/],
    ["http://127.0.0.1/", /a loopback address/],
    ["http://[::1]/", /a loopback address/],
    ["http://[fd12::1]/", /a unique local address/],
    ["http://169.254.169.254/", /a link-local address/],
    ["http://localhost/", /a name of the machine itself/],
    ["http://mirror.lan/", /a name of a local network/],
  ])("%s", (base, said) => {
    expect(at(base)).toEqual([expect.stringMatching(said)]);
    expect(at(base)[0]).toMatch(/Say `private: true` and whose it is/);
  });

  test("a private mirror may be there, and so may one of a repository whose origin is", () => {
    expect(at("http://10.1.2.3/", "private: true\nprefixes: [10.0.0.0/8]\n")).toEqual([]);
    const inside = {
      debian: repositoryTexts.debian.replace("http://ftp.debian.org", "http://10.0.0.1"),
    };
    const text =
      "name: m\nbase:\n  http: http://10.1.2.3/\nrepositories:\n  debian:\n    path: debian/\n";
    expect(checkTexts({ m: text }, inside).errors).toEqual([]);
  });
});

test("a file that is no UTF-8 is an error with its line", async () => {
  const dir = listFolder();
  const text = siteText("m.example", "sponsor:\n  name: Universit\u00e9\n");
  writeFileSync(join(dir, "mirrors", "m.example.yaml"), Buffer.from(text, "latin1"));
  const { errors } = await compileMirrorList(dir, now);
  expect(errors).toEqual([
    expect.objectContaining({
      line: 8,
      message: "This isn't UTF-8. Save the file in that encoding.",
    }),
  ]);
});

test("coordinates that fit the country only when swapped, or with another sign, are an error", () => {
  // Kilometres from the nearest town, as if Germany were one.
  const locate = (_country: string, latitude: number, longitude: number) =>
    Math.hypot(latitude - 52.5, longitude - 13.4) * 111;
  const checked = (latitude: number, longitude: number) => {
    const text = siteText(
      "m.example",
      `country: DE\nlatitude: ${latitude}\nlongitude: ${longitude}\n`,
    );
    const files = {
      repositories: [],
      mirrors: [parseSource("m.example.yaml", text)],
      keys: new Set<string>(),
    };
    const repositories = Object.entries(repositoryTexts).map(([name, one]) =>
      parseSource(`${name}.yaml`, one),
    );
    const { errors, warnings } = checkList({ ...files, repositories }, now, locate);
    return {
      errors: errors.map((one) => one.message),
      warnings: warnings.map((one) => one.message),
    };
  };
  expect(checked(52.5, 13.4)).toEqual({ errors: [], warnings: [] });
  expect(checked(13.4, 52.5).errors).toEqual([
    expect.stringMatching(
      /km from any town in DE\. Swapped \(latitude 52\.5, longitude 13\.4\) they fit/,
    ),
  ]);
  expect(checked(52.5, -13.4).errors).toEqual([
    expect.stringMatching(/As latitude 52\.5, longitude 13\.4 they fit/),
  ]);
  // Where nothing fits, the country may be wrong as well.
  expect(checked(10, 100)).toEqual({
    errors: [],
    warnings: [expect.stringMatching(/^The coordinates are \d+ km from any town in DE/)],
  });
});
