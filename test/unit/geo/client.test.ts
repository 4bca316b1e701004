import { describe, expect, it } from "vitest";
import { seeded } from "../../../scripts/random.ts";
import {
  countryAlone,
  type Locate,
  placeAt,
  placeOfCountry,
  placeOfPlatform,
  type Recognition,
  recognise,
  unknownPlace,
} from "../../../worker/geo/client.ts";
import { countryPlace } from "../../../worker/geo/countries.ts";

const seed = 99;

/** Databases that know every address as German and of AS 64500, and write down what they were asked. */
function databases(): { asked: string[]; locate: Locate } {
  const asked: string[] = [];
  return {
    asked,
    locate: {
      country: (address) => {
        asked.push(`country ${address}`);
        return "DE";
      },
      asn: (address) => {
        asked.push(`asn ${address}`);
        return 64500;
      },
    },
  };
}

function recognition(locate: Locate): Recognition {
  return { locate, platform: false, ownPlace: placeAt("FR", 48.9, 2.3) };
}

describe("the platform's place", () => {
  it("has its coordinates as strings", () => {
    const place = placeOfPlatform({ country: "DE", latitude: "52.52", longitude: "13.41" });
    expect(place).toEqual({
      key: "DE53,13",
      country: "DE",
      continent: "EU",
      latitude: 53,
      longitude: 13,
    });
  });

  it("falls to the country where coordinates are absent or wrong", () => {
    const germany = placeOfCountry("DE");
    for (const [latitude, longitude] of [
      [undefined, undefined],
      ["", ""],
      ["52.52", undefined],
      [undefined, "13.41"],
      ["91", "0"],
      ["0", "-181"],
      ["north", "east"],
      [null, {}],
      [Number.POSITIVE_INFINITY, 0],
    ]) {
      const place = placeOfPlatform({ country: "DE", latitude, longitude });
      expect(place, `${latitude}, ${longitude}`).toEqual(germany);
    }
    expect(countryAlone(germany)).toBe("DE");
  });

  it.each(["T1", "XX", "EU", "", "de", undefined, 7, null])("knows no country %s", (country) => {
    expect(placeOfPlatform({ country })).toBe(unknownPlace);
    const somewhere = placeOfPlatform({ country, latitude: "10", longitude: "20" });
    expect(somewhere).toEqual({ key: "?10,20", latitude: 10, longitude: 20 });
  });

  it("is believed as given, whatever the address, and the databases are not asked", () => {
    const { asked, locate } = databases();
    for (const address of ["8.8.8.8", "192.168.1.1", "2001:db8::1", ""]) {
      const cf = { country: "JP", latitude: "35.7", longitude: "139.7", asn: 64501 };
      const client = recognise(address, cf, recognition(locate));
      expect(client.place.country).toBe("JP");
      expect(client.source).toBe("platform");
      expect(client.asn).toBe(64501);
      expect(client.address).toBe(address);
    }
    expect(asked).toEqual([]);
  });

  it("that tells nothing makes an unknown client, not a failing one", () => {
    const client = recognise("8.8.8.8", {}, recognition(databases().locate));
    expect(client).toMatchObject({ source: "unknown", place: unknownPlace, asn: undefined });
    for (const asn of [0, -1, "", "AS64500", null, undefined]) {
      expect(recognise("8.8.8.8", { asn }, recognition(databases().locate)).asn).toBeUndefined();
    }
  });
});

