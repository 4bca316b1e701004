import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compileMirrorList } from "../../../../scripts/mirrors/compile.ts";
import { listFolder, now, siteText } from "./list.ts";

async function mirrorOf(text: string, name = "a.example", at = now) {
  const { views, errors } = await compileMirrorList(listFolder({ [name]: text }), at);
  expect(errors).toEqual([]);
  return views?.roster.mirrors[0];
}

test("a minimal site gets the defaults, and nothing it doesn't say", async () => {
  expect(await mirrorOf(siteText("a.example"))).toEqual({
    name: "a.example",
    capacity: 1000,
    state: "unknown",
    carries: { debian: { https: "https://a.example/debian/" } },
  });
});

test("a full site", async () => {
  const text = `name: a.example
note: not published
sponsor: {name: Somebody}
country: SE
city: Umeå
latitude: 63.82842
longitude: -20.26
approximate: true
asn: 64500
prefixes: [192.0.2.0/24]
capacity: 20000
base: {https: "https://a.example/pub/", http: "http://a.example/", rsync: "rsync://a.example/"}
families: [ipv6]
scope: {countries: [SE]}
private: true
state: {is: drained, by: me, why: x}
repositories:
  debian: {path: debian/, http: pub/debian/, architectures: [amd64], exclude: [dists/sid/]}
  ubuntu: {path: ubuntu/, schemes: [http], state: {is: disabled, by: me, why: x}}
  almalinux: {path: "", assumed: [https]}
`;
  expect(await mirrorOf(text)).toEqual({
    name: "a.example",
    country: "SE",
    latitude: 63.83,
    longitude: -20.26,
    approximate: true,
    asn: 64500,
    prefixes: ["192.0.2.0/24"],
    capacity: 20000,
    families: ["ipv6"],
    scope: { countries: ["SE"] },
    private: true,
    word: { is: "drained", by: "me", why: "x" },
    state: "drained",
    carries: {
      debian: {
        https: "https://a.example/pub/debian/",
        http: "http://a.example/pub/debian/",
        architectures: ["amd64"],
        exclude: ["dists/sid/"],
      },
      ubuntu: {
        http: "http://a.example/ubuntu/",
        word: { is: "disabled", by: "me", why: "x" },
        state: "disabled",
      },
      almalinux: { https: "https://a.example/pub/", http: "http://a.example/" },
    },
  });
});

test("a state holds until its moment and not after", async () => {
  const until = "2026-12-01T06:00Z";
  const text = siteText("a.example", `state: {is: disabled, by: me, why: x, until: ${until}}\n`);
  expect((await mirrorOf(text, "a.example", Date.parse(until) - 1))?.state).toBe("disabled");
  expect((await mirrorOf(text, "a.example", Date.parse(until)))?.state).toBe("unknown");
});

test("a base URL that is an address tells the family", async () => {
  const at = (host: string) =>
    siteText("a.example").replace("https://a.example/", `https://${host}/`);
  expect((await mirrorOf(at("9.9.9.9:8443")))?.families).toEqual(["ipv4"]);
  expect((await mirrorOf(at("[2620:fe::9]")))?.families).toEqual(["ipv6"]);
});

test("one error anywhere, and there are no views", async () => {
  const dir = listFolder({
    "a.example": siteText("a.example"),
    "b.example": siteText("b.example").replace("debian/", "../x/"),
  });
  const { views, errors } = await compileMirrorList(dir, now);
  expect(views).toBeUndefined();
  expect(errors).toHaveLength(1);
});

test("both views carry the version, and repositories are complete", async () => {
  const { views } = await compileMirrorList(listFolder(), now);
  expect([views?.roster.version, views?.catalogue.version]).toEqual([now, now]);
  expect(views?.catalogue.repositories.find(({ name }) => name === "ubuntu")).toEqual({
    name: "ubuntu",
    kind: "apt",
    title: "Ubuntu",
    origin: "http://archive.ubuntu.com/ubuntu/",
    architectures: [],
    keys: [],
    setup: {},
  });
});

test("roots as they are, freshness limits in seconds; neither where neither is said", async () => {
  const dir = listFolder();
  const file = join(dir, "repositories", "debian.yaml");
  const more =
    "roots: [dists/trixie/InRelease]\nfreshness: {laggingAfter: 45m, staleAfter: 2d, staleGenerations: 4}\n";
  writeFileSync(file, readFileSync(file, "utf8") + more);
  const { views, errors } = await compileMirrorList(dir, now);
  expect(errors).toEqual([]);
  const [debian, ubuntu] = ["debian", "ubuntu"].map((wanted) =>
    views?.catalogue.repositories.find(({ name }) => name === wanted),
  );
  expect(debian?.roots).toEqual(["dists/trixie/InRelease"]);
  expect(debian?.freshness).toEqual({
    laggingAfter: 45 * 60,
    staleAfter: 2 * 24 * 60 * 60,
    staleGenerations: 4,
  });
  expect(ubuntu).not.toHaveProperty("roots");
  expect(ubuntu).not.toHaveProperty("freshness");
});

test("an operator's word goes along with who, why and until, and no longer than that", async () => {
  const until = "2026-12-01T06:00Z";
  const text = siteText("a.example", `    state: {is: drained, by: me, why: x, until: ${until}}\n`);
  const before = await mirrorOf(text, "a.example", Date.parse(until) - 1);
  expect(before?.carries.debian?.word).toEqual({ is: "drained", by: "me", why: "x", until });
  expect(before?.state).toBe("unknown");
  const after = await mirrorOf(text, "a.example", Date.parse(until));
  expect(after?.carries.debian).toEqual({ https: "https://a.example/debian/" });
});

test("a folder that isn't there is an exception: nobody can decide about that", async () => {
  await expect(compileMirrorList("/nonexistent/mirror-list", now)).rejects.toThrow(
    "/nonexistent/mirror-list/repositories isn't there",
  );
});
