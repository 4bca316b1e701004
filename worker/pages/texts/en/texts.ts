/** English, and so the form of the table: one file for each part of the site. */
import { fileMirrors } from "./file-mirrors.ts";
import { frame } from "./frame.ts";
import { map } from "./map.ts";
import { why } from "./why.ts";

export const en = { frame, fileMirrors, map, why };

/**
 * All texts of the pages: English is the form of the table. The compiler refuses a language that lacks a text, or has
 * one that English lacks. A text is plain, never markup; `{name}` in a text is where `sentence` puts a piece.
 */
export type Texts = typeof en;
