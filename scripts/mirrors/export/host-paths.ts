/** A host and a path a line, as lists of Kali's mirrors are passed on: of http. */
import type { ExportForm } from "./form.ts";

export const hostPathsForm: ExportForm = {
  called: "a list of hosts and paths",
  of: "repository",
  says: ["http"],
  refuses: ({ urls: { http } }) => {
    if (http === undefined) return "without http";
    return new URL(http).port === "" ? undefined : "at a port of their own";
  },
  write: ({ mirrors }) =>
    new Map([
      [
        "mirrors.txt",
        mirrors
          .flatMap(({ urls }) => urls.http ?? [])
          .map((url) => `${url.slice("http://".length)}\n`)
          .join(""),
      ],
    ]),
};
