/**
 * Instructions that a request takes, counted by callgrind (valgrind): the same however busy the machine is, but for what
 * a slower run has V8 compile meanwhile. What the memory takes to answer isn't in it.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPlainWorkerd } from "../service/workerd.ts";
import { type Group, groups, instructionsBy } from "./callgrind.ts";
import type { Contestant } from "./contests.ts";
import { load, packages, writeLoad } from "./load.ts";
import { loadCpu, serverCpu } from "./measure.ts";

export interface CountedInstructions {
  /** Instructions a request, by what they are of. */
  perRequest: Readonly<Record<Group, number>>;
  requests: number;
}

/** As many as keep one core busy under valgrind. */
const connections = 8;
/** Who draws the same package twice within a minute comes back for it, and may get its bytes: one in some hundred. */
const maxOtherShare = 0.02;
/** An answer under valgrind on a busy machine takes longer than wrk waits by itself. */
const timeoutSeconds = 30;
/** Before counting, with counting switched on. */
const translatingSeconds = 10;
/** Callgrind answers to its control program within this, ms. */
const controlMs = 60_000;

export interface Counting {
  /** Different addresses; with few of them all have asked before. */
  clients: number;
  /** Before counting: V8 compiles what it has seen some thousand times, and valgrind answers a hundred a second. */
  warmUpSeconds: number;
  seconds: number;
}

/** @throws where valgrind isn't there, or a server answers something else than redirects */
export async function countInstructions(
  server: Contestant,
  { clients, warmUpSeconds, seconds }: Counting,
): Promise<CountedInstructions> {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-callgrind-"));
  const files = join(folder, "counted.%p");
  // What isn't counted is several times as quick.
  const under = [
    ...["valgrind", "--tool=callgrind", "--instr-atstart=no"],
    `--callgrind-out-file=${files}`,
  ];
  const running =
    (await server.start?.(serverCpu, under)) ??
    (await startPlainWorkerd({ ...server, cpu: serverCpu, worldCpu: loadCpu, under }));
  try {
    const script = await writeLoad(clients, server.asks ?? packages);
    const how = { connections, cpu: loadCpu, timeoutSeconds };
    const control = (...what: string[]) =>
      execFileSync("callgrind_control", [...what, String(running.pid)], {
        stdio: "ignore",
        timeout: controlMs,
      });
    await load(running, script, { ...how, seconds: warmUpSeconds });
    control("--instr=on");
    // What is translated anew for that.
    await load(running, script, { ...how, seconds: translatingSeconds });
    control("--zero");
    const { rps, unexpected } = await load(running, script, { ...how, seconds });
    control("--dump");
    const requests = Math.round(rps * seconds);
    if (unexpected > requests * maxOtherShare)
      throw new Error(`${unexpected} of ${requests} answers weren't what was asked for`);
    const [dumped] = readdirSync(folder).filter((name) => name.endsWith(".1"));
    if (dumped === undefined) throw new Error("callgrind wrote nothing");
    const counted = instructionsBy(readFileSync(join(folder, dumped), "utf8"));
    const perRequest = { ...counted };
    for (const group of groups) perRequest[group] = counted[group] / requests;
    return { perRequest, requests };
  } finally {
    await running.stop();
    if (!process.env.KEEP) rmSync(folder, { recursive: true, force: true });
  }
}

/** For people: a line a group, the most first. */
export function instructionLines(
  counted: ReadonlyMap<string, CountedInstructions>,
): readonly string[] {
  const names = [...counted.keys()];
  const heading = ["".padEnd(20), ...names.map((name) => name.padStart(18))].join("");
  const row = (name: string, of: (one: CountedInstructions) => number) =>
    [
      name.padEnd(20),
      ...[...counted.values()].map((one) => Math.round(of(one)).toString().padStart(18)),
    ].join("");
  const sum = ({ perRequest }: CountedInstructions) =>
    groups.reduce((total, group) => total + perRequest[group], 0);
  return [
    heading,
    ...groups.map((group) => row(group, ({ perRequest }) => perRequest[group])),
    row("all", sum),
    row("requests counted", ({ requests }) => requests),
  ];
}
