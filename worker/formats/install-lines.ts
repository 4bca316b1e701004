/** How the clients of each kind install a package by its name. */
import type { Kind } from "./kinds.ts";
import { shellQuote } from "./setup-quote.ts";

/** What is typed before the name. */
const commands: Readonly<Record<Kind, readonly string[]>> = {
  apt: ["apt install"],
  rpm: ["dnf install", "zypper install"],
  pacman: ["pacman -S"],
  apk: ["apk add"],
  images: [],
  files: [],
};

/**
 * One line of shell for each client of the kind; none where it has no packages.
 *
 * @param name whatever it has in it, a shell reads exactly that; one that begins with a hyphen is no option
 */
export function installLines(kind: Kind, name: string): string[] {
  const word = `${name.startsWith("-") ? "-- " : ""}${shellQuote(name)}`;
  return commands[kind].map((command) => `${command} ${word}`);
}
