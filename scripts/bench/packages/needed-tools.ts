/** Whether the hosts' own tools are installed that searches are measured beside. */

/** Programs, with the packages of Debian that have them. */
const packageOf = {
  "apt-cache": "apt",
  "apt-file": "apt-file",
  dnf: "dnf",
  pacman: "pacman-package-manager",
} as const;

/**
 * @param path folders of programs, as in `PATH`
 * @param isProgram whether a path is that of a program
 * @throws Error that says what is missing, and how to install it
 */
export function checkTools(path: string, isProgram: (path: string) => boolean): void {
  const folders = path.split(":").filter((folder) => folder !== "");
  const missing = Object.entries(packageOf).filter(
    ([program]) => !folders.some((folder) => isProgram(`${folder}/${program}`)),
  );
  if (missing.length === 0) return;
  const programs = missing.map(([program]) => program).join(", ");
  const packages = missing.map(([, name]) => name).join(" ");
  throw new Error(
    `searches are measured beside ${programs}, not installed here; on Debian: apt-get install ${packages}`,
  );
}
