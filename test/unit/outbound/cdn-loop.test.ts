/** `CDN-Loop` (RFC 8586): what is told, what is heeded, and who we say we are. */
import { describe, expect, it } from "vitest";
import { comingThrough, maxLoopMembers, refuseLoop } from "../../../worker/outbound/cdn-loop.ts";
import { readOwn } from "../../../worker/settings/settings.ts";

describe("a request that comes in", () => {
  const asked = (header: string | undefined) =>
    refuseLoop(
      new Request("http://near.example/", {
        headers: header === undefined ? {} : { "CDN-Loop": header },
      }),
      "near.example:8443",
    );

  it.each([
    undefined,
    "",
    "cloudflare; loops=1",
    "near.example",
    "other.near.example:8443",
    'foo123.foocdn.example, barcdn.example; trace="abcdef"',
    // Our name in a parameter's quoted text isn't a member.
    'cdn.example; note="a, near.example:8443, b"',
    'cdn.example; note="\\", near.example:8443, "',
  ])("with CDN-Loop %j is answered", (header) => {
    expect(asked(header)).toBeUndefined();
  });

  it.each([
    "near.example:8443",
    "Near.Example:8443",
    "near.example:8443; loops=1",
    'cdn.example; trace="a,b", near.example:8443 ; x=y, other',
    "cloudflare,near.example:8443",
  ])("with CDN-Loop %j has been here before: 508 with a sentence", async (header) => {
    const response = asked(header);
    expect(response?.status).toBe(508);
    expect(response?.headers.get("Content-Type")).toBe("text/plain; charset=utf-8");
    expect(response?.headers.get("Cache-Control")).toBe("no-store");
    expect(await response?.text()).toContain("near.example:8443");
  });

  it("has come through ten others at most", () => {
    const others = (count: number) => Array.from({ length: count }, (_, at) => `n${at}.example`);
    expect(asked(others(maxLoopMembers).join(", "))).toBeUndefined();
    expect(asked(others(maxLoopMembers + 1).join(", "))?.status).toBe(508);
    expect(asked(`cdn.example; x="${"a".repeat(10_000)}"`)?.status).toBe(508);
  });
});

describe("a request that goes out", () => {
  async function sent(headers: HeadersInit, members: (string | null)[]): Promise<string | null> {
    let seen: RequestInit = {};
    const fetching = members.reduceRight(comingThrough, async (_: string, init: RequestInit) => {
      seen = init;
      return new Response();
    });
    await fetching("http://origin.example/", { method: "HEAD", headers });
    expect(seen.method).toBe("HEAD");
    return new Headers(seen.headers).get("CDN-Loop");
  }

  it("tells us behind those it came through", async () => {
    expect(await sent({}, ["near.example"])).toBe("near.example");
    expect(await sent({}, [null, "near.example"])).toBe("near.example");
    expect(await sent({}, ["a.example; x=1", "near.example"])).toBe("a.example; x=1, near.example");
    expect(await sent(new Headers({ Range: "bytes=0-0" }), [null])).toBeNull();
  });

  it("leaves the caller's headers as they are, so that each hop tells us once", async () => {
    const headers = new Headers({ Range: "bytes=0-0" });
    expect(await sent(headers, ["near.example"])).toBe("near.example");
    expect(await sent(headers, ["near.example"])).toBe("near.example");
    expect([...headers.keys()]).toEqual(["range"]);
  });
});

describe("who we are", () => {
  const FLEET = { idFromName: (name: string) => ({ toString: () => `${name}0123456789abcdef` }) };
  it.each([
    [{}, { id: "nearmirror", hosts: [] }],
    [{ FLEET }, { id: "nearmirror-cdn-loop01234567", hosts: [] }],
    [
      { FLEET, INSTANCE_ID: "Lab-1" },
      { id: "lab-1", hosts: [] },
    ],
    [
      { FLEET, INSTANCE_ID: "x", PUBLIC_URL: "https://Near.example./sub/" },
      { id: "near.example", hosts: ["near.example"] },
    ],
    [
      { PUBLIC_URL: "http://near.example:8080", OWN_HOSTS: "127.0.0.1:8080, [::1]:8080 ,host:80" },
      {
        id: "near.example:8080",
        hosts: ["near.example:8080", "127.0.0.1:8080", "[::1]:8080", "host"],
      },
    ],
  ])("by %j", (env, own) => {
    expect(readOwn(env)).toEqual(own);
  });

  it.each([
    [{ INSTANCE_ID: "a b" }, "INSTANCE_ID"],
    [{ INSTANCE_ID: "a,b" }, "INSTANCE_ID"],
    [{ PUBLIC_URL: "near.example" }, "PUBLIC_URL"],
    [{ OWN_HOSTS: "near.example:port" }, "OWN_HOSTS"],
  ])("%j is refused by its name", (env, name) => {
    expect(() => readOwn(env)).toThrow(name);
  });
});
