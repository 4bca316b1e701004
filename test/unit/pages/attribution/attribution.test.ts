/** `NOTICE`, `/about`, the foot of pages and the packages agree on whose data this is made with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { aboutPage } from "../../../../worker/pages/about/about-page.ts";
import { dataSources, licences } from "../../../../worker/pages/attribution/data-sources.ts";
import { documentOf } from "../../../../worker/pages/frame/document.ts";
import { visitOf } from "../../../../worker/pages/frame/visit.ts";
import { languageNames } from "../../../../worker/pages/texts/languages.ts";
import { projectRoot } from "../../docs/documents.ts";

const notice = readFileSync(join(projectRoot, "NOTICE"), "utf8");
const packages = readFileSync(join(projectRoot, "package.json"), "utf8");

/** Each data set's heading in NOTICE, with what stands below it. */
const sections = new Map(
  notice.split(/\n\n(?=\S+.* - https:)/).flatMap((part) => {
    const [, title, url] = /^(.+) - (https:\S+)\n/.exec(part) ?? [];
    return title === undefined ? [] : [[title, { url, text: part }] as const];
  }),
);

/** What a package says of its licence, with the texts beside it. */
function saidBy(name: string): string {
  const folder = join(projectRoot, "node_modules", name);
  const { license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  return `${license}\n${readme}`;
}

describe.each(dataSources)("$title", (source) => {
  const { title, url, licence, package: name, packageLicence = licence, onPages } = source;

  it("is in NOTICE with its address, its licence and its package", () => {
    const section = sections.get(title);
    expect(section?.url).toBe(url);
    expect(section?.text).toContain(`Licence: ${licence}`);
    const terms = licences[licence];
    if (terms !== undefined) expect(section?.text).toContain(terms);
    if (name !== undefined) expect(section?.text).toContain(name);
  });

  it("comes by a package that is installed, under the licence that the package tells", () => {
    if (name === undefined) return;
    expect(packages).toContain(`"${name}"`);
    expect(saidBy(name).replaceAll("CC BY 4.0", "CC-BY-4.0")).toContain(packageLicence);
  });

  it("is on /about, and at the foot of pages where its licence asks for it", () => {
    for (const language of languageNames) {
      const visit = visitOf({ path: "/about", query: `lang=${language}`, headers: new Headers() });
      if (typeof visit === "string") throw new Error(visit);
      const page = aboutPage(visit);
      expect(page.main.text).toContain(`<a href="${url}">${title}</a>`);
      const [, foot = ""] = documentOf(visit, page).text.split("<footer>");
      expect(foot.includes(`<a href="${url}">${title}</a>`)).toBe(onPages === true);
    }
  });
});

it("NOTICE names none besides", () => {
  expect([...sections.keys()].sort()).toEqual(dataSources.map(({ title }) => title).sort());
});

it("the packages whose data is shipped are all named", () => {
  const { devDependencies } = JSON.parse(packages) as { devDependencies: Record<string, string> };
  const data = Object.keys(devDependencies).filter((one) =>
    /ip-location|cities|geo|atlas|distro|osinfo/.test(one),
  );
  expect(data.length).toBeGreaterThan(2);
  for (const one of data) expect(notice).toContain(one);
});
