export const about = {
  title: "About this service",
  what: "Package managers ask one address for everything. Indexes, which say what there is, are fetched from each distribution's own server, verified against its signature, and answered from here as one consistent state. Packages and images, which are large and never change, are redirected to a mirror: the nearest one that is up, and that is proven to have that very file.",
  how: "Every mirror is probed from several regions. A mirror that fails, lags or has wrong bytes gets no clients until it is well again. A redirect says why: add ?trace to the address of a file.",
  operators: "Operators of mirrors find on {probes} what asks them, how often, and how to stop it.",
  programs: "Programs find everything that pages show under {api}.",
  licence: "The software is free (Apache 2.0). It is called Nearmirror.",
  data: "Data of others",
  dataWhy: "The service is made with these data sets. Their makers endorse neither it nor its use.",
  of: "Data set",
  use: "Used for",
  terms: "Licence",
  changes:
    "Changes: networks were compiled into another format with the number alone, and neighbouring ranges joined; of cities one for each country was chosen.",
  uses: {
    countries: "in which country an address is",
    networks: "in which network an address is",
    cities: "where a country's users are",
    zones: "where a machine's time zone is",
    shapes: "outlines of the maps",
    releases: "names and support dates of releases",
  },
  domain: "Public domain",
};
