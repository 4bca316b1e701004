/** Rules of a `genisolist.ini`, for files that none of ours knows. Pure. */

import { takeArchitectures } from "../architectures.ts";
import type { ImageType } from "../image.ts";
import type { ImageName } from "../image-name.ts";
import type { Rule, Said } from "../rules/rule.ts";
import { isPreviewWord } from "../rules/words.ts";
import { expressionOf, type ImageRule, isAt } from "./read-sections.ts";

/** The rules in their order. */
export function rulesOf(rules: readonly ImageRule[]): Rule[] {
  return rules.map((rule) => {
    const expression = expressionOf(rule.pattern);
    return (name) => said(rule, expression, name);
  });
}

function said(rule: ImageRule, expression: RegExp, name: ImageName): Said | undefined {
  // genisolist's paths begin with the folder of a repository, ours within it.
  const path = `${name.repository}/${name.path}`;
  if (!isAt(rule, path)) return undefined;
  const match = expression.exec(rule.usesName ? name.name : path);
  if (match === null) return undefined;
  const version = rendered(rule.version, match);
  const kind = rendered(rule.type, match);
  const architecture = architectureOf(rendered(rule.platform, match));
  const edition = nameOf(kind);
  return {
    distribution: nameOf(rule.distro),
    version,
    // What it supports as one it doesn't say.
    series: version === "" ? "rolling" : version,
    type: typeOf(rule, kind, name),
    ...(edition !== "" && { edition }),
    ...(architecture !== undefined && { architecture }),
    ...(version.split(/[-_. ]/).some((word) => isPreviewWord(word.toLowerCase())) && {
      isPreview: true,
    }),
  };
}

/** A template with the groups in place of `$0`, `$1` and so on; one that took no part is nothing. */
function rendered(template: string | undefined, match: RegExpExecArray): string {
  let text = template ?? "";
  // One after the other, as genisolist does: `$10` is `$1` with a 0 behind it.
  match.forEach((group: string | undefined, number) => {
    text = text.replaceAll(`$${number}`, () => group ?? "");
  });
  return text.trim();
}

/** Mint and others say how wide a word is. */
const widths: Readonly<Record<string, string>> = { "64bit": "amd64", "32bit": "i386" };

/** Undefined where the platform is none that has a name. */
function architectureOf(platform: string): string | undefined {
  const width = Object.keys(widths).find((one) => platform.toLowerCase().includes(one));
  return width === undefined ? takeArchitectures(platform).architectures[0] : widths[width];
}

/** `Linux Mint` is `linux-mint`; other scripts stay as they are. */
function nameOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.+]+/gu, "-")
    .replace(/^-+|-+$/g, "");
}

function typeOf({ category = "os" }: ImageRule, kind: string, { format }: ImageName): ImageType {
  if (category !== "os") return "other";
  if (/net(?:work|inst)|mini\b|boot/i.test(kind)) return "netinst";
  if (/live/i.test(kind)) return "live";
  if (/cloud|container/i.test(kind)) return /cloud/i.test(kind) ? "cloud" : "container";
  return /^(?:iso|img)/.test(format) ? "installer" : "rootfs";
}
