/** The texts of the pages of packages, apart from all others: these pages are made where packages are searched, so that the edge's script does without. */
import type { Visit } from "../frame/visit.ts";
import type { Language } from "../texts/languages.ts";
import { en, type PackagesTexts } from "./texts-en.ts";
import { zh } from "./texts-zh.ts";

const packagesTexts: Readonly<Record<Language, PackagesTexts>> = { en, zh };

/** In the visit's language. */
export function wordsOf({ language }: Visit): PackagesTexts {
  return packagesTexts[language];
}
