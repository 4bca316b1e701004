/** What all pages say. */
export const frame = {
  skip: "Skip to content",
  navigation: "Main",
  language: "Language",
  home: "Home",
  images: "Images",
  packages: "Packages",
  mirrors: "Mirrors",
  about: "About",
  privacy: "Privacy",
  statistics: "Statistics",
  probes: "For mirror operators",
  copy: "Copy",
  copied: "Copied",
  selected: "Selected",
  /** {sources} is a list of links, {licence} one link. */
  attribution: "Where addresses and cities are: {sources} ({licence}).",
  noTracking: "No cookies, no trackers.",
};
