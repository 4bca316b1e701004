/** pacman's `mirrorlist`, as Arch Linux publishes it: `Server = URL` lines below headings of countries. */
import { countryName } from "../../../worker/list/countries.ts";
import type { ExportForm, ListToWrite } from "./form.ts";
import { webUrls } from "./listed-mirror.ts";

export const pacmanListForm: ExportForm = {
  called: "pacman's mirrorlist",
  of: "repository",
  kinds: ["pacman"],
  says: ["country", "http", "https", "http beside https", "another path by http"],
  write: (list) => new Map([["mirrorlist", pacmanMirrorlist(list)]]),
};

/** No line is commented out: pacman refuses a list without a server. Mirrors without a country stand under no heading. */
function pacmanMirrorlist({ mirrors, now }: ListToWrite): string {
  const title = mirrors[0]?.repository.title ?? "Repository";
  const lines = [
    "##",
    `## ${title} repository mirrorlist`,
    `## Generated on ${new Date(now).toISOString().slice(0, 10)}`,
    "##",
    "",
  ];
  const placed = mirrors.filter(({ site }) => site.country !== undefined);
  const unplaced = mirrors.filter(({ site }) => site.country === undefined);
  let country: string | undefined;
  for (const mirror of [...unplaced, ...placed]) {
    const at = mirror.site.country;
    if (at !== undefined && at !== country) {
      if (lines.at(-1) !== "") lines.push("");
      lines.push(`## ${countryName(at)}`);
    }
    country = at;
    for (const url of webUrls(mirror)) lines.push(`Server = ${url}$repo/os/$arch`);
  }
  return `${lines.join("\n")}\n`;
}
