/** What the loader itself can send: it is measured before what it measures. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { serverCpu } from "../measure.ts";
import type { Loader } from "./loader.ts";

/** Requests of the measurement, after as many that only have the code compiled. */
const requests = 40_000;
const connections = 64;

/** Answers each piece that comes with a redirect of a usual length, and does nothing else. */
const bareServer = `
const answer = "HTTP/1.1 302 Found\\r\\nContent-Length: 0\\r\\nLocation: http://mirror.example/" + "x".repeat(100) + "\\r\\n\\r\\n";
const server = require("node:net").createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("data", () => socket.write(answer, "latin1"));
  socket.on("error", () => {});
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.once("disconnect", () => process.exit(0));
`;

/** A rate at which it is tried, requests a second, and for how long, s. */
const triedPerSecond = 15_000;
const triedSeconds = 2;

export interface OwnSpeed {
  /** Requests sent, and answers read, in a second of its processor's time. */
  perSecond: number;
  /** At `triedPerSecond`: what was answered a second, and how late the loader itself was, ms. */
  tried: { perSecond: number; rps: number; ownLateP99Ms: number };
}

export async function loaderSpeed(loader: Loader): Promise<OwnSpeed> {
  const child = spawn("taskset", ["-c", String(serverCpu), process.execPath, "-e", bareServer], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  try {
    const [port] = await once(child, "message");
    if (typeof port !== "number") throw new Error("the bare server tells no port");
    const order = { port, connections, count: requests, status: 302 };
    await loader.load(order);
    const { cpuSeconds } = await loader.load(order);
    const count = triedPerSecond * triedSeconds;
    const tried = await loader.load({ ...order, count, perSecond: triedPerSecond });
    const { rps, ownLateP99Ms } = tried;
    return {
      perSecond: requests / cpuSeconds,
      tried: { perSecond: triedPerSecond, rps, ownLateP99Ms },
    };
  } finally {
    if (child.connected) child.disconnect();
  }
}
