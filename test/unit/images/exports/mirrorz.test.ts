import { describe, expect, it } from "vitest";
import { mirrorz } from "../../../../worker/images/exports/mirrorz.ts";

describe("mirrorz.json", () => {
  const repository = {
    title: "Debian installer images",
    origin: "https://cdimage.debian.org/debian-cd/",
  };
  const info = [{ distro: "Debian", category: "os", urls: [] }];
  const made = mirrorz("https://nearmirror.example/", info, [
    { name: "debian-cd", ...repository, servedSince: 1795995299687 },
    { name: "debian", ...repository },
  ]);

  it("has what the format asks for: URLs without a slash at the end, states as letters and seconds", () => {
    expect(made.site).toMatchObject({
      url: "https://nearmirror.example",
      abbr: expect.stringMatching(/./),
    });
    expect(made.info).toEqual(info);
    expect(made.mirrors).toEqual([
      {
        cname: "debian-cd",
        desc: "Debian installer images",
        url: "/debian-cd",
        status: "S1795995299",
        help: "/setup/debian-cd",
        upstream: "https://cdimage.debian.org/debian-cd/",
      },
      expect.objectContaining({ cname: "debian", status: "C" }),
    ]);
  });
});
