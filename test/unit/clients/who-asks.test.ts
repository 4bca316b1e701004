/** Whom a request is taken to come from, and with which scheme: the runtime's word, and that of trusted proxies. */
import { describe, expect, it } from "vitest";
import type { Variables } from "../../../worker/settings/settings.ts";
import { clients, from, request } from "./asking.ts";

const onWorkerd = (peer: string, headers: Record<string, string>, url?: string) => {
  const clientIp = peer.includes(":") ? `[${peer}]:40882` : `${peer}:40882`;
  // What a client writes there passes through proxies.
  return request({ "CF-Connecting-IP": "10.1.1.1", ...headers }, { clientIp }, url);
};

/** Each way in which the runtime tells who opened the connection: what it is, and a request of that peer. */
const runtimes = [
  {
    runtime: "Cloudflare",
    env: {},
    requestOf: (peer: string, headers: Record<string, string>, url?: string) =>
      request({ ...headers, "CF-Connecting-IP": peer }, undefined, url),
  },
  {
    runtime: "workerd",
    env: { CLIENT_PLACE: "database" },
    requestOf: onWorkerd,
  },
];

describe.each(runtimes)("the client's scheme on $runtime", ({ env: runtime, requestOf }) => {
  const behind: Variables = { TRUSTED_PROXIES: "10.0.0.0/8" };

  function scheme(env: Variables, peer: string, forwarded: string, url?: string): string {
    const asked = requestOf(peer, { "X-Forwarded-Proto": forwarded }, url);
    return clients({ ...runtime, ...env }).scheme(asked);
  }

  it("is what a trusted proxy was asked with", () => {
    expect(scheme(behind, "10.1.1.1", "https")).toBe("https");
    expect(scheme(behind, "10.1.1.1", "http", "https://edge.example/")).toBe("http");
    expect(scheme({ TRUSTED_PROXIES: "any" }, "", "https")).toBe("https");
  });

  it("is the connection's own whatever anybody else writes", () => {
    for (const peer of ["8.8.8.8", "11.0.0.1", "", "nonsense", "::1"]) {
      expect(scheme(behind, peer, "https"), peer).toBe("http");
      expect(scheme(behind, peer, "http", "https://edge.example/"), peer).toBe("https");
    }
    expect(scheme({}, "10.1.1.1", "http", "https://edge.example/")).toBe("https");
  });

  it.each(["", "ftp", "HTTPS", "https, http", "javascript"])("is never %j", (forwarded) => {
    expect(scheme(behind, "10.1.1.1", forwarded)).toBe("http");
  });
});

