/** Settings as they are shown to people and written into logs: nothing secret in them. Pure. */
import { withoutUserInfo } from "../log/user-info.ts";
import { prefix } from "./program-settings.ts";
import type { Held } from "./sources.ts";
import { sourceText } from "./sources.ts";

/** Names whose values are never shown, should one ever come. */
const secretName = /SECRET|TOKEN|PASSWORD|PRIVATE_KEY|CREDENTIAL/;

/** A value without what may be secret: a URL's user and password, and values of secret names. */
export function shownValue(name: string, value: string): string {
  if (secretName.test(name)) return value === "" ? "(unset)" : "(set, not shown)";
  return withoutUserInfo(value);
}

/** What would hold, and from where each value comes: a line each. */
export function shownSettings(held: readonly Held[]): string {
  const lines = held.map(({ name, value, from, instead }) => {
    const not = instead.map((source) => sourceText(name, source)).join(", ");
    const source = sourceText(name, from) + (not === "" ? "" : `, not ${not}`);
    return { text: `${prefix}${name}=${shownValue(name, value)}`, source };
  });
  const wide = Math.max(...lines.map(({ text }) => text.length));
  return lines.map(({ text, source }) => `${text.padEnd(wide)}  ${source}\n`).join("");
}

/** The same for programs. */
export function settingsAsJson(held: readonly Held[]): unknown {
  return held.map(({ name, value, from, instead }) => ({
    name: prefix + name,
    value: shownValue(name, value),
    from,
    instead,
  }));
}