describe("the databases' place", () => {
  it("is the country's", () => {
    const client = recognise("8.8.8.8", undefined, recognition(databases().locate));
    expect(client).toMatchObject({
      source: "database",
      family: "ipv4",
      place: placeOfCountry("DE"),
    });
    const six = recognise("2600::1", undefined, recognition(databases().locate));
    expect(six).toMatchObject({ source: "database", family: "ipv6", place: placeOfCountry("DE") });
  });

  it("asks for the AS when it is first read, and once", () => {
    const { asked, locate } = databases();
    const client = recognise("8.8.8.8", undefined, recognition(locate));
    expect(asked).toEqual(["country 8.8.8.8"]);
    expect([client.asn, client.asn]).toEqual([64500, 64500]);
    expect(asked).toEqual(["country 8.8.8.8", "asn 8.8.8.8"]);
  });

  it("asks once for an AS that is not known, too", () => {
    let asked = 0;
    const locate: Locate = {
      country: () => undefined,
      asn: () => {
        asked++;
        return undefined;
      },
    };
    const client = recognise("8.8.8.8", undefined, recognition(locate));
    expect([client.asn, client.asn, client.source, asked]).toEqual([
      undefined,
      undefined,
      "unknown",
      1,
    ]);
  });

  it("asks for an IPv4 inside IPv6 as IPv4", () => {
    const { asked, locate } = databases();
    const client = recognise("::ffff:8.8.8.8", undefined, recognition(locate));
    expect([asked, client.family]).toEqual([["country 8.8.8.8"], "ipv4"]);
  });

  it.each(["192.0.2.1", "203.0.113.200", "240.0.0.1", "2001:db8::1", "ff02::1", "", "nonsense"])(
    "is not asked for %s, which is nobody's",
    (address) => {
      const { asked, locate } = databases();
      const client = recognise(address, undefined, recognition(locate));
      expect([client.place, client.source, client.asn]).toEqual([
        unknownPlace,
        "unknown",
        undefined,
      ]);
      expect(asked).toEqual([]);
    },
  );

  it.each(["127.0.0.1", "10.1.2.3", "192.168.0.9", "::1", "fe80::1", "fd00::5", "::ffff:10.0.0.1"])(
    "is not asked for %s, who is near us",
    (address) => {
      const { asked, locate } = databases();
      const client = recognise(address, undefined, recognition(locate));
      expect(client).toMatchObject({ source: "own place", place: { country: "FR", latitude: 49 } });
      expect(client.asn).toBeUndefined();
      expect(asked).toEqual([]);
    },
  );

  it("says unknown where our own place isn't known either", () => {
    const how = { ...recognition(databases().locate), ownPlace: unknownPlace };
    expect(recognise("127.0.0.1", undefined, how).source).toBe("unknown");
  });
});

describe("a place", () => {
  it("is a cell of one degree: its key stands for its values, and is at most half a degree off", () => {
    const random = seeded(seed);
    const known = new Map<string, string>();
    for (let round = 0; round < 5_000; round++) {
      const latitude = 48 + random() * 6;
      const longitude = -3 + random() * 6;
      const place = placeAt("FR", latitude, longitude);
      const where = `seed ${seed}, case ${round}: ${latitude}, ${longitude}`;
      expect(Math.abs((place.latitude ?? 99) - latitude), where).toBeLessThanOrEqual(0.5);
      expect(Math.abs((place.longitude ?? 999) - longitude), where).toBeLessThanOrEqual(0.5);
      const { key, ...values } = place;
      const before = known.get(key) ?? JSON.stringify(values);
      known.set(key, before);
      expect(JSON.stringify(values), where).toBe(before);
      expect(countryAlone(place), where).toBeUndefined();
    }
    expect(known.size).toBe(7 * 7);
  });

  it("stays on the globe at its edges", () => {
    for (const [latitude, longitude] of [
      [90, 180],
      [-90, -180],
      [89.9, 179.9],
    ] as const) {
      const place = placeAt("FR", latitude, longitude);
      expect(Math.abs(place.latitude ?? 99)).toBe(90);
      expect(Math.abs(place.longitude ?? 999)).toBe(180);
    }
  });

  it("of a country is where countries.ts says", () => {
    for (const code of ["ZA", "BR", "XK"]) {
      expect(placeOfCountry(code)).toEqual({ key: code, country: code, ...countryPlace(code) });
    }
    expect(placeOfCountry(undefined)).toBe(unknownPlace);
  });
});
