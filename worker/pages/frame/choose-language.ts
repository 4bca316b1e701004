/** The language of a page, by what the link says, else by what the browser asks for. Pure. */
import { defaultLanguage, isLanguage, type Language } from "../texts/languages.ts";

/** `Accept-Language` of browsers names a handful; the rest of a longer header isn't read. */
const maxRanges = 20;

/**
 * Reads `Accept-Language` (RFC 9110 section 12.5.4) by its primary subtags: `zh-TW` takes the one Chinese that there is.
 * The highest quality wins, of equals the first. `*` takes the default. A quality that can't be read is 1, one of 0
 * refuses.
 */
export function languageAccepted(header: string | null): Language {
  if (header === null) return defaultLanguage;
  let best: { language: Language; quality: number } | undefined;
  for (const range of header.split(",", maxRanges)) {
    const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const [primary = ""] = tag.split("-", 1);
    const language = tag === "*" ? defaultLanguage : primary;
    const quality = qualityOf(parameters);
    if (!isLanguage(language) || quality === 0) continue;
    if (best === undefined || quality > best.quality) best = { language, quality };
  }
  return best?.language ?? defaultLanguage;
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const quality = Number(weight.slice(weight.indexOf("=") + 1));
  return quality >= 0 && quality <= 1 ? quality : 1;
}
