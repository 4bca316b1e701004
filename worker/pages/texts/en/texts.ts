/** English, and so the form of the table: one file for each part of the site. */
import { frame } from "./frame.ts";

export const en = { frame };

/**
 * All texts of the pages: English is the form of the table. The compiler refuses a language that lacks a text, or has
 * one that English lacks. A text is plain, never markup; `{name}` in a text is where `sentence` puts a piece.
 */
export type Texts = typeof en;
