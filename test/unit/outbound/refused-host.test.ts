/** Which hosts are ours where the operator wants the service's own names alone. */
import { expect, test } from "vitest";
import { refusedHost } from "../../../worker/outbound/refused-host.ts";
import { checkVariables } from "../../../worker/settings/check.ts";
import { readRefusedHost } from "../../../worker/settings/settings.ts";

const judge = refusedHost({
  publicUrl: "https://mirror.example.org/",
  hosts: ["10.0.0.5:8080", "[::1]:8080", "mirror.lan"],
  labelled: "near.example",
});

test.each([
  "http://mirror.example.org/debian/",
  "https://mirror.example.org:8443/",
  "http://MIRROR.example.org./",
  "http://10.0.0.5:8080/x",
  "http://10.0.0.5/",
  "http://[::1]:9/",
  "http://mirror.lan/",
  "http://near.example/",
  "http://nordic.near.example/",
])("ours: %s", (url) => {
  expect(judge(url)).toBeUndefined();
});

test.each([
  "http://evil.example/",
  "http://mirror.example.org.evil.example/",
  "http://evilmirror.example.org/",
  "http://notnear.example/",
  "http://10.0.0.50/",
  "http://a:99999/",
  "http:///",
])("not ours: %s", (url) => {
  expect(judge(url)).toBe(
    "This service isn't called that. Ask for https://mirror.example.org/; its operator adds other names to OWN_HOSTS.",
  );
});

test("the setting: serve holds without it, refuse takes the names of PUBLIC_URL and OWN_HOSTS", () => {
  expect(readRefusedHost({ PUBLIC_URL: "https://mirror.example.org/" })).toBeUndefined();
  const env = { UNKNOWN_HOSTS: "refuse", OWN_HOSTS: "mirror.lan:8080" };
  const refuses = readRefusedHost(env);
  expect(refuses?.("http://mirror.lan/")).toBeUndefined();
  expect(refuses?.("http://evil.example/")).toContain("Ask for mirror.lan;");
  expect(checkVariables(env)).toEqual([]);
  expect(checkVariables({ UNKNOWN_HOSTS: "perhaps" })).toEqual([
    'UNKNOWN_HOSTS is "perhaps"; it must be "serve" or "refuse".',
  ]);
});

test("refusing all names is a slip, and told as one", () => {
  expect(() => readRefusedHost({ UNKNOWN_HOSTS: "refuse" })).toThrow(
    "PUBLIC_URL or OWN_HOSTS must say it",
  );
});
