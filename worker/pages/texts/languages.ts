/** The languages of the pages. A new one is a folder beside these, and an entry here. */
import { en, type Texts } from "./en/texts.ts";
import { zh } from "./zh/texts.ts";

export type { Texts };

/** What a language is: its texts, and what programs call it. */
export interface LanguageTable {
  /** BCP 47, for `lang`, `hreflang` and `Content-Language`. */
  tag: string;
  /** As its readers call it. */
  title: string;
  texts: Texts;
}

/** By the value of `?lang=`, a primary subtag of BCP 47. */
export const languages = {
  en: { tag: "en", title: "English", texts: en },
  zh: { tag: "zh-CN", title: "中文", texts: zh },
} satisfies Readonly<Record<string, LanguageTable>>;

export type Language = keyof typeof languages;

/** What a page is in where nothing says otherwise. */
export const defaultLanguage: Language = "en";

export function isLanguage(name: string): name is Language {
  return Object.hasOwn(languages, name);
}

/** All of them, in the order of the table. */
export const languageNames: readonly Language[] = Object.keys(languages).filter(isLanguage);
