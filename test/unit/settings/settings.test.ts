import { describe, expect, it } from "vitest";
import { placeAt, placeOfCountry, unknownPlace } from "../../../worker/geo/client.ts";
import { readOpenId, readSettings, type Variables } from "../../../worker/settings/settings.ts";

describe("the variables", () => {
  it("may all be absent", () => {
    expect(readSettings({})).toEqual({
      platformPlace: true,
      forwardedHeader: "X-Forwarded-For",
      trustedProxies: [],
      ownPlace: unknownPlace,
      livenessMs: 5000,
      viewsRefreshMs: 10_000,
      rosterAgeSeconds: 2,
    });
  });

  it("are read", () => {
    const settings = readSettings({
      CLIENT_PLACE: "database",
      PEER_ADDRESS_HEADER: "",
      TRUSTED_PROXIES: " 192.0.2.0/24 ,2001:db8::/32, ",
      OWN_PLACE: " DE  50.1 8.7 ",
      VIEWS_REFRESH_SECONDS: "0.5",
      SIGHT_SECONDS: "0",
    });
    expect(settings).toMatchObject({
      platformPlace: false,
      forwardedHeader: "X-Forwarded-For",
      trustedProxies: [
        { family: "ipv4", length: 24 },
        { family: "ipv6", length: 32 },
      ],
      ownPlace: placeAt("DE", 50.1, 8.7),
      viewsRefreshMs: 500,
      livenessMs: 0,
    });
    const behind = { CLIENT_PLACE: "database", TRUSTED_PROXIES: "10.0.0.0/8" };
    const header = (name: string) => readSettings({ ...behind, PEER_ADDRESS_HEADER: name });
    expect(header("X-Real-IP").forwardedHeader).toBe("X-Real-IP");
    expect(header("CF-Connecting-IP").forwardedHeader).toBe("CF-Connecting-IP");
    expect(readSettings({ TRUSTED_PROXIES: " any " }).trustedProxies).toBe("any");
    expect(readSettings({ OWN_PLACE: "ZA" }).ownPlace).toEqual(placeOfCountry("ZA"));
  });

  it("on the platform, its own header is no proxy's", () => {
    const { forwardedHeader } = readSettings({ PEER_ADDRESS_HEADER: "cf-connecting-ip" });
    expect(forwardedHeader).toBe("X-Forwarded-For");
  });

  it.each<Variables>([
    { PEER_ADDRESS_HEADER: "X-Real-IP" },
    { PEER_ADDRESS_HEADER: "X-Real-IP", CLIENT_PLACE: "database" },
    { PEER_ADDRESS_HEADER: "CF-Connecting-IP", CLIENT_PLACE: "database" },
  ])("a header without a proxy that sets it is refused: %j", (variables) => {
    expect(() => readSettings(variables)).toThrow(/any client can write; TRUSTED_PROXIES must be/);
  });

  it.each<[keyof Variables, string]>([
    ["PEER_ADDRESS_HEADER", "X-Real-IP, X-Forwarded-For"],
    ["PEER_ADDRESS_HEADER", "X-Real-IP:"],
    ["CLIENT_PLACE", ""],
    ["CLIENT_PLACE", "Platform"],
    ["CLIENT_PLACE", "databases"],
    ["VIEWS_REFRESH_SECONDS", ""],
    ["VIEWS_REFRESH_SECONDS", "0"],
    ["VIEWS_REFRESH_SECONDS", "-1"],
    ["VIEWS_REFRESH_SECONDS", "10s"],
    ["VIEWS_REFRESH_SECONDS", "NaN"],
    // Never to look again is not a number of seconds either.
    ["VIEWS_REFRESH_SECONDS", "Infinity"],
    ["ROSTER_AGE_SECONDS", "0"],
    ["TRUSTED_PROXIES", "192.0.2.1"],
    ["TRUSTED_PROXIES", "192.0.2.0/33"],
    ["TRUSTED_PROXIES", "10/8"],
    ["TRUSTED_PROXIES", "10.0.0.0/8 fd00::/8"],
    ["TRUSTED_PROXIES", "proxy.example"],
    ["TRUSTED_PROXIES", "10.0.0.0/8,any"],
    ["SIGHT_SECONDS", "0.5"],
    ["SIGHT_SECONDS", "600"],
    ["SIGHT_SECONDS", "off"],
    ["OWN_PLACE", "Germany"],
    ["OWN_PLACE", "de"],
    ["OWN_PLACE", "XX"],
    ["OWN_PLACE", "50.1 8.7"],
    // A slip that would silently put the service somewhere else in its country.
    ["OWN_PLACE", "DE 50.1"],
    ["OWN_PLACE", "DE 50,1 8,7"],
    ["OWN_PLACE", "DE 501 8.7"],
    ["OWN_PLACE", "DE 50.1 8.7 100"],
  ])("%s=%j is refused with its name and what it holds", (variable, value) => {
    let message = "nothing was wrong";
    try {
      readSettings({ [variable]: value });
    } catch (error) {
      if (error instanceof Error) message = error.message;
    }
    const part = value.split(",").at(-1) ?? "";
    expect(message).toContain(variable);
    expect(message).toContain(variable === "TRUSTED_PROXIES" ? part : value);
    expect(message).toMatch(/must be/);
  });
});

describe("OpenID", () => {
  const all = {
    OPENID_ISSUER: "https://id.example/",
    OPENID_CLIENT_ID: "nearmirror",
    OPENID_CLIENT_SECRET: "of-a-test-alone-1",
    PUBLIC_URL: "https://mirrors.example/",
  };

  it("is on with all of its variables, and off with none", () => {
    expect(readOpenId(all)).toMatchObject({
      issuer: "https://id.example/",
      clientId: "nearmirror",
    });
    expect(readOpenId({ PUBLIC_URL: all.PUBLIC_URL })).toBeUndefined();
  });

  it.each(Object.keys(all))("says that %s is missing", (name) => {
    const said = () => readOpenId({ ...all, [name]: "" });
    expect(said).toThrow(`${name} is missing`);
    expect(said).not.toThrow(all.OPENID_CLIENT_SECRET);
  });
});
