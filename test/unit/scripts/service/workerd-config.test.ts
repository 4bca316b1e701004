/** What the scripts of a service on one machine are given. */
import { expect, test } from "vitest";
import { workerdConfig } from "../../../../scripts/service/workerd-config.ts";

test("the bootstrap secret is the watchers' alone, and the edge alone asks their entrypoint", () => {
  const config = workerdConfig({
    address: "127.0.0.1:0",
    isHttps: false,
    control: "control.sock",
    network: "public",
    authorities: [],
    vars: { PROBING: "off", BOOTSTRAP_SECRET: "a-secret-of-a-test" },
    folders: { objects: "/o", embedded: "/e", blobs: "/b" },
  });
  const worker = (name: string) =>
    config.split(/^const (?=\w+ :)/m).find((part) => part.startsWith(`${name} :Workerd.Worker`));
  for (const name of ["edge", "watching"]) expect(worker(name)).toContain('"PROBING"');
  expect(worker("watching")).toContain("a-secret-of-a-test");
  expect(config.split("a-secret-of-a-test")).toHaveLength(2);
  // What answers about packages is the watchers': only the edge asks it.
  const designated = 'service = (name = "nearmirror-watchers", entrypoint = "Packages")';
  expect(worker("edge")).toContain(`(name = "PACKAGES", ${designated})`);
  expect(worker("watching")).not.toContain('"PACKAGES"');
});
