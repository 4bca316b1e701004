import { expect, test } from "vitest";
import { brokenContract } from "../../operate/contract.ts";
import { ask } from "./stand-in.ts";

const names = JSON.stringify({ names: ["mc", "nothing"] });

test.each([
  ["GET", "/api/v1/packages?q=mc", 200],
  ["GET", "/api/v1/packages?q=z&limit=1", 200],
  ["GET", "/api/v1/packages?q=mc&format=text", 200],
  ["GET", "/api/v1/packages?purl=pkg:deb/debian/mc", 200],
  ["GET", "/api/v1/packages?q=mc&x=1", 400],
  ["POST", "/api/v1/packages", 200],
  ["GET", "/api/v1/packages/mc", 200],
  ["GET", "/api/v1/packages/nothing", 404],
  ["GET", "/api/v1/packages/mc/versions", 200],
  ["GET", "/api/v1/packages/mc/files?limit=1", 200],
  ["GET", "/api/v1/files?path=bin/mc", 200],
  ["GET", "/api/v1/project/zlib", 200],
  ["GET", "/api/v1/projects/?search=zlib", 200],
  ["GET", "/api/v1/projects/zlib?search=zlib", 200],
])("%s %s is answered %i as the OpenAPI document says", async (method, path, expected) => {
  const { status, headers, text } = await ask(path, {
    method,
    ...(method === "POST" && { body: names }),
  });
  const type = headers.get("Content-Type") ?? "";
  expect(status).toBe(expected);
  if (type.startsWith("text/plain")) return;
  expect(
    brokenContract({ method, path }, { status, type, body: JSON.parse(text) }),
  ).toBeUndefined();
});

test("a wrong form would be found", () => {
  const answer = { status: 200, type: "application/json", body: { results: [{}] } };
  expect(brokenContract({ method: "GET", path: "/api/v1/packages?q=mc" }, answer)).toContain(
    "snapshots",
  );
});
