/** Arch Linux: images, bootstrap tarballs, arch-boxes and WSL; Arch Linux ARM. Pure. */

import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import type { Rule } from "./rule.ts";
import { isDay, withEdition } from "./words.ts";

const series = "rolling";

export const arch: Rule = (name) => {
  const { words, format, stem, folders } = name;
  const [first = "", second = ""] = words;
  if (first === "archlinuxarm") {
    const board = words.slice(1).filter((word) => word !== "latest");
    const version = words.find(isDay) ?? "";
    const of = { distribution: "archlinuxarm", version, series, type: "rootfs" } as const;
    return { ...of, ...withEdition(board.join("-")) };
  }
  const isArch =
    first === "archlinux" ||
    (first === "arch" && (second === "linux" || /^(?:0\.\d|20\d\d)/.test(second)));
  if (!isArch) return ofTree(name);
  const dotted = words.find((word) =>
    /^20\d\d\.\d\d(?:\.\d\d(?:\.\d+)?)?$|^0\.\d(?:\.\d)?$/.test(word),
  );
  const folder = folders.find((one) => /^20\d\d\.\d\d\.\d\d$/.test(one));
  const edition = words.filter(
    (word) =>
      !/^(?:arch|archlinux|linux|dual|latest|\d.*|bootstrap|wsl|netinstall|alpha)$/.test(word),
  );
  // Until 2012 one image had both, and before 2007 all were for i686 though few names say so.
  const isDual = words.includes("dual") || (dotted?.startsWith("2") === true && dotted < "2017.03");
  const plain = dotted?.startsWith("0.") || stem.startsWith("arch-") ? "i386" : "amd64";
  const architecture = name.architectures.length > 0 ? undefined : isDual ? "multi-arch" : plain;
  return {
    distribution: "arch",
    version: dotted ?? words.find(isDay) ?? folder ?? "",
    series,
    type: typeOf(words, format),
    ...withEdition(edition.join("-")),
    ...(architecture && { architecture }),
  };
};

function typeOf(words: readonly string[], format: string): ImageType {
  const has = (...some: string[]) => some.some((word) => words.includes(word));
  if (has("bootstrap") || format === "wsl" || has("wsl")) return "rootfs";
  if (has("netinstall", "ftp", "netboot")) return "netinst";
  if (format.startsWith("iso") || format.startsWith("img")) return "installer";
  return "cloud";
}

/** What stands beside the images to boot from: `iso/2025.11.01/arch/boot/x86_64/vmlinuz-linux`. */
function ofTree({ folders }: ImageName): ReturnType<Rule> {
  const at = folders.findIndex((one) => /^20\d\d\.\d\d\.\d\d$/.test(one));
  if (at < 0 || folders[at + 1] !== "arch") return undefined;
  return { distribution: "arch", version: folders[at] ?? "", series, type: "boot" };
}
