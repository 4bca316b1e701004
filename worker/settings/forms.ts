/** Forms that a variable's text can have: how each is read, and what is said to people of it. Pure. */
import { type Prefix, readPrefix } from "../geo/address.ts";
import { countryAlone, type Place, placeAt, placeOfCountry, unknownPlace } from "../geo/client.ts";
import { withoutDot } from "../outbound/host-reach.ts";

/** How a text is read. */
export interface Form<Value> {
  /** What it must be: goes behind "it must be" in an error, and into the documentation. */
  takes: string;
  /** @throws NotTaken */
  read(text: string): Value;
  /** The text is in no error, log or page, whether it can be taken or not. */
  isSecret?: true;
}

/** A text, or a part of it, is none of that form. */
export class NotTaken extends Error {
  readonly part: string;

  /** @param part what can't be taken; the whole text where it has no parts */
  constructor(part: string) {
    super(`"${part}" can't be taken`);
    this.part = part;
  }
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Form<Word> {
  return {
    takes: listed(words, "or"),
    read: (text) => known(words, text),
  };
}

/** Some of a few words, separated by commas; each once, one at least. */
export function someOf<const Word extends string>(...words: readonly Word[]): Form<Word[]> {
  return {
    takes: `one or more of ${listed(words, "and")}, separated by commas`,
    read(text) {
      const found = parts(text).map((part) => known(words, part));
      if (found.length === 0) throw new NotTaken(text);
      return [...new Set(found)];
    },
  };
}

/** A finite number within bounds. @param what for people: `a number of seconds` */
export function number(
  what: string,
  { least = 0, most = Number.POSITIVE_INFINITY, above = false, orZero = false } = {},
): Form<number> {
  const from = above ? `above ${least}` : `${least} or more`;
  const range = most === Number.POSITIVE_INFINITY ? from : `${least} to ${most}`;
  return {
    takes: `${what}, ${range}${orZero ? ", or 0" : ""}`,
    read(text) {
      const given = text.trim() === "" ? Number.NaN : Number(text);
      if (orZero && given === 0) return 0;
      const inside = above ? given > least : given >= least;
      if (!inside || given > most || !Number.isFinite(given)) throw new NotTaken(text);
      return given;
    },
  };
}

/** An absolute URL without query, or nothing; ends in `/` when it is read. */
export const url: Form<string> = {
  takes: "an absolute http or https URL without a query",
  read(text) {
    if (text === "") return "";
    if (!/^https?:\/\/[^\s?#]+$/.test(text) || !URL.canParse(text)) throw new NotTaken(text);
    return text.endsWith("/") ? text : `${text}/`;
  },
};

/** A provider's issuer, or nothing: exactly as the provider writes it, as it is compared letter by letter. */
export const issuer: Form<string> = {
  takes: "the issuer's https URL, exactly as the provider writes it",
  read(text) {
    if (text !== "" && (!/^https?:\/\/[^\s?#]+$/.test(text) || !URL.canParse(text))) {
      throw new NotTaken(text);
    }
    return text;
  },
};

/** Such URLs, separated by commas. */
export const urls: Form<string[]> = {
  takes: "absolute http or https URLs without queries, separated by commas",
  read: (text) => parts(text).map((part) => url.read(part)),
};

/** Hosts with or without a port, separated by commas; lower case, without the dot of the root. */
export const hosts: Form<string[]> = {
  takes: "hosts, with their ports, separated by commas",
  read: (text) =>
    parts(text).map((part) => {
      if (!URL.canParse(`http://${part}/`)) throw new NotTaken(part);
      const { hostname, port } = new URL(`http://${part}/`);
      return withoutDot(hostname) + (port === "" ? "" : `:${port}`);
    }),
};

/** A name of letters, digits and a few signs (a token, RFC 9110 section 5.6.2), or nothing. */
export const token: Form<string> = {
  takes: "letters, digits and -._~, 100 at most",
  read(text) {
    if (text !== "" && !/^[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,100}$/.test(text)) throw new NotTaken(text);
    return text;
  },
};

/** A header's name, or nothing: of any other name the engine refuses to read a header, at every request. */
export const headerName: Form<string> = {
  takes: 'a header\'s name, as "X-Real-IP"',
  read(text) {
    if (text !== "" && !/^[!#$%&'*+.^_`|~\w-]+$/.test(text)) throw new NotTaken(text);
    return text;
  },
};

/** A secret that is long enough, of characters that every file, shell and header can hold; or nothing. */
export function secret(leastCharacters: number): Form<string> {
  return {
    takes: `${leastCharacters} characters or more, without blanks: \`openssl rand -hex 32\` makes one`,
    isSecret: true,
    read(text) {
      if (text === "") return "";
      if (text.length < leastCharacters || !/^[!-~]+$/.test(text)) throw new NotTaken(text);
      return text;
    },
  };
}

/** Networks, or `any`. */
export const prefixes: Form<readonly Prefix[] | "any"> = {
  takes: 'CIDRs such as 192.0.2.0/24, separated by commas, or "any"',
  read(text) {
    if (text.trim() === "any") return "any";
    return parts(text).map((part) => {
      const prefix = readPrefix(part);
      if (prefix === undefined) throw new NotTaken(part);
      return prefix;
    });
  },
};

/** A country, with or without coordinates in it, or nothing. */
export const place: Form<Place> = {
  takes: 'a country\'s two letters, and may add latitude and longitude: "DE 50.1 8.7"',
  read(text) {
    const [country, latitude, longitude, ...rest] = text.trim().split(/\s+/);
    if (country === undefined || country === "") return unknownPlace;
    const found =
      latitude === undefined
        ? placeOfCountry(country)
        : placeAt(country, Number(latitude), Number(longitude));
    const coordinatesLost = latitude !== undefined && countryAlone(found) !== undefined;
    if (found.country === undefined || coordinatesLost || rest.length > 0) throw new NotTaken(text);
    return found;
  },
};

function known<Word extends string>(words: readonly Word[], given: string): Word {
  const word = words.find((one) => one === given);
  if (word === undefined) throw new NotTaken(given);
  return word;
}

function parts(given: string): string[] {
  return given
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function listed(words: readonly string[], last: string): string {
  const quoted = words.map((word) => `"${word}"`);
  return `${quoted.slice(0, -1).join(", ")} ${last} ${quoted.at(-1)}`;
}
