/** One key for the many spellings of a place's name. */

/** Letters that decomposition (NFD) leaves whole. */
const wholeLetters: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  Ø: "o",
  ł: "l",
  Ł: "l",
  đ: "d",
  Đ: "d",
  æ: "ae",
  Æ: "ae",
  œ: "oe",
  Œ: "oe",
  ı: "i",
  þ: "th",
  Þ: "th",
  ð: "d",
  ə: "a",
  Ə: "a",
};

/** Lower case, no diacritics, letters and digits only: `Hà Nội`, `HaNoi` and `Ha-Noi` are one. */
export function foldName(name: string): string {
  return name
    .replace(/[ßøØłŁđĐæÆœŒıþÞðəƏ]/g, (letter) => wholeLetters[letter] ?? letter)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Names the lists use for places that GeoNames has under another, as `country folded-name`. */
const otherNames: Readonly<Record<string, string>> = {
  "GR heraklion": "Irákleion",
  "MX queretaro": "Santiago de Querétaro",
  "RU nizhnynovgorod": "Nizhniy Novgorod",
  "UA vinnytsia": "Vinnytsya",
  "IL petahtikva": "Petaẖ Tiqva",
  "TW shinchu": "Hsinchu",
  "AT wien": "Vienna",
  "BE bruxelles": "Brussels",
  "CH geneve": "Geneva",
  "CH genf": "Geneva",
  "CH zuerich": "Zürich",
  "CN guangdong": "Guangzhou",
  "CZ praha": "Prague",
  "CZ plzen": "Pilsen",
  "DE frankfurt": "Frankfurt am Main",
  "DE franfurt": "Frankfurt am Main",
  "DE ffm": "Frankfurt am Main",
  "DE koln": "Köln",
  "DE cologne": "Köln",
  "DE koeln": "Köln",
  "DE munchen": "Munich",
  "DE muenchen": "Munich",
  "DE hanover": "Hannover",
  "DE nurnberg": "Nuremberg",
  "DE nuernberg": "Nuremberg",
  "DE regnsburg": "Regensburg",
  "ES lacoruna": "A Coruña",
  "ES seville": "Sevilla",
  "GR athina": "Athens",
  "HK hongkongsar": "Hong Kong",
  "IN bangalore": "Bengaluru",
  "IN bombay": "Mumbai",
  "IN newdelhi": "New Delhi",
  "IL telaviv": "Tel Aviv",
  "IT milano": "Milan",
  "IT roma": "Rome",
  "IT genoa": "Genoa",
  "IT genova": "Genoa",
  "IT torino": "Turin",
  "IT firenze": "Florence",
  "IT napoli": "Naples",
  "JP ishikawa": "Kanazawa",
  "KR yeongcheonsi": "Yeongcheon",
  "MX ciudaddemexico": "Mexico City",
  "MX cdmx": "Mexico City",
  "MD kishinev": "Chisinau",
  "NL denhaag": "The Hague",
  "PL warszawa": "Warsaw",
  "PL krakow": "Kraków",
  "PL gdansk": "Gdańsk",
  "PT lisboa": "Lisbon",
  "RO bucuresti": "Bucharest",
  "RS beograd": "Belgrade",
  "RU moskva": "Moscow",
  "RU stpetersburg": "Saint Petersburg",
  "RU saintpetersburg": "Saint Petersburg",
  "SE goteborg": "Gothenburg",
  "TW taipeicity": "Taipei",
  "UA kiev": "Kyiv",
  "UA lvov": "Lviv",
  "UA kharkov": "Kharkiv",
  "UA odessa": "Odesa",
  "US newyork": "New York City",
  "US nyc": "New York City",
  "US dallasfortworth": "Dallas",
  "US saintlouis": "St. Louis",
  "VN hochiminhcity": "Ho Chi Minh City",
  "VN hcmc": "Ho Chi Minh City",
  "VN saigon": "Ho Chi Minh City",
};

/**
 * The keys a name may be filed under, likeliest first: as written, by another name, with German
 * transcriptions resolved (`Duesseldorf`), without what says only that it is a city.
 */
export function nameKeys(country: string, name: string): string[] {
  const key = foldName(name);
  const other = otherNames[`${country} ${key}`];
  return [
    ...new Set([
      ...(other ? [foldName(other)] : []),
      key,
      key.replace(/([aou])e/g, "$1"),
      `${key}city`,
      key.replace(/^(greater|cityof|near)|(city|si|shi|gun|municipality|metropolitanarea)$/g, ""),
    ]),
  ].filter((candidate) => candidate.length >= 2);
}
