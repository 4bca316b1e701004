/** A kind that is added to the one table is served at every URL of a repository. */
import { afterAll, expect, test } from "vitest";
import type { Repository } from "../../worker/repositories/catalogue.ts";
import { openRepositories } from "../../worker/views/views.ts";
import { addParcel, duplicates, removeParcel } from "../unit/formats/parcel.ts";
import { hostsIn, listEdge, listViews, sentTo } from "./list-services.ts";
import { frankfurt, mirror, origin } from "./views.ts";

const kind = addParcel();
afterAll(removeParcel);

const boxes: Repository = {
  name: "box",
  kind,
  title: "Boxes",
  origin: `${origin}box/`,
  architectures: ["amd64"],
  keys: [],
  verify: "none",
  roots: ["PARCELS"],
  setup: {},
};
const mirrors = Array.from({ length: 12 }, (_, at) =>
  mirror(`m${at}.example`, frankfurt, {
    carries: { box: { http: `http://m${at}.example/box/` } },
  }),
);
const views = { ...listViews(mirrors), ...openRepositories([boxes]) };
const edgeOf = () => listEdge({ mirrors, more: { views } });

test("payload is redirected, with its own number of duplicates and the link to its metalink", async () => {
  const response = await edgeOf().get("box/sealed/a-amd64.parcel");
  expect([response.status, sentTo(response)]).toEqual([
    302,
    expect.stringMatching(/^m\d+\.example$/),
  ]);
  const link = response.headers.get("Link") ?? "";
  expect(link.match(/rel=duplicate/g)).toHaveLength(1 + duplicates);
  expect(link).toContain("</box/sealed/a-amd64.parcel.meta4>; rel=describedby");
});

test("what is no payload by its rules comes from the origin", async () => {
  const edge = edgeOf();
  await edge.get("box/a.deb");
  expect(edge.asked.map(({ url }) => url)).toEqual([`${origin}box/a.deb`]);
});

test("it has its list of places, and is named where there is no such list", async () => {
  const edge = edgeOf();
  const list = await edge.get("mirrorlist/parcel/box");
  expect(list.status).toBe(200);
  const hosts = hostsIn(await list.text());
  expect([hosts[0], hosts.length]).toEqual(["near", 13]);
  const none = await edge.get("mirrorlist/apk/box");
  expect(await none.text()).toContain("/mirrorlist/parcel/");
});

test("its channels have a mirrorlist", async () => {
  const list = await edgeOf().get("mirrorlist?repo=box&arch=amd64");
  expect([list.status, await list.text()]).toEqual([200, expect.stringContaining("/box/")]);
});

test("the page has its lines, and /setup/ its script", async () => {
  const edge = edgeOf();
  const page = await (await edge.get("repositories/box")).text();
  expect(page).toContain("parcel box http://near.example/box/");
  expect(page).toContain("http://near.example/mirrorlist/parcel/box");
  const script = await (await edge.get("setup/box/bytes")).text();
  expect(script).toContain("parcels='http://near.example/box'");
});
