import { describe, expect, it } from "vitest";
import { quickgetCsv, quickgetRows } from "../../../../worker/images/exports/quickget.ts";
import { listed } from "./listed.ts";

const images = [
  listed("ubuntu/a.iso", {
    distribution: "ubuntu",
    title: "Ubuntu",
    version: "24.04.3",
    edition: "desktop",
  }),
  listed("debian/netinst.iso", { type: "netinst" }),
  listed("debian/netinst-arm64.iso", { type: "netinst", architecture: "arm64" }),
  listed("debian/gnome.iso", { type: "live", edition: "gnome" }),
  listed("debian/DVD-2.iso", { part: 2 }),
  listed("debian/cloud.qcow2", { type: "cloud", format: "qcow2" }),
  listed("arch/a.iso", {
    distribution: "archlinux",
    title: "Arch, Linux",
    version: "",
    series: "rolling",
  }),
];

describe("quickget's lists", () => {
  const header = "Display Name,OS,Release,Option,Downloader,PNG,SVG";

  it("are sorted by OS, a row an edition, and no field has a comma", () => {
    expect(quickgetCsv(quickgetRows(images)).split("\n")).toEqual([
      header,
      "Arch  Linux,archlinux,rolling,,,,",
      "Debian,debian,13.2.0,netinst,,,",
      "Debian,debian,13.2.0,gnome,,,",
      "Ubuntu,ubuntu,24.04.3,desktop,,,",
      "",
    ]);
  });

  it("are the same as JSON, as quickget makes it of its CSV", () => {
    // Its jq program splits every line at commas, and takes the names from the first.
    const [head = "", ...lines] = quickgetCsv(quickgetRows(images)).trimEnd().split("\n");
    const names = head.split(",");
    const read = lines.map((line) =>
      Object.fromEntries(line.split(",").map((value, at) => [names[at], value])),
    );
    expect(quickgetRows(images)).toEqual(read);
  });

  it("are a header alone where nothing can be started", () => {
    expect(quickgetCsv(quickgetRows([]))).toBe(`${header}\n`);
  });
});
