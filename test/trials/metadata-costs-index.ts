/** A `Packages` of the size of Debian 12 main's, always the same: 63,000 stanzas, 12 MB gzipped. */
import { createHash } from "node:crypto";
import { oneOf, seeded } from "../../scripts/random.ts";

/** As many as `bookworm main amd64` lists. */
export const debianStanzas = 63_000;
/** Of these so many have a new version in each edition: a day of a busy suite. */
export const changedPerEdition = 300;

const syllables = "ka lo mi tu ser vin dar nex pol ith ram os qua bel fin gor".split(" ");
const sections = ["libs", "python", "devel", "net", "science", "utils", "games", "doc"];

/**
 * @param edition from 1; each changes `changedPerEdition` stanzas of the one before
 * @param stanzas how many; fewer for a try
 */
export function packagesIndex(edition: number, stanzas = debianStanzas): string {
  const random = seeded(20_261_123);
  const word = () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, () => oneOf(random, syllables)).join("");
  const words = (count: number) => Array.from({ length: count }, word).join(" ");
  const known: string[] = [];
  const text: string[] = [];
  for (let at = 0; at < stanzas; at++) {
    const name = `${word()}-${at.toString(36)}`;
    known.push(name);
    const changedIn = 2 + Math.floor(at / changedPerEdition);
    const version = `${1 + (at % 9)}.${at % 31}-${changedIn <= edition ? changedIn : 1}`;
    const depends = Array.from(
      { length: 1 + Math.floor(random() * 6) },
      () => `${oneOf(random, known)} (>= ${Math.floor(random() * 9)}.${Math.floor(random() * 20)})`,
    ).join(", ");
    const maintainer = word();
    const section = oneOf(random, sections);
    const description = words(8 + Math.floor(random() * 8));
    const size = 2000 + Math.floor(random() * 5_000_000);
    const hash = (algorithm: string) =>
      createHash(algorithm).update(`${name} ${version}`).digest("hex");
    text.push(`Package: ${name}
Version: ${version}
Installed-Size: ${Math.ceil(size / 300)}
Maintainer: Team ${maintainer} <${maintainer}@lists.example.org>
Architecture: amd64
Depends: ${depends}
Description: ${description}
Homepage: https://${name}.example.org/
Description-md5: ${hash("md5").split("").toReversed().join("")}
Tag: devel::${section}, role::program, implemented-in::${maintainer}
Section: ${section}
Priority: optional
Filename: pool/main/${name.slice(0, 1)}/${name}/${name}_${version}_amd64.deb
Size: ${size}
MD5sum: ${hash("md5")}
SHA256: ${hash("sha256")}
`);
  }
  return `${text.join("\n")}\n`;
}
