/** A program: an origin and a mirror of the lab's trees at one address. `node from-bare-origin.ts ADDRESS FOLDER` */
import { LabServer } from "../lab/server.ts";

const [host = "", folder = ""] = process.argv.slice(2);
const root = () => folder;
const origin = new LabServer({ name: "origin", host, root });
const mirror = new LabServer({ name: "mirror", host, root, basePath: "/mirror/" });
await Promise.all([origin.start(), mirror.start()]);
process.stdout.write(`${JSON.stringify({ origin: origin.url, mirror: mirror.url })}\n`);
process.stdin.resume();
process.stdin.once("end", () => process.exit(0));
