/** Verdicts as a table for people. Pure. */
import type { BuildCosts } from "./serve.ts";
import type { Verdict } from "./verdict.ts";

export function verdictLines(verdicts: readonly Verdict[]): string[] {
  const rows = verdicts.map((verdict) => {
    const { check, asked, right, least, isMet, figure, seconds } = verdict;
    const share = asked === 0 ? "-" : `${((100 * right) / asked).toFixed(2)} %`;
    return [
      isMet ? "ok" : "MISSED",
      check,
      `${right} of ${asked}`,
      share,
      `>= ${least * 100} %`,
      `${seconds.toFixed(1)} s`,
      figure ?? "",
    ];
  });
  const heads = ["", "check", "right", "share", "goal", "took", ""];
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const wrong = verdicts
    .filter(({ wrong }) => wrong.length > 0)
    .flatMap(({ check, goal, wrong }) => [
      "",
      `${check}: ${goal}`,
      ...wrong.map((one) => `  ${one}`),
    ]);
  return [line(heads), ...rows.map(line), ...wrong];
}

/** What reading the suites took. */
export function costLines(costs: BuildCosts): string[] {
  const { seconds, cpuSeconds, packagesSeconds, packagesCpuSeconds } = costs;
  const { peakMb, idleMb, heapMb, databaseBytes, indexes } = costs;
  const figure = (value: number, unit: string, digits = 1) => `${value.toFixed(digits)} ${unit}`;
  return [
    `packages after ${figure(packagesSeconds, "s")}, ${figure(packagesCpuSeconds, "s")} of processor time`,
    `files after ${figure(seconds, "s")}, ${figure(cpuSeconds, "s")} of processor time`,
    ...(heapMb === undefined ? [] : [`watchers' isolate ${figure(heapMb, "MB", 0)} at most`]),
    `process ${figure(idleMb, "MB", 0)} before, ${figure(peakMb, "MB", 0)} at most`,
    `databases ${figure(databaseBytes / 1e6, "MB")}`,
    ...indexes.map(
      ({ suite, role, name, entries, why }) =>
        `  ${suite} ${role} ${name}: ${entries ?? "not read"}${why === undefined ? "" : `, ${why}`}`,
    ),
  ];
}
