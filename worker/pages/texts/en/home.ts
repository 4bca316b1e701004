export const home = {
  title: "Software for Linux hosts, from the mirror nearest to you",
  lead: "One address for all the software a Linux host fetches. Package indexes are verified and answered here; packages and images come from the nearest mirror that is proven to have them.",
  description:
    "Verified package indexes, and redirects to the nearest mirror that is proven to have the file.",
  well: "All is well.",
  /** {count} is a number. */
  mirrors: "{count} mirrors are watched.",
  noMirrors: "No mirrors are listed: files come from their origins.",
  wrong: "{count} things need attention.",
  oneWrong: "1 thing needs attention.",
  details: "Details",
  host: "Set up a host",
  hostWhy: "Choose the distribution, copy one line. It shows what it would change first.",
  images: "Download an installation image",
  imagesWhy: "Installers, live systems and cloud images: filter, compare the checksum, download.",
  packages: "Find a package",
  packagesWhy: "By name, command, file, library or words, in all distributions at once.",
  distributions: "By distribution",
  setUp: "Set up",
  browse: "Browse",
  files: "Get files",
  none: "No repositories are listed here yet.",
};
