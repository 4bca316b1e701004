/** A service's health in one line, as plugins of Nagios tell it (monitoring-plugins.org, Development Guidelines). Pure. */
import type { HealthAnswer } from "./ask-health.ts";

/** Exit status by the guidelines. */
export const pluginStatus = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
export type PluginState = keyof typeof pluginStatus;

export interface Judged {
  state: PluginState;
  /** One line, without its end. */
  line: string;
  alarms: string[];
  ms: number;
}

/** Alarms that the line tells; the page at `/mirrors` and `/api/v1/health` have all. */
const toldAlarms = 3;
/** Some systems keep no more of a line, characters. */
const mostCharacters = 900;

/** What an operator has to know of an answer. */
export function judgeHealth(answer: HealthAnswer, url: string): Judged {
  const { ms } = answer;
  if ("fault" in answer) {
    return told("CRITICAL", `${url}: ${answer.fault}`, { alarms: [], ms, figures: [] });
  }
  const { health } = answer;
  const alarms = listOf(health.warnings);
  const mirrors = figure(health, "roster", "mirrors");
  const repositories = figure(health, "catalogue", "repositories");
  const figures = [`mirrors=${mirrors}`, `repositories=${repositories}`, `alarms=${alarms.length}`];
  if (alarms.length === 0 && health.status === "ok") {
    const text = `${mirrors} mirrors, ${repositories} repositories`;
    return told("OK", text, { alarms, ms, figures });
  }
  const more = alarms.length > toldAlarms ? `; and ${alarms.length - toldAlarms} more` : "";
  const text = alarms.slice(0, toldAlarms).join("; ") + more;
  return told("WARNING", text === "" ? `status is ${health.status}` : text, {
    alarms,
    ms,
    figures,
  });
}

function told(
  state: PluginState,
  text: string,
  { alarms, ms, figures }: { alarms: string[]; ms: number; figures: string[] },
): Judged {
  // A line has one `|`: what is behind it are figures.
  const oneLine = text.replace(/[\s|]+/g, " ").slice(0, mostCharacters);
  const performance = [`time=${ms / 1000}s`, ...figures].join(" ");
  return { state, line: `NEARMIRROR ${state} - ${oneLine} | ${performance}`, alarms, ms };
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function figure(health: Record<string, unknown>, part: string, name: string): number {
  const value: unknown = Reflect.get(Object(health[part]), name);
  return typeof value === "number" ? value : 0;
}
