/** Ubuntu's `mirrors.txt`: `#LOC:XX` above the URLs of each country. */
import type { ExportForm } from "./form.ts";
import { webUrls } from "./listed-mirror.ts";

export const ubuntuForm: ExportForm = {
  called: "Ubuntu's mirrors.txt",
  of: "repository",
  kinds: ["apt", "images"],
  needsCountry: true,
  says: ["country", "http", "https", "http beside https", "another path by http"],
  write: ({ mirrors }) => {
    const byCountry = Map.groupBy(mirrors, ({ site }) => site.country ?? "");
    const lines = [...byCountry].flatMap(([country, there]) => [
      `#LOC:${country}`,
      ...there.flatMap(webUrls),
    ]);
    return new Map([["mirrors.txt", lines.map((line) => `${line}\n`).join("")]]);
  },
};
