/** A decision as plain text, for terminals. English, as programs' answers are. Pure. */
import type { Trace, TracedMirror } from "../../delivery/trace.ts";
import type { PastTold } from "../../delivery/trace-past.ts";
import { excludedGroups } from "./excluded-groups.ts";

/** Ranked mirrors with a line of their own; JSON has all. */
const shownMirrors = 20;

export function traceText(trace: Trace): string {
  const { path, past, file, client, mirrors } = trace;
  const ranked = mirrors.filter(({ rank }) => rank !== undefined);
  const place = [client.country, coordinates(client), client.asn && `AS${client.asn}`];
  const size = file?.size === undefined ? "" : `, ${file.size} bytes`;
  const lines = [
    `${path} (${trace.class}${size})`,
    ...(past === undefined ? [] : pastLines(past)),
    ...(file?.sha256 === undefined ? [] : [`sha256 ${file.sha256}`]),
    `client ${client.address || "?"}, ${client.family}, ${client.scheme}, ${place.filter(Boolean).join(" ") || "nobody knows where"} (from ${client.placeFrom})`,
    `decision ${trace.decision === undefined ? "bytes from here" : decided(trace.decision)}`,
    "",
    ...ranked.slice(0, shownMirrors).map(line),
    ...(ranked.length > shownMirrors ? [`and ${ranked.length - shownMirrors} more`] : []),
    "",
    ...excludedGroups(mirrors).map(
      ({ because, what, mirrors: { length } }) =>
        `${length} left out: ${what === "" ? because : because === "other" ? what : `${because} ${what}`}`,
    ),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

function pastLines({ at, from, until, oldest, coarse, snapshot, unknown }: PastTold): string[] {
  return [
    `at ${at}, by the roster ${until === null ? `since ${from}` : `from ${from} to ${until}`}${snapshot === undefined ? "" : ` and snapshot ${snapshot.id}`}; the oldest moment that can be explained is ${oldest}`,
    ...(coarse === undefined
      ? []
      : [
          `${coarse.publications} publications since ${coarse.since} aren't kept: another roster may have been in force`,
        ]),
    ...unknown.map((one) => `not known: ${one}`),
  ];
}

function coordinates({ latitude, longitude }: Trace["client"]): string | undefined {
  return latitude === undefined || longitude === undefined ? undefined : `${latitude},${longitude}`;
}

function decided(decision: NonNullable<Trace["decision"]>): string {
  if ("redirect" in decision) {
    const { redirect, though } = decision;
    return `redirect to ${redirect.join(", ")}${though === undefined ? "" : ` (${though})`}`;
  }
  if ("ask" in decision) return `ask ${decision.ask.join(", ")}: ${decision.for}`;
  return "bytes" in decision ? `bytes from here: ${decision.bytes}` : "refuse";
}

function line({
  rank,
  mirror,
  country = "??",
  state,
  costMs,
  cost,
  proof,
  verdict,
  why,
}: TracedMirror) {
  const parts = cost === undefined ? "" : ` (${cost.rttMs} way, ${cost.addedMs} added)`;
  const { estimateMs, correctionMs = 0, measuredHoursAgo } = cost ?? {};
  const sign = correctionMs < 0 ? "" : "+";
  const measured =
    estimateMs === undefined
      ? ""
      : `, estimate ${estimateMs} ms, measured ${sign}${correctionMs} ms ${measuredHoursAgo} h ago`;
  const more = [verdict, why].filter((one) => one !== undefined).join("; ");
  return `${rank}. ${mirror} ${country} ${state} ${costMs ?? "?"} ms${parts}${measured}${proof === undefined ? "" : `, proof: ${proof}`}${more === "" ? "" : ` - ${more}`}`;
}
