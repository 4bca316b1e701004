/** Levels and forms of the log. */

/** Most important first. */
export const logLevels = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ["text", "json"] as const;
export type LogFormat = (typeof logFormats)[number];

/** A level as workerd says it: `console.log` is `log` there. */
export function levelOf(said: string): LogLevel {
  return logLevels.find((level) => level === said) ?? "info";
}
