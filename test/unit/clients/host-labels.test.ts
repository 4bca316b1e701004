import { describe, expect, it } from "vitest";
import { readHostLabels } from "../../../worker/clients/host-labels.ts";
import { readHostWish } from "../../../worker/clients/wish.ts";

describe("HOST_LABELS", () => {
  it("has the host first, then labels with their wishes beside those everybody has", () => {
    const labels = readHostLabels(
      " Mirror.Example.org  nordic=country=SE,FI near=avoid=a.example&ipv4 ",
    );
    if (labels === undefined) throw new Error("nothing was read");
    expect(labels.host).toBe("mirror.example.org");
    const wish = (host: string) => readHostWish(host, labels, () => true);
    expect(wish("nordic.mirror.example.org")).toEqual({ avoid: [], countries: ["SE", "FI"] });
    expect(wish("near.mirror.example.org:8080")).toEqual({ avoid: ["a.example"], family: "ipv4" });
    expect(wish("de.ipv6.mirror.example.org")).toEqual({
      avoid: [],
      countries: ["DE"],
      family: "ipv6",
    });
  });

  it("is none where it is empty", () => {
    for (const text of ["", "  "]) expect(readHostLabels(text)).toBeUndefined();
  });

  it.each([
    "https://mirror.example.org/",
    "a.example nordic",
    "a.example =ipv4",
    "a.example x=country=XX",
  ])("names what is wrong: %s", (text) => {
    expect(() => readHostLabels(text)).toThrow(/^HOST_LABELS holds "/);
  });
});
