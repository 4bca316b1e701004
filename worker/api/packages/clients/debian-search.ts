/** `/search`, the form of packages.debian.org: a redirect to the page here that finds the same. */
import { PackageParameters } from "../package-parameters.ts";
import type { PackagesAsked } from "../packages-asked.ts";
import { QuestionRefused } from "../question-refused.ts";
import { sendTo } from "../send.ts";

/** Where each `searchon` looks. `contents` is of files. */
const fieldsOf = {
  names: ["name"],
  all: ["name", "description"],
  sourcenames: ["name"],
  contents: ["file"],
} as const;
const searchOns = ["names", "all", "sourcenames", "contents"] as const;
/** `path`: ends in the keyword; `filename`: has it in its name; `exactfilename`: is called so. Empty is `path`. */
const modes = ["path", "filename", "exactfilename"] as const;
/** What stands for no choice. */
const any: readonly string[] = ["all", "any", "default"];

const names = [
  "keywords",
  "searchon",
  "mode",
  "suite",
  "arch",
  "section",
  "exact",
  "lang",
  "subword",
  "sourceid",
];

export function debianSearch(asked: PackagesAsked): Response {
  const given = new PackageParameters(asked.query, names);
  const keywords = given.text("keywords");
  if (keywords === undefined) {
    throw new QuestionRefused(400, "keywords= is missing. Packages are searched at /packages.");
  }
  const searchOn = given.one("searchon", searchOns) ?? "names";
  const mode = given.one("mode", modes);
  const search = new URLSearchParams({ q: keywords, in: fieldsOf[searchOn].join(",") });
  if (given.flag("exact") || mode === "exactfilename") search.set("exact", "1");
  for (const [from, to] of [
    ["suite", "suite"],
    ["arch", "architecture"],
  ] as const) {
    const values = given.list(from).filter((value) => !any.includes(value));
    if (values.length > 0) search.set(to, values.join(","));
  }
  const lang = given.text("lang");
  if (lang !== undefined) search.set("lang", lang);
  return sendTo(303, `/packages?${search}`);
}
