import { describe, expect, it } from "vitest";
import { fedoraReleases } from "../../../../worker/images/exports/fedora-releases.ts";
import { listed } from "./listed.ts";

const sha256 = "6".repeat(64);
const fedora = { distribution: "fedora", title: "Fedora", version: "43", series: "43", sha256 };
const base = "https://nearmirror.example/";

describe("Fedora's releases.json", () => {
  // Variants and subvariants as getfedora.org/releases.json has them for such files, by what quickget selects.
  it.each([
    [
      "Workstation/x86_64/iso/Fedora-Workstation-Live-43-1.6.x86_64.iso",
      "Workstation",
      "Workstation",
    ],
    [
      "Workstation/x86_64/iso/Fedora-Workstation-Live-x86_64-41-1.4.iso",
      "Workstation",
      "Workstation",
    ],
    ["KDE/x86_64/iso/Fedora-KDE-Desktop-Live-43-1.6.x86_64.iso", "KDE", "KDE"],
    ["Spins/x86_64/iso/Fedora-KDE-Live-x86_64-41-1.4.iso", "Spins", "KDE"],
    ["Spins/x86_64/iso/Fedora-MATE_Compiz-Live-43-1.6.x86_64.iso", "Spins", "MATE_Compiz"],
    ["Spins/x86_64/iso/Fedora-i3-Live-43-1.6.x86_64.iso", "Spins", "i3"],
    ["Server/x86_64/iso/Fedora-Server-dvd-x86_64-43-1.6.iso", "Server", "Server"],
    ["Server/x86_64/images/Fedora-Server-KVM-41-1.4.x86_64.qcow2", "Server", "Server_KVM"],
    [
      "Everything/x86_64/iso/Fedora-Everything-netinst-x86_64-43-1.6.iso",
      "Everything",
      "Everything",
    ],
    [
      "Silverblue/x86_64/iso/Fedora-Silverblue-ostree-x86_64-43-1.6.iso",
      "Silverblue",
      "Silverblue",
    ],
    ["Cloud/x86_64/images/Fedora-Cloud-Base-Generic-43-1.6.x86_64.qcow2", "Cloud", "Cloud_Base"],
  ])("of %s", (path, variant, subvariant) => {
    const [release] = fedoraReleases([listed(`fedora/releases/43/${path}`, fedora)], base);
    expect(release).toEqual({
      version: "43",
      arch: "x86_64",
      link: `${base}fedora/releases/43/${path}`,
      variant,
      subvariant,
      sha256,
    });
  });

  it("has the size as a text, and calls a preview as Fedora does", () => {
    const path =
      "fedora/releases/test/44_Beta/Workstation/aarch64/iso/Fedora-Workstation-Live-44_Beta-1.1.aarch64.iso";
    const rest = { ...fedora, version: "44_Beta", architecture: "arm64", size: 2851612672 };
    expect(fedoraReleases([listed(path, { ...rest, isPreview: true })], base)).toMatchObject([
      { version: "44 Beta", arch: "aarch64", variant: "Workstation", size: "2851612672" },
    ]);
  });

  it("has nothing without a SHA-256, and no other distribution", () => {
    const path = "fedora/releases/43/Server/x86_64/iso/Fedora-Server-dvd-x86_64-43-1.6.iso";
    const { sha256: _, ...without } = listed(path, fedora);
    expect(fedoraReleases([without, listed("debian-cd/Fedora-x.iso", { sha256 })], base)).toEqual(
      [],
    );
  });
});
