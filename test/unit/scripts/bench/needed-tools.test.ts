/** A bench without the tools that it measures beside says so at once, and what to install. */
import { expect, it } from "vitest";
import { checkTools } from "../../../../scripts/bench/packages/needed-tools.ts";

const there =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path);

it("is content where each tool is in one of the folders", () => {
  const all = there("/usr/bin/apt-cache", "/usr/bin/apt-file", "/opt/bin/dnf", "/usr/bin/pacman");
  expect(() => checkTools("/opt/bin::/usr/bin", all)).not.toThrow();
});

it("names what is missing, with its packages", () => {
  expect(() => checkTools("/usr/bin", there("/usr/bin/apt-cache", "/bin/dnf"))).toThrow(
    "searches are measured beside apt-file, dnf, pacman, not installed here; on Debian: apt-get install apt-file dnf pacman-package-manager",
  );
});
