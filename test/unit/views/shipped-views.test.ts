/** What the edge's script is shipped with says what the list says. */
import { expect, it } from "vitest";
import type { Views } from "../../../worker/mirrors/compiled-list.ts";
import { shippedText } from "../../../worker/views/shipped-views.ts";
import { CurrentViews } from "../../../worker/views/views.ts";
import { plainMirror } from "../directory/rosters.ts";
import { listOf } from "../health/fleet-parts.ts";

const disabled = { is: "disabled", by: "ann", why: "gone" } as const;

function views(...mirrors: Parameters<typeof listOf>[1]): Views {
  return { ...listOf(100, mirrors), keys: { "debian.gpg": "a2V5cw==" } };
}

it("is what the list says, without keys, which only the watchers read", () => {
  const of = views(
    plainMirror("b", { country: "DE", latitude: 50.1, longitude: 8.7, asn: 64_500 }),
    plainMirror("a", { word: disabled, state: "disabled" }),
  );
  const text = shippedText(of);
  expect(text).not.toContain("a2V5cw==");
  const [packed, plain] = [text, JSON.stringify(of)].map((one) => new CurrentViews(one).open);
  expect(packed?.roster.version).toBe(100);
  expect(packed?.list).toBe(plain?.list);
  expect(packed?.catalogueVersion).toBe(plain?.catalogueVersion);
  expect(packed?.repositories).toEqual(plain?.repositories);
  const mirrors = packed?.roster.mirrors.map(({ resource }) => resource);
  // Who said so, and why, is told by Fleet.
  expect(mirrors).toEqual(
    plain?.roster.mirrors.map(({ resource: { word: _, ...mirror } }) => mirror),
  );
});

it("an override that ends is ended by an edge that has no Fleet", async () => {
  const until = "2026-12-01T06:00:00Z";
  const word = { is: "drained", by: "ann", why: "disk", until } as const;
  const current = new CurrentViews(
    shippedText(views(plainMirror("a", { word, state: "drained" }))),
  );
  const state = () => current.open.roster.mirrors[0]?.resource.state;
  const end = Date.parse(until);
  await current.refresh(async () => null, end - 1);
  expect(state()).toBe("drained");
  await current.refresh(async () => null, end);
  expect(state()).toBe("unknown");
});

it("newer views take its place, as the store and Fleet have them", async () => {
  const current = new CurrentViews(shippedText(views(plainMirror("a"))));
  const newer = JSON.stringify(listOf(200, [plainMirror("a"), plainMirror("b")]));
  await current.refresh(async () => newer, 1);
  expect(current.open.roster.version).toBe(200);
  expect(current.open.roster.mirrors.map(({ resource }) => resource.name)).toEqual(["a", "b"]);
});
