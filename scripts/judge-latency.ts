/** `npm run judge:latency [-- --json]`: how good the latency estimate is where nobody has measured. */
import { parseArgs } from "node:util";
import {
  greatCircleEstimate,
  type Judgement,
  judge,
  modelEstimate,
  type Verdict,
} from "./geo-data/judge.ts";
import { judgeCorrections, type Losses, type Off } from "./geo-data/judge-corrections.ts";
import { readMeasurements, readNetwork } from "./geo-data/latency-sources.ts";
import { seeded } from "./random.ts";

const meaning = {
  none: "no mirror is off",
  drawn: "a fifth is 30 to 80 ms off, by chance",
  first: "at each place the model's first is",
} as const satisfies Record<Off, string>;

const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const measurements = readMeasurements();
const model = judge(measurements, modelEstimate(readNetwork()));
const greatCircle = judge(measurements, greatCircleEstimate);
/** As many rounds as make the mean loss the same by some tenths of a ms, whatever the seed. */
const rounds = 40;
const corrections = (["none", "drawn", "first"] as const).map((off) => ({
  off,
  ...judgeCorrections(
    measurements,
    readNetwork(),
    { off, rounds: off === "none" ? 1 : rounds },
    seeded(1),
  ),
}));

if (values.json) {
  console.log(JSON.stringify({ model, greatCircle, corrections }, null, 2));
} else {
  printTable();
}

function printTable(): void {
  console.log(
    "Each region as a client without measurements of its own. Loss: round trip to the region ranked",
  );
  console.log("first, less that to the truly fastest.\n");
  console.log(
    row("client", "fastest", "model chose", "loss ms", "order", "great circle", "loss ms", "order"),
  );
  for (const [index, ours] of model.perClient.entries()) {
    const theirs = greatCircle.perClient[index];
    if (theirs !== undefined)
      console.log(row(ours.city, ours.fastest, ...cells(ours), ...cells(theirs)));
  }
  console.log(`\n${summary("model", model)}\n${summary("great circle", greatCircle)}`);
  console.log(
    "\nWith what Probers measure, five mirrors at each place, clients of a region that nobody measured from:",
  );
  console.log("mean loss, ms                              clients    model  corrected");
  for (const { off, all, whereOff } of corrections) {
    console.log(lossRow(meaning[off], all));
    if (off === "drawn") console.log(lossRow("  of these, sent to one of them", whereOff));
  }
}

function lossRow(what: string, { clients, modelMs, correctedMs }: Losses): string {
  const figures = [String(clients), modelMs.toFixed(2), correctedMs.toFixed(2)];
  return what.padEnd(40) + figures.map((figure) => figure.padStart(10)).join("");
}

function cells({ chosen, lossMs, orderAgreement }: Verdict): string[] {
  return [chosen, lossMs.toFixed(1), orderAgreement.toFixed(2)];
}

function row(...columns: string[]): string {
  const widths = [11, 11, 12, -8, -6, 13, -8, -6];
  return columns
    .map((text, index) => {
      const width = widths[index] ?? 0;
      return width < 0 ? text.padStart(-width) : text.padEnd(width);
    })
    .join("  ");
}

function summary(name: string, judgement: Judgement): string {
  const { firstOrWithin10Ms, perClient, meanLossMs, meanOrderAgreement, meanErrorMs } = judgement;
  return (
    `${name}: first or within 10 ms for ${firstOrWithin10Ms} of ${perClient.length}, mean loss ` +
    `${meanLossMs.toFixed(2)} ms, order agreement (tau) ${meanOrderAgreement.toFixed(3)}, mean error ` +
    `${meanErrorMs.toFixed(1)} ms`
  );
}
