/** What `npm run probe` prints for a person. */
import type { Observation } from "../../worker/health/observation.ts";
import type { Failure } from "../../worker/outbound/failure.ts";
import type { ProbeResult } from "./run.ts";

/** Colours a text, or gives it back as it is. */
export type Style = (format: "bold" | "green" | "yellow" | "red", text: string) => string;

/** Some lines, ending in a newline. */
export function formatReport(result: ProbeResult, style: Style): string {
  const { repository, mirror, base } = result;
  const lines = [
    style("bold", base),
    field("repository", `${repository} (${result.kind}), ${result.foundBy}`),
    ...(mirror === undefined ? [] : [field("mirror", mirror)]),
    field("origin", originLine(result, style)),
  ];
  for (const { family, observation } of result.probes) {
    lines.push("", style("bold", familyNames[family]));
    lines.push(...observationLines(observation, style));
  }
  lines.push("", `${style("bold", "Verdict")}  ${verdictOf(result, style)}`, "");
  return lines.join("\n");
}

function verdictOf({ ok, compared, probes }: ProbeResult, style: Style): string {
  if (ok) return style("green", "ok");
  const answers = probes.length > 0 && probes.every(({ observation }) => !observation.failure);
  return answers && !compared
    ? style("yellow", "unknown: it answers, but nothing of it could be compared")
    : style("red", "failing");
}

const familyNames = { ipv4: "IPv4", ipv6: "IPv6", any: "Any address" } as const;

function originLine({ origin, reference }: ProbeResult, style: Style): string {
  const { roots, samples, failed, withoutSamples } = reference;
  if (roots === 0 && samples === 0) {
    const why = failed === undefined ? "" : ` (${printable(failed).replace(/\.$/, "")})`;
    return style("yellow", `${origin} told nothing${why}: there is little to compare with`);
  }
  const known = `${origin} (${count(roots, "root")}, ${count(samples, "file")} to sample)`;
  return withoutSamples === undefined
    ? known
    : `${known}; ${style("yellow", printable(withoutSamples))}`;
}

function observationLines(seen: Observation, style: Style): string[] {
  const { failure, freshness, ms, bytesPerSecond, certificateUntil, ranges } = seen;
  const lines: string[] = [];
  lines.push(
    field("state", failure === undefined ? style("green", "answers") : style("red", said(failure))),
  );
  if (failure !== undefined) lines.push(...evidence(failure));
  if (freshness !== undefined) {
    const colour =
      freshness.is === "fresh" ? "green" : freshness.is === "lagging" ? "yellow" : "red";
    const behind =
      freshness.behind === undefined ? "" : `, ${count(freshness.behind, "generation")}`;
    const lag =
      freshness.lagSeconds === 0 ? "" : `: ${duration(freshness.lagSeconds)}${behind} behind`;
    lines.push(field("freshness", `${style(colour, freshness.is)}${lag} (${freshness.root})`));
  }
  if (ms !== undefined) lines.push(field("first answer", `${Math.round(ms)} ms`));
  if (bytesPerSecond !== undefined) {
    lines.push(field("throughput", `${(bytesPerSecond / 1e6).toFixed(1)} MB/s`));
  }
  if (ranges !== undefined) {
    lines.push(field("ranges", ranges ? "yes" : style("yellow", "no")));
  }
  if (certificateUntil !== undefined) {
    lines.push(
      field("certificate", `until ${new Date(certificateUntil).toISOString().slice(0, 10)}`),
    );
  }
  for (const file of seen.files) {
    const good = file.hashed ? "size and bytes are right" : "size is right";
    const verdict =
      file.failure === undefined ? style("green", good) : style("red", said(file.failure));
    lines.push(field("file", `${printable(file.path)}: ${verdict}`));
  }
  for (const warning of seen.warnings)
    lines.push(field("warning", style("yellow", printable(warning))));
  lines.push(field("requests", String(seen.requests)));
  return lines;
}

function said({ kind, detail }: Failure): string {
  return printable(`${kind}: ${detail}`);
}

function evidence(failure: Failure): string[] {
  const lines = [field("", printable(failure.url))];
  if (failure.header !== undefined) lines.push(field("", printable(failure.header)));
  return lines;
}

function field(name: string, value: string): string {
  return `  ${name.padEnd(13)} ${value}`;
}

/** A server's words may hold what a terminal takes for commands. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** `3 d 4 h`, `25 min`, `40 s`. */
function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 36 ? `${hours} h` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
