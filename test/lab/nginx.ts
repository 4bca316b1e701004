/** A real nginx on loopback with a server of one's own choice: what the service is compared with. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../scripts/service/free-port.ts";
import { findProgram } from "./process.ts";

export interface Nginx {
  /** Base URL, ends in `/`. */
  url: string;
  stop(): Promise<void>;
}

const startDeadlineMs = 5000;

/**
 * Starts it with a configuration as small as can be: one worker, sendfile.
 * @param server directives of its only server, besides `listen`
 * @param scratch a directory for its own files
 * @throws Error when it is missing or doesn't listen.
 */
export async function startNginx(server: string, scratch: string): Promise<Nginx> {
  const program = findProgram("nginx");
  if (program === undefined) throw new Error("nginx is missing: apt-get install nginx-light");
  const port = await freePort();
  mkdirSync(scratch, { recursive: true });
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(scratch, name)};`,
  );
  const configuration = join(scratch, "nginx.conf");
  writeFileSync(
    configuration,
    `daemon off;
master_process off;
pid ${join(scratch, "nginx.pid")};
error_log ${join(scratch, "error.log")};
events {}
http {
  access_log off;
  sendfile on;
  ${temporary.join("\n  ")}
  server { listen 127.0.0.1:${port}; ${server} }
}
`,
  );
  const child = spawn(program, ["-c", configuration, "-e", join(scratch, "error.log")], {
    stdio: "ignore",
  });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}/`;
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    process.off("exit", killed);
  };
  const deadline = Date.now() + startDeadlineMs;
  while (child.exitCode === null && Date.now() < deadline) {
    try {
      await (await fetch(url, { redirect: "manual" })).arrayBuffer();
      return { url, stop };
    } catch {
      await pause(50);
    }
  }
  await stop();
  throw new Error(`nginx doesn't listen at port ${port}`);
}
