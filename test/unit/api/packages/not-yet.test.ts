/** What isn't known yet isn't told as if it weren't there. */
import { expect, test } from "vitest";
import { ask, standIn } from "./stand-in.ts";

test.each([
  "/api/v1/files?path=usr/bin/nothing&format=text",
  "/api/v1/packages/mc-data/files",
  "/api/v1/packages/mc-data/files?format=text",
  "/api/v1/packages?q=/usr/bin/nothing&format=text",
  "/api/v1/packages?q=nothing&in=file&format=text",
  "/packages/extra/x86_64/minizip/files/json/",
  "/mdapi/f44/files/zlib-ng",
])("%s is asked again while files are being read", async (path) => {
  const { status, headers, json } = await ask(path, { mood: { areFilesComing: true } });
  expect(status).toBe(503);
  expect(headers.get("Retry-After")).toBe("60");
  expect(json()).toMatchObject({ detail: expect.stringContaining("are still being read") });
  expect((await ask(path)).status).not.toBe(503);
});

test("files that were found are told, whatever else is being read", async () => {
  const mood = { areFilesComing: true };
  const found = await ask("/api/v1/files?path=bin/mc&format=text", { mood });
  expect([found.status, found.text]).toEqual([200, "mc: /usr/bin/mc\n"]);
  expect((await ask("/api/v1/packages?q=nothing&format=text", { mood })).status).toBe(200);
});

test("no name is missing where no suite has answered", async () => {
  const body = JSON.stringify({ names: ["mc"] });
  const mood = { isComing: true };
  const { status, headers } = await ask("/api/v1/packages", { method: "POST", body, mood });
  expect([status, headers.get("Retry-After")]).toEqual([503, "60"]);
});

test.each([
  "/api/v1/packages/mc?at=20201123T0255Z",
  "/api/v1/packages/mc/versions?at=20201123T0255Z",
  "/api/v1/packages/mc/files?at=20201123T0255Z",
  "/api/v1/packages?q=mc&format=text&at=20201123T0255Z",
  "/api/v1/files?path=mc&format=text&at=20201123T0255Z",
])("%s isn't asked again: no snapshot of then is kept, and none will be", async (path) => {
  const { status, headers, json } = await ask(path, { mood: { isForgotten: true } });
  expect(status).toBe(404);
  expect(headers.get("Retry-After")).toBe(null);
  expect(json()).toMatchObject({
    detail: expect.stringContaining("debian (No snapshot of it that is kept is of then.)"),
  });
});

test.each([
  [{ isAtLeast: true as const }, false],
  [{ isAtLeast: true as const, next: "2" }, true],
  [{ isAtLeast: true as const, refused: "There are more, and no page of them." }, true],
])("an answer with %j is truncated: %s", async (more, isTruncated) => {
  const { service } = standIn();
  const told = {
    search: async (...of: Parameters<typeof service.search>) => ({
      ...(await service.search(...of)),
      ...more,
    }),
    files: async (...of: Parameters<typeof service.files>) => ({
      ...(await service.files(...of)),
      ...more,
    }),
  };
  for (const path of ["/api/v1/packages?q=mc", "/api/v1/files?path=bin/mc"]) {
    const { json } = await ask(path, { service: { ...service, ...told } });
    expect(json()).toMatchObject({ atLeast: true, truncated: isTruncated });
  }
});
