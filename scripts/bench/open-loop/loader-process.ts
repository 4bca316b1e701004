/** The process that loads, on a processor of its own: takes plans, tells results, ends with its parent. */
import { seeded } from "../../random.ts";
import { addressesOf } from "../load.ts";
import { type LoadPlan, type OpenLoopResult, runLoad } from "./run-load.ts";

/** Who asks for what; told once. */
export interface LoaderSubject {
  /** Different client addresses. */
  clients: number;
  userAgent: string;
  /** With their slash. */
  paths: readonly string[];
}

export interface LoaderOrder extends LoadPlan {
  /** Of what is drawn: a client, and a path. */
  seed: number;
  /** In place of drawing: each client in turn, and each path, from the first on. */
  inTurn?: boolean;
  /** The first of those in turn; absent: 0. */
  from?: number;
}

export type LoaderAnswer = { result: OpenLoopResult } | { failed: string };

let heads: readonly string[] = [];
let tails: readonly string[] = [];

process.on("message", (message: LoaderSubject | LoaderOrder) => {
  if ("paths" in message) {
    const head = `Host: mirror.example\r\nUser-Agent: ${message.userAgent}\r\nX-Forwarded-For: `;
    heads = message.paths.map((path) => `GET ${path} HTTP/1.1\r\n${head}`);
    tails = addressesOf(message.clients);
    return;
  }
  run(message).then(
    (result) => tell({ result }),
    (error) => tell({ failed: String(error) }),
  );
});
process.once("disconnect", () => process.exit(0));

function tell(answer: LoaderAnswer): void {
  process.send?.(answer);
}

function run(order: LoaderOrder): Promise<OpenLoopResult> {
  const random = seeded(order.seed);
  const drawn = (all: readonly string[]) => all[Math.floor(random() * all.length)] ?? "";
  const inTurn = (all: readonly string[], at: number) => all[at % all.length] ?? "";
  const { from = 0 } = order;
  return runLoad(order, (at) =>
    order.inTurn === true
      ? `${inTurn(heads, from + at)}${inTurn(tails, from + at)}\r\n\r\n`
      : `${drawn(heads)}${drawn(tails)}\r\n\r\n`,
  );
}
