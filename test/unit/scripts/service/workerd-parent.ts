/** A program that starts workerd in the folder given, tells its process and port, and waits to be killed. */
import { workerd } from "../../../../scripts/service/workerd.ts";
import { startWorkerd } from "../../../../scripts/service/workerd-process.ts";

const [folder = ""] = process.argv.slice(2);
const { pid, ports } = await startWorkerd({
  program: workerd,
  folder,
  config: "service.capnp",
  sockets: ["http"],
  log: () => undefined,
});
console.log(JSON.stringify({ pid, port: ports.get("http") }));
setInterval(() => undefined, 60_000);
