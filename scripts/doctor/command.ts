/** What is wrong with a deployment, told. */
import { existsSync } from "node:fs";
import { exitCodes } from "../program/exit-codes.ts";
import { parts } from "../program/parts.ts";
import { report } from "../program/report.ts";
import type { Call } from "../program/syntax.ts";
import { configPath, readMachineSettings, thisWorld } from "../serve/options.ts";
import type { Finding } from "./finding.ts";
import { gatherFacts } from "./gather.ts";
import { judgeFacts } from "./judge.ts";

/** `nearmirror doctor` */
export async function doctorCommand(call: Call): Promise<number> {
  const config = call.text("config");
  const findings = await findingsOf({
    network: call.has("network"),
    ...(config !== undefined && { config }),
  });
  report(call, reportText(findings), findings);
  return findings.some(({ level }) => level === "wrong") ? exitCodes.failed : exitCodes.done;
}

async function findingsOf({ config, network }: { config?: string; network: boolean }) {
  const world = thisWorld();
  const read = readMachineSettings(config, world);
  if ("wrong" in read) {
    return read.wrong.map(
      (says): Finding => ({
        name: "settings",
        level: "wrong",
        says,
        todo: `Correct it; ${parts.command} serve --check tells what would hold.`,
      }),
    );
  }
  const path = configPath(config, world);
  return judgeFacts(
    await gatherFacts({
      settings: read.settings,
      network,
      ...(path !== undefined && existsSync(path) && { config: path }),
    }),
  );
}

function reportText(findings: readonly Finding[]): string {
  if (findings.length === 0) return "Nothing is wrong.\n";
  const count = (level: Finding["level"]) => findings.filter((one) => one.level === level).length;
  const lines = findings.map(
    ({ level, says, todo }) => `${level === "wrong" ? "WRONG" : "warning"}: ${says}\n  ${todo}\n`,
  );
  return `${lines.join("")}${count("wrong")} wrong, ${count("warning")} warnings.\n`;
}
