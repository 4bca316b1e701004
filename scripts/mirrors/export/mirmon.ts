/** mirmon's list, as `mirrorbits export mirmon` writes it: a country's code, a URL and an address a line, apart by tabs. */
import type { ExportForm } from "./form.ts";
import { webUrls } from "./listed-mirror.ts";

export const mirmonForm: ExportForm = {
  called: "mirmon's list",
  of: "repository",
  needsCountry: true,
  says: ["country", "http", "https", "http beside https", "another path by http", "rsync"],
  // The address stays empty: whom to ask isn't published.
  write: ({ mirrors }) =>
    new Map([
      [
        "mirmon.txt",
        mirrors
          .flatMap((mirror) => {
            const country = (mirror.site.country ?? "").toLowerCase();
            const urls = [
              ...(mirror.rsync === undefined ? [] : [mirror.rsync]),
              ...webUrls(mirror),
            ];
            return urls.map((url) => `${country}\t${url}\t\n`);
          })
          .join(""),
      ],
    ]),
};
