/** What isn't known yet isn't told as if it weren't there. */
import { expect, test } from "vitest";
import { ask, standIn } from "./stand-in.ts";

test.each([
  "/api/v1/files?path=usr/bin/nothing",
  "/api/v1/files?path=usr/bin/nothing&format=text",
  "/api/v1/packages/mc-data/files",
  "/api/v1/packages/mc-data/files?format=text",
  "/api/v1/packages?q=/usr/bin/nothing",
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

test("an answer that some suites gave is one, with who didn't give any", async () => {
  const { service } = standIn();
  const unanswered = [{ repository: "fedora", suite: "44", why: "It is being read." }];
  const partly = {
    search: async (...of: Parameters<typeof service.search>) => ({
      ...(await service.search(...of)),
      unanswered,
    }),
    files: async (...of: Parameters<typeof service.files>) => {
      const answer = await service.files(...of);
      // One suite's files are had.
      const [first, ...others] = answer.states;
      const reading = others.map((one) => ({ ...one, areFilesComing: true as const }));
      return { ...answer, states: first === undefined ? [] : [first, ...reading], unanswered };
    },
  };
  for (const path of ["packages?q=nothing", "packages?q=nothing&in=file", "files?path=nothing"]) {
    const answer = await ask(`/api/v1/${path}`, { service: { ...service, ...partly } });
    expect([path, answer.status]).toEqual([path, 200]);
    expect(answer.json()).toMatchObject({ total: 0, unanswered });
  }
});

test.each([
  ["/packages/search/json/?q=zlib", "Arch's (pacman)", ["apt", "rpm"]],
  ["/packages/core/x86_64/zlib/json/", "Arch's (pacman)", ["apt"]],
  ["/packages/core/x86_64/zlib/files/json/", "Arch's (pacman)", ["apt"]],
  ["/packages/core/x86_64/zlib/download/", "Arch's (pacman)", ["apt"]],
  ["/mdapi/branches", "Fedora's (rpm)", ["apt"]],
  ["/mdapi/f44/pkg/zlib-ng", "Fedora's (rpm)", ["apt"]],
  ["/mdapi/f44/provides/zlib", "Fedora's (rpm)", ["apt"]],
  ["/madison?package=mc", "Debian's (apt)", ["rpm", "pacman"]],
] as const)(
  "%s says which kinds there are where there are none of its own",
  async (path, whose, kinds) => {
    const { status, json } = await ask(path, { mood: { kinds } });
    expect(status).toBe(404);
    expect(json()).toMatchObject({
      detail: expect.stringContaining(`This address tells ${whose} packages`),
    });
    expect(json()).toMatchObject({
      detail: expect.stringContaining(`Packages here are of the kind ${kinds.join(", ")}:`),
    });
    expect((await ask(path)).status).not.toBe(404);
  },
);

test("a release isn't unknown while its suites are being read", async () => {
  const { service } = standIn();
  const suite = "releases/45/Everything/x86_64/os";
  const unanswered = [{ repository: "fedora", suite, why: "It is being read." }];
  const named: typeof service.named = async (...of) => ({
    ...(await service.named(...of)),
    unanswered,
  });
  const status = async (branch: string) =>
    (await ask(`/mdapi/${branch}/pkg/zlib`, { service: { ...service, named } })).status;
  expect([await status("f45"), await status("f46")]).toEqual([503, 404]);
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
  "/api/v1/packages?q=mc&at=20201123T0255Z",
  "/api/v1/packages?q=mc&format=text&at=20201123T0255Z",
  "/api/v1/files?path=mc&at=20201123T0255Z",
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
