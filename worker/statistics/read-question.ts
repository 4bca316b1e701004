/** Reads a query of `/api/v1/stats`, or says what in it can't be answered. Pure. */
import { noneOf } from "../http/nearest-value.ts";
import { fileClasses, hourMs, hourOf, hoursPerDay, namedCountry } from "./counted.ts";
import { type By, bys, type Per, pers, type StatisticsQuestion, viewFor } from "./question.ts";
import { daysKept, hoursKept } from "./retention.ts";

/** Rows that are told unless more are asked for. */
export const defaultLimit = 50;
/** All mirrors of a list. */
export const maxLimit = 2000;
/** Rows times periods: 400 KB of JSON. 1,576 mirrors for a day by the hour are 37,824. */
export const maxPoints = 40_000;
/** Days of one question: to sum up more takes the object longer than 50 ms. */
export const maxDays = 186;

const names = ["from", "to", "per", "by", ...bys, "limit"];
/** A day, or a time in UTC. */
const timeForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z)?$/;
/** Periods that are told unless others are asked for. */
const usual: Readonly<Record<Per, number>> = { hour: 24, day: 30 };
const most: Readonly<Record<Per, number>> = { hour: hoursKept + 1, day: maxDays };

/** @param query without its `?` @param now Unix ms */
export function readStatisticsQuestion(
  query: string,
  now: number,
): StatisticsQuestion | { reason: string } {
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!names.includes(name)) return { reason: noneOf(name, undefined, names) };
    if (given.has(name)) return { reason: `${name}= is given twice. Leave one out.` };
    given.set(name, value);
  }
  const value = (name: string) => given.get(name) || undefined;
  const per = oneOf("per", value("per") ?? "hour", pers);
  if (typeof per !== "string") return per;
  const wantedBy = value("by");
  const by = wantedBy === undefined ? undefined : oneOf("by", wantedBy, bys);
  if (typeof by === "object") return by;
  const only = readOnly(value);
  if ("reason" in only) return only;
  const span = readSpan(per, { from: value("from"), to: value("to") }, now);
  if ("reason" in span) return span;
  const text = value("limit") ?? String(defaultLimit);
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxLimit) {
    return { reason: `limit=${text} is not a number from 1 to ${maxLimit}.` };
  }
  if (by !== undefined && limit * (span.to - span.from) > maxPoints) {
    return {
      reason: `${limit} rows of ${span.to - span.from} ${per}s are more than ${maxPoints} figures. Take a smaller limit=, or a shorter time.`,
    };
  }
  const question = { per, ...span, ...(by !== undefined && { by }), only, limit };
  if (viewFor(question) === undefined) {
    return {
      reason:
        "Mirrors aren't counted by country: mirror and country can't be asked for together. Leave one out.",
    };
  }
  return question;
}

function oneOf<Value extends string>(
  name: string,
  value: string,
  allowed: readonly Value[],
): Value | { reason: string } {
  return allowed.find((one) => one === value) ?? { reason: noneOf(name, value, allowed) };
}

function readOnly(
  value: (name: string) => string | undefined,
): Partial<Record<By, string>> | { reason: string } {
  const only: Partial<Record<By, string>> = {};
  for (const by of bys) {
    const name = value(by);
    if (name !== undefined)
      only[by] = by === "country" && name.length === 2 ? name.toUpperCase() : name;
  }
  if (only.class !== undefined) {
    const found = oneOf("class", only.class, fileClasses);
    if (typeof found !== "string") return found;
  }
  if (only.country !== undefined && namedCountry(only.country) === undefined) {
    return {
      reason: `country=${only.country} is no country. Write two letters (ISO 3166-1), or unknown.`,
    };
  }
  return only;
}

/** Whole periods; the last one is the present one, which goes on. */
function readSpan(
  per: Per,
  { from: first, to: last }: { from: string | undefined; to: string | undefined },
  now: number,
): { from: number; to: number } | { reason: string } {
  const ms = per === "hour" ? hourMs : hourMs * hoursPerDay;
  const present = Math.floor(now / ms);
  for (const [name, text] of [
    ["from", first],
    ["to", last],
  ] as const) {
    if (text !== undefined && !(timeForm.test(text) && Number.isFinite(Date.parse(text)))) {
      return {
        reason: `${name}=${text} is no time. Write a day (2026-11-30) or a time in UTC (2026-11-30T12:00Z).`,
      };
    }
  }
  const end = last === undefined ? present + 1 : Math.ceil(Date.parse(last) / ms);
  const to = Math.min(end, present + 1);
  const from = first === undefined ? to - usual[per] : Math.floor(Date.parse(first) / ms);
  if (from >= to) return { reason: "from= must be before to=, and not ahead." };
  const oldest = per === "hour" ? hourOf(now) - hoursKept : present - daysKept;
  if (from < oldest) {
    const back =
      per === "hour" ? `${hoursKept / hoursPerDay} days; per=day goes further` : "two years";
    return {
      reason: `per=${per} goes back ${back}. The oldest is ${new Date(oldest * ms).toISOString()}.`,
    };
  }
  if (to - from > most[per]) {
    return { reason: `${to - from} ${per}s are more than ${most[per]}. Ask for less at a time.` };
  }
  return { from, to };
}
