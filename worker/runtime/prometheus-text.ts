/** The text format of Prometheus, version 0.0.4. */

export type Labels = Record<string, string>;

/** Escapes as the format asks: backslash, quote, line feed. */
function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

/** One metric with its samples, as lines. */
export function metric(
  name: string,
  type: "gauge" | "counter",
  help: string,
  samples: readonly (readonly [Labels, number])[],
): string[] {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value]) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}=${quoted(text)}`);
      return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
    }),
  ];
}
