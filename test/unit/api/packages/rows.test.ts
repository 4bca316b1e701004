import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageApiRows } from "../../../../worker/api/packages/answer-packages.ts";

/** The edge's table as text: what it imports needs the platform's types. */
const table = readFileSync(
  join(import.meta.dirname, "../../../../worker/routes/package-routes.ts"),
  "utf8",
);
const forwarded = [...table.matchAll(/path: "([^"]+)",\n\s+method: "(\w+)"/g)].map(
  ([, path = "", method = ""]) => `${method} ${path.replace(/\/$/, "")}`,
);

test("whatever is answered to programs is forwarded, and only pages besides", () => {
  const pages = [
    "/packages",
    "/packages/{repository}",
    "/packages/{repository}/{name}",
    "/packages/{repository}/{name}/feed.xml",
  ];
  const answered = packageApiRows.map(({ method, path }) => `${method} ${path}`);
  expect(forwarded.toSorted()).toEqual(
    [...answered, ...pages.map((path) => `GET ${path}`)].toSorted(),
  );
});

test("pages of other sites may ask whatever is answered to programs", () => {
  const open = [
    ...table.matchAll(/path: "([^"]+)",\n\s+method: "(\w+)",\n\s+isForAnyPage: true/g),
  ].map(([, path = "", method = ""]) => `${method} ${path.replace(/\/$/, "")}`);
  // The form of packages.debian.org leads to a page for people.
  const answered = packageApiRows.filter(({ path }) => path !== "/search");
  expect(open.toSorted()).toEqual(
    answered.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});
