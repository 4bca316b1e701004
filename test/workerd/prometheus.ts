/** A strict reader of Prometheus' text format 0.0.4, as its documentation describes it. */

export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  type: string;
  help: string;
  samples: Sample[];
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const helpLine = new RegExp(`^# HELP (${metricName}) (.*)$`);
const typeLine = new RegExp(`^# TYPE (${metricName}) (counter|gauge|histogram|summary|untyped)$`);
const sampleLine = new RegExp(`^(${metricName})(\\{.*\\})? (\\S+)$`);
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

/** Families by name. Throws an Error with the line that the format doesn't allow. */
export function readPrometheus(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line doesn't end with a line feed");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current = "";
  let help: string | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    const wrong = (why: string) => new Error(`${why}: ${line}`);
    const helped = helpLine.exec(line);
    if (helped !== null) {
      [, current = "", help = ""] = helped;
      if (families.has(current)) throw wrong("a second HELP, or lines of one metric apart");
      if (/\\(?![\\n])/.test(help)) throw wrong("a lone backslash");
      continue;
    }
    const typed = typeLine.exec(line);
    if (typed !== null) {
      const [, name = "", type = ""] = typed;
      if (name !== current || help === undefined) throw wrong("TYPE without its HELP before");
      families.set(name, { type, help, samples: [] });
      help = undefined;
      continue;
    }
    if (line.startsWith("#")) throw wrong("a comment");
    const found = sampleLine.exec(line);
    if (found === null) throw wrong("no sample");
    const [, name = "", pairs = "", value = ""] = found;
    const family = families.get(name);
    if (family === undefined || name !== current) throw wrong("a sample apart from its TYPE");
    if (seen.has(name + pairs)) throw wrong("the same sample twice");
    seen.add(name + pairs);
    if (!/^([+-]?(\d+(\.\d+)?(e[+-]?\d+)?|Inf)|NaN)$/i.test(value)) throw wrong("no value");
    const labels = readLabels(pairs.slice(1, -1));
    if (labels === undefined) throw wrong("labels that can't be read");
    if (family.type === "counter" && !(Number(value) >= 0)) throw wrong("a counter below 0");
    if (family.type === "counter" && !name.endsWith("_total")) throw wrong("a counter's name");
    family.samples.push({ name, labels, value: Number(value) });
  }
  return families;
}

function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name, value = ""] = label.exec(text) ?? [];
    if (name === undefined || name in labels) return undefined;
    labels[name] = value.replace(/\\(.)/g, (_, escaped) => (escaped === "n" ? "\n" : escaped));
  }
  return labels;
}
