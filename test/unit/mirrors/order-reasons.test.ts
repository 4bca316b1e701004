/** Where a list isn't in the order of its estimates it says why. */
import { expect, it } from "vitest";
import { jsonList } from "../../../worker/delivery/lists/file-lists.ts";
import { sourcesOf } from "../../../worker/delivery/lists/places.ts";
import type { State } from "../../../worker/directory/resource.ts";
import type { MirrorCandidate } from "../../../worker/mirrors/mirror-offer.ts";
import { orderReasons } from "../../../worker/mirrors/order-reasons.ts";
import { fileMirrorsPage } from "../../../worker/pages/file-mirrors/file-mirrors-page.ts";
import { visitOf } from "../../../worker/pages/frame/visit.ts";
import { clientOf, open, plainDemand, plainMirror } from "../directory/rosters.ts";

const client = clientOf("81.2.3.4", { country: "DE", asn: 64500 });

/** A mirror at that estimate, as the ranking gives it. */
function candidate(
  name: string,
  costMs: number,
  {
    state = "up",
    country = "US",
    nearness = "none",
  }: { state?: State; country?: string; nearness?: MirrorCandidate["nearness"] } = {},
): MirrorCandidate {
  const roster = open([plainMirror(name, { state, country })]);
  const [mirror] = roster.mirrors;
  const judged = mirror && roster.judge(mirror, plainDemand, client);
  if (typeof judged !== "object") throw new Error(`${name}: ${judged}`);
  return { ...judged, costMs, nearness };
}

const far = candidate("m1", 194, { country: "AU" });
const near = candidate("m2", 111);

it("an estimate that is lower behind needs a reason, and no other does", () => {
  expect(orderReasons([near, far], client)).toEqual([undefined, undefined]);
  expect(orderReasons([far, near], client)).toEqual([
    "it is known to have the file and to answer now",
    undefined,
  ]);
  const equal = [candidate("m3", 116), candidate("m4", 111), far];
  expect(orderReasons(equal, client)).toEqual([
    "about as near as the nearest: your network and the mirrors' capacities decide between these",
    undefined,
    undefined,
  ]);
  const atHome = [candidate("m5", 28, { country: "DE" }), candidate("m6", 10, { country: "DE" })];
  expect(orderReasons(atHome, client)[0]).toMatch(/^in your country: /);
});

it("tells what an estimate is made of, and who comes last", () => {
  const ordered = [
    candidate("m1", 50, { nearness: "asn" }),
    candidate("m2", 150, { state: "degraded" }),
    near,
    candidate("m3", 1_000_010, { state: "drained" }),
  ];
  expect(orderReasons(ordered, client, { avoids: (offer) => offer === near.offer })).toEqual([
    "it is in your network",
    expect.stringMatching(/^degraded, which raises its estimate; it is known to have the file/),
    "it failed you lately, so others come first",
    "drained by its operator, so others come first",
  ]);
});

it("the page and the JSON say it beside the mirror", () => {
  const why = orderReasons([far, near], client);
  const sources = sourcesOf([far, near], "pool/a.deb", { reasons: { why } });
  const visit = visitOf({ path: "/debian/a.deb.mirrorlist", query: "", headers: new Headers() });
  if (typeof visit === "string") throw new Error(visit);
  const file = { path: "pool/a.deb", name: "a.deb" };
  const page = fileMirrorsPage(visit, { file, sources, own: "/a.deb", origin: "", client });
  expect(page.main.text).toMatch(/m1.*it is known to have the file and to answer now.*194 ms/);
  expect(page.main.text).toMatch(/m2<\/a><\/td>.*111 ms/);
  expect(JSON.parse(jsonList(sources)).map((one: { why?: string }) => one.why)).toEqual(why);
});
