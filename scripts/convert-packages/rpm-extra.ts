/** Groups and advisories of an rpm-md repository, made of sections, and of what came by a security suite or point release. */
import type { DebPackage } from "./deb-package.ts";
import { otherArchitecture, rpmVersion } from "./other-versions.ts";
import { type Suite, toldOrigin } from "./suite.ts";
import { xmlText } from "./xml-text.ts";

/** A group for each section, `comps.xml`. */
export function groupsXml(suite: Suite): string {
  const sections = new Map<string, string[]>();
  for (const { section, name } of suite.packages) {
    const names = sections.get(section);
    if (names === undefined) sections.set(section, [name]);
    else names.push(name);
  }
  const groups = [...sections].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const listed = groups.map(([section, names]) => {
    const packages = [...new Set(names)].map(
      (name) => `      <packagereq type="optional">${xmlText(name)}</packagereq>\n`,
    );
    return (
      `  <group>\n    <id>${xmlText(section.replaceAll(/[^A-Za-z0-9]+/g, "-"))}</id>\n` +
      `    <name>${xmlText(section)}</name>\n    <description>${xmlText(toldOrigin(suite))}</description>\n` +
      `    <default>false</default>\n    <uservisible>true</uservisible>\n` +
      `    <packagelist>\n${packages.join("")}    </packagelist>\n  </group>\n`
    );
  });
  return (
    '<!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">\n' +
    `<comps>\n${listed.join("")}</comps>\n`
  );
}

/** One for each source that was changed after the release: `security` where it came by a security suite. */
export function advisoriesXml(suite: Suite): string {
  const sources = new Map<string, DebPackage[]>();
  for (const one of suite.packages) {
    const isSecurity = suite.security.has(`${one.name} ${one.version}`);
    // Debian's own mark of an update to a release (developers-reference 5.8.5.4): +deb12u1.
    if (!isSecurity && !/[+~]deb\d+u\d+$/.test(one.version)) continue;
    const key = `${isSecurity ? "security" : "bugfix"} ${one.source} ${one.sourceVersion}`;
    const packages = sources.get(key);
    if (packages === undefined) sources.set(key, [one]);
    else packages.push(one);
  }
  const told = [...sources].map(([key, packages], index) => {
    const [type = "", source = "", version = ""] = key.split(" ");
    return `  <update from="${xmlText(suite.from)}" status="final" type="${type}" version="1">
    <id>CONVERTED-${String(index + 1).padStart(4, "0")}</id>
    <title>${xmlText(`${source} ${version}`)}</title>
    <issued date="${new Date(suite.date * 1000).toISOString().slice(0, 19).replace("T", " ")}"/>
    <severity>${type === "security" ? "Important" : "None"}</severity>
    <description>${xmlText(toldOrigin(suite))}</description>
    <references/>
    <pkglist>
      <collection short="converted">
        <name>converted</name>
${packages.map(packageXml).join("")}      </collection>
    </pkglist>
  </update>
`;
  });
  return `<updates>\n${told.join("")}</updates>\n`;
}

function packageXml(one: DebPackage): string {
  const { epoch, version, release } = rpmVersion(one.version);
  const arch = otherArchitecture(one.architecture, "noarch");
  const source = rpmVersion(one.sourceVersion);
  return (
    `        <package name="${xmlText(one.name)}" version="${version}" release="${release}" epoch="${epoch}" arch="${arch}" ` +
    `src="${xmlText(`${one.source}-${source.version}-${source.release}.src.rpm`)}">\n` +
    `          <filename>${xmlText(`${one.name}-${version}-${release}.${arch}.rpm`)}</filename>\n        </package>\n`
  );
}
