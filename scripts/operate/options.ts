/** Values of options that aren't any text. */
import { misused } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";

/** A whole number above 0. @throws Failure */
export function numberOption(call: Call, option: string): number | undefined {
  const text = call.text(option);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw misused(`--${option} is "${text}"; it must be a whole number above 0.`);
}

/** Parameters of a query by options of other names, or the same. */
export function queryOf(call: Call, names: readonly string[]): Record<string, string> {
  const given = names.flatMap((name) => {
    const value = call.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}
