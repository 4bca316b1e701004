/** The page's texts, apart from all others: the page is made beside the sums, so that the edge's script does without. */
import type { Language } from "../texts/languages.ts";
import { en, type StatisticsTexts } from "./texts-en.ts";
import { zh } from "./texts-zh.ts";

export const statisticsTexts: Readonly<Record<Language, StatisticsTexts>> = { en, zh };
