/** ISO 3166-1 codes and their English names, from the Unicode data that Node carries (CLDR). */

const regionNames = new Intl.DisplayNames("en", { type: "region", fallback: "none" });

// CLDR names these as well; ISO 3166-1 doesn't have them as countries (UK is reserved for GB; XK is
// user-assigned, but in common use for Kosovo and in GeoNames, so it stays a country here).
const notCountries = new Set(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UK"]);
const alsoNotCountries = new Set([
  "UN",
  "XA",
  "XB",
  "ZZ",
  "AN",
  "BU",
  "CS",
  "DD",
  "FX",
  "NT",
  "SU",
  // Codes that ISO has withdrawn, which CLDR still names as the countries of today.
  "DY",
  "HV",
  "NH",
  "RH",
  "TP",
  "VD",
  "YD",
  "YU",
  "ZR",
]);

/** True for an ISO 3166-1 alpha-2 code in capitals. */
export function isCountry(code: string): boolean {
  if (!/^[A-Z]{2}$/.test(code) || notCountries.has(code) || alsoNotCountries.has(code))
    return false;
  return regionNames.of(code) !== undefined;
}

/** The English name of a country, or the code itself. */
export function countryName(code: string): string {
  return regionNames.of(code) ?? code;
}
