/** `npm run bench -- --files`: what small files and lists cost, beside a Worker that has the same bytes in memory. */
import { belowGoal, contestLines, contestReport, unexpectedIn } from "./contest-report.ts";
import { filesContest } from "./files-contest.ts";
import { loadCpu, measureInTurn } from "./measure.ts";
import type { Row, RowOptions, Told } from "./row.ts";

export const filesRow: Row = {
  help: "small files, InRelease, by-hash and lists, and a Worker that returns the same bytes from memory",
  needsWrk: true,
  measure,
};

/** Of the requests a second of the same bytes. */
const goal = 0.6;

async function measure(options: RowOptions): Promise<Told> {
  const { contests, stop } = await filesContest(loadCpu);
  const { rounds, seconds, clients, connections } = options;
  const json: Record<string, unknown> = {};
  const lines = [
    "The service is as `npm start` runs it, with its own cache: plain workerd has none. Same bytes: a Worker on plain workerd.",
    `${rounds} rounds of ${seconds} s, ${clients} client addresses, ${connections} connections`,
  ];
  const below: string[] = [];
  let unexpected = 0;
  try {
    for (const [asked, contest] of contests) {
      const results = await measureInTurn(contest, options);
      unexpected += unexpectedIn(results);
      const report = contestReport(contest, results);
      json[asked] = report;
      // The first pair is the one with the same bytes.
      const ratios = report.ratios.slice(0, 1);
      below.push(...belowGoal({ ratios }, goal).map((ratio) => `${asked} ${ratio.toFixed(3)}`));
      lines.push("", `Asked for: ${asked}`, ...contestLines(report));
    }
  } finally {
    await stop();
  }
  return {
    json: { files: json },
    lines: [
      ...lines,
      "",
      `Below ${goal.toFixed(2)} of the requests/s: ${below.join(", ") || "none"}.`,
    ],
    ...(unexpected > 0 && {
      fault: `${unexpected} answers weren't what was asked for: these figures mean nothing.`,
    }),
  };
}