describe("who a visitor is", () => {
  /** Whom a request is taken to come from that was sent from 7.7.7.7 and has every header there is. */
  function seen(env: Variables): string {
    const headers = {
      // On Cloudflare the platform's, elsewhere anybody's.
      "CF-Connecting-IP": "8.8.8.8",
      "X-Real-IP": "9.9.9.9",
      "X-Forwarded-For": "1.1.1.1",
      "True-Client-IP": "2.2.2.2",
      Forwarded: "for=3.3.3.3",
    };
    return clients(env).of(request(headers, { clientIp: "7.7.7.7:40882" })).client.address;
  }

  it("is told by the platform, and by proxies of its word", () => {
    expect(seen({})).toBe("8.8.8.8");
    expect(seen({ PEER_ADDRESS_HEADER: "CF-Connecting-IP" })).toBe("8.8.8.8");
    expect(seen({ TRUSTED_PROXIES: "8.8.8.0/24" })).toBe("1.1.1.1");
    expect(seen({ TRUSTED_PROXIES: "8.8.8.0/24", PEER_ADDRESS_HEADER: "X-Real-IP" })).toBe(
      "9.9.9.9",
    );
    expect(seen({ TRUSTED_PROXIES: "9.9.9.0/24" })).toBe("8.8.8.8");
    expect(seen({ TRUSTED_PROXIES: "any" })).toBe("1.1.1.1");
  });

  it("is told by the connection elsewhere, and by the one header of trusted proxies", () => {
    const workerd = (env: Variables) => seen({ CLIENT_PLACE: "database", ...env });
    expect(workerd({})).toBe("7.7.7.7");
    expect(workerd({ PEER_ADDRESS_HEADER: "" })).toBe("7.7.7.7");
    for (const PEER_ADDRESS_HEADER of ["", "X-Real-IP", "CF-Connecting-IP"]) {
      const others = { TRUSTED_PROXIES: "8.8.8.0/24,9.9.9.0/24,1.1.1.0/24", PEER_ADDRESS_HEADER };
      expect(workerd(others), PEER_ADDRESS_HEADER).toBe("7.7.7.7");
    }
    const behind = { TRUSTED_PROXIES: "7.7.7.0/24" };
    expect(workerd(behind)).toBe("1.1.1.1");
    expect(workerd({ ...behind, PEER_ADDRESS_HEADER: "X-Real-IP" })).toBe("9.9.9.9");
    expect(workerd({ ...behind, PEER_ADDRESS_HEADER: "CF-Connecting-IP" })).toBe("8.8.8.8");
    expect(workerd({ ...behind, PEER_ADDRESS_HEADER: "X-Not-Sent" })).toBe("7.7.7.7");
    expect(workerd({ TRUSTED_PROXIES: "any" })).toBe("1.1.1.1");
  });

  it.each([
    "X-Forwarded-For",
    "X-Real-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
    "Fly-Client-IP",
    "Fastly-Client-IP",
  ])("is told by %s alone where that is configured, and by a trusted proxy alone", (name) => {
    const forged = Object.fromEntries(
      [
        "X-Forwarded-For",
        "X-Real-IP",
        "CF-Connecting-IP",
        "True-Client-IP",
        "Fly-Client-IP",
        "Fastly-Client-IP",
        "Forwarded",
      ].map((header) => [header, header === "Forwarded" ? "for=8.8.8.8" : "8.8.8.8"]),
    );
    const asking = clients({
      CLIENT_PLACE: "database",
      TRUSTED_PROXIES: "10.0.0.0/8",
      PEER_ADDRESS_HEADER: name,
    });
    const addressOf = (peer: string, headers: Record<string, string>) =>
      asking.of(onWorkerd(peer, headers)).client.address;
    expect(addressOf("7.7.7.7", forged)).toBe("7.7.7.7");
    expect(addressOf("10.1.1.1", { ...forged, [name]: "5.1.2.3" })).toBe("5.1.2.3");
    const { [name]: _, ...others } = forged;
    // A proxy that names nobody is itself the client.
    if (name !== "CF-Connecting-IP") expect(addressOf("10.1.1.1", others)).toBe("10.1.1.1");
  });

  it("is one visitor over many connections", () => {
    const known = clients({ CLIENT_PLACE: "database" });
    const over = (port: number) => known.of(request({}, { clientIp: `8.8.8.8:${port}` }));
    expect(over(40_884)).toBe(over(40_882));
  });

  it("is remembered, and another one for another address", () => {
    const known = clients({});
    const first = known.of(from("8.8.8.8"));
    expect(known.of(from("8.8.8.8"))).toBe(first);
    expect(known.of(from("8.8.8.9"))).not.toBe(first);
  });

  it("comes from request.cf only where the platform is believed", () => {
    const cf = { country: "JP", latitude: "35.7", longitude: "139.7" };
    expect(clients({}).of(from("8.8.8.8", cf)).client.place.country).toBe("JP");
    const database = clients({ CLIENT_PLACE: "database" });
    const asked = request({}, { ...cf, clientIp: "8.8.8.8:40882" });
    expect(database.of(asked).client.place.country).toBe("DE");
  });

  it.each([
    ["no address", ""],
    ["what is no address", "unknown"],
    ["what is no address", "8.8.8"],
  ])("with %s (%j) is never another one with a place of its own", (_, address) => {
    const known = clients({});
    const countries = ["JP", "BR", "JP", "ZA"].map(
      (country) => known.of(from(address, { country })).client.place.country,
    );
    expect(countries).toEqual(["JP", "BR", "JP", "ZA"]);
  });

  it("of explain is taken for that address, without the asker's place", () => {
    const known = clients({});
    known.of(from("8.8.8.8", { country: "JP" }));
    expect(known.at("8.8.8.8")).toMatchObject({ source: "database", place: { country: "DE" } });
    expect(known.at("nonsense")).toMatchObject({ source: "unknown", address: "" });
  });
});
