/** Which network a list needs, and by which hosts a service is known. */
import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { networkOf } from "../../../../scripts/service/network.ts";
import { ownHosts } from "../../../../scripts/service/own-hosts.ts";
import type { Views } from "../../../../worker/mirrors/compiled-list.ts";
import { smallViews } from "./small-views.ts";

function withMirror(url: string): Views {
  const { roster, catalogue } = smallViews("https://origin.example/");
  const [first] = roster.mirrors;
  if (first === undefined) throw new Error("no mirror");
  const carries = { ...first.carries, files: { https: url } };
  return { roster: { ...roster, mirrors: [{ ...first, carries }] }, catalogue };
}

test.each([
  ["public", smallViews("https://origin.example/")],
  ["any", smallViews("http://127.0.0.1:3000/")],
  ["any", smallViews("http://origin.corp.internal/")],
  ["public", withMirror("https://mirror.example/files/")],
  ["any", withMirror("https://10.1.2.3/files/")],
  ["any", withMirror("https://[fd12::1]/files/")],
] as const)("a list needs the network: %s", (network, views) => {
  expect(networkOf(views)).toBe(network);
});

test("a service is known by all hosts at which it listens", () => {
  const hosts = ["127.0.0.1", "localhost", "[::1]"];
  expect(ownHosts("127.0.0.1", 0).toSorted()).toEqual(hosts.toSorted());
  const loopback = ["127.0.0.1:8080", "localhost:8080", "[::1]:8080"];
  expect(ownHosts("127.0.0.1", 8080).toSorted()).toEqual(loopback.toSorted());
  expect(ownHosts("192.0.2.7", 8080)).toContain("192.0.2.7:8080");
  const all = ownHosts("0.0.0.0", 8080);
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  for (const { address, family } of addresses) {
    expect(all).toContain(family === "IPv6" ? `[${address}]:8080` : `${address}:8080`);
  }
  expect(all).toEqual(expect.arrayContaining(loopback));
});
