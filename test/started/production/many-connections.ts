/**
 * A program: opens connections from one address, tells what became of them as a line of JSON, and holds those that
 * were accepted until its standard input ends.
 *
 * `node many-connections.ts FROM TO PORT COUNT PAUSE_MS hold|close`
 */
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A filter that drops says nothing: longer than a round trip on a cable of this machine. */
const silentMs = 1000;

const [from = "", to = "", port = "", count = "", pauseMs = "", held = ""] = process.argv.slice(2);
const told = { accepted: 0, refused: 0, silent: 0 };
const open: Socket[] = [];
for (let made = 0; made < Number(count); made++) {
  const socket = connect({ host: to, port: Number(port), localAddress: from });
  const [outcome] = await Promise.race([
    new Promise<["accepted"]>((resolve) => socket.once("connect", () => resolve(["accepted"]))),
    new Promise<["refused"]>((resolve) => socket.once("error", () => resolve(["refused"]))),
    pause(silentMs, ["silent"] as const, { ref: false }),
  ]);
  told[outcome] += 1;
  if (outcome === "accepted" && held === "hold") open.push(socket);
  else socket.destroy();
  if (pauseMs !== "0") await pause(Number(pauseMs));
}
process.stdout.write(`${JSON.stringify(told)}\n`);
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
