import { expect, test } from "vitest";
import type { RowResult } from "../../clients/row.ts";
import { page } from "../../clients/table.ts";

function result(version: string, plain = false): RowResult {
  return {
    row: "apt-update",
    promise: "apt-get update succeeds",
    client: "apt",
    version,
    result: "passed",
    why: "seen",
    ...(plain && { plain: { result: "failed", why: "no" } }),
  };
}

test("each part of the page is written without a change to the other", () => {
  const first = page("", "this machine", [result("2.6.2", true)]);
  expect(first).toContain(
    "| `apt-update` | apt 2.6.2 | apt-get update succeeds | passed | failed |",
  );
  const both = page(first, "Debian 13", [result("3.0.3")]);
  expect(both.startsWith(first)).toBe(true);
  expect(both).toContain("| `apt-update` | apt 3.0.3 | apt-get update succeeds | passed | - |");

  const later = page(both, "this machine", [result("2.6.3")]);
  expect(later).toContain("apt 2.6.3");
  expect(later).not.toContain("apt 2.6.2");
  expect(later.slice(later.indexOf("\n## Debian 13\n"))).toBe(both.slice(first.length));

  const last = page(later, "Debian 13", [result("3.0.4")]);
  expect(last).toContain("apt 2.6.3");
  expect(last).toContain("apt 3.0.4");
  expect(last).not.toContain("apt 3.0.3");
});

test("a written part that is written again with the same results stays as it is", () => {
  const both = page(page("", "this machine", [result("2")]), "Debian 13", [result("3")]);
  expect(page(both, "Debian 13", [result("3")])).toBe(both);
  expect(page(both, "this machine", [result("2")])).toBe(both);
});
