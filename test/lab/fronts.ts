/** Real nginx and Caddy with the files that are shipped, on loopback and at ports of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/service/free-port.ts";
import type { Certificate } from "./listener.ts";
import { findProgram } from "./process.ts";

/** The name in the shipped files. */
export const frontName = "mirrors.example.org";

/** How each is started. `nginx 1.0`: with nothing but `proxy_pass`, as most people write it. */
export type FrontKind = "nginx" | "nginx 1.0" | "caddy";

export interface Front {
  /** Ports of 127.0.0.1. */
  http: number;
  https: number;
  stop(): Promise<void>;
}

export interface FrontOptions {
  /** Port of 127.0.0.1 at which the service listens. */
  service: number;
  /** Good for `frontName`. */
  certificate: Certificate;
  /** A folder of its own, which is there. */
  scratch: string;
}

/** The package that has it; undefined where it is installed. */
export function missingPackage(kind: FrontKind): string | undefined {
  const [program, debianPackage] = kind === "caddy" ? ["caddy", "caddy"] : ["nginx", "nginx-light"];
  return findProgram(program) === undefined ? debianPackage : undefined;
}

const startDeadlineMs = 10_000;

const production = fileURLToPath(new URL("../../scripts/production/", import.meta.url));

/** Starts it. @throws Error with what it printed when it doesn't listen */
export async function startFront(kind: FrontKind, options: FrontOptions): Promise<Front> {
  const [http, https] = [await freePort(), await freePort()];
  const { scratch, certificate } = options;
  mkdirSync(scratch, { recursive: true });
  writeFileSync(join(scratch, "cert.pem"), certificate.cert);
  writeFileSync(join(scratch, "key.pem"), certificate.key, { mode: 0o600 });
  const ports = { http, https, service: options.service };
  const started = kind === "caddy" ? startCaddy(ports, scratch) : startNginx(kind, ports, scratch);
  const { child, said } = started;
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  const ended = once(child, "exit").finally(() => process.off("exit", killed));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  for (const port of [http, https]) {
    if (await listens(port, child)) continue;
    await stop();
    throw new Error(`${kind} doesn't listen at port ${port}: ${said()}`);
  }
  return { http, https, stop };
}

interface Ports {
  http: number;
  https: number;
  service: number;
}

interface Child {
  child: ChildProcess;
  said(): string;
}

function startNginx(kind: "nginx" | "nginx 1.0", ports: Ports, scratch: string): Child {
  const server = kind === "nginx" ? shippedNginx(ports, scratch) : plainNginx(ports, scratch);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(scratch, name)};`,
  );
  const errors = join(scratch, "error.log");
  // As Debian's own nginx.conf includes conf.d/, for one process of this user.
  writeFileSync(
    join(scratch, "nginx.conf"),
    `daemon off;
master_process off;
pid ${join(scratch, "nginx.pid")};
error_log ${errors} warn;
events { worker_connections 768; }
http { sendfile on; tcp_nopush on; gzip on; access_log off; ${temporary.join(" ")}
${server} }
`,
  );
  const program = findProgram("nginx") ?? "nginx";
  const child = spawn(program, ["-c", join(scratch, "nginx.conf"), "-e", errors], {
    stdio: "ignore",
  });
  return { child, said: () => readFileSync(errors, "utf8") };
}

function shippedNginx({ http, https, service }: Ports, scratch: string): string {
  return changed("nginx/nearmirror.conf", [
    ["listen 80;", `listen 127.0.0.1:${http};`],
    ["listen [::]:80;", ""],
    ["listen 443 ssl http2;", `listen 127.0.0.1:${https} ssl http2;`],
    ["listen [::]:443 ssl http2;", ""],
    ["/etc/ssl/nearmirror/fullchain.pem", join(scratch, "cert.pem")],
    ["/etc/ssl/nearmirror/privkey.pem", join(scratch, "key.pem")],
    ["127.0.0.1:8080", `127.0.0.1:${service}`],
  ]);
}

function plainNginx({ http, https, service }: Ports, scratch: string): string {
  return `server {
    listen 127.0.0.1:${http};
    listen 127.0.0.1:${https} ssl http2;
    server_name ${frontName};
    ssl_certificate ${join(scratch, "cert.pem")};
    ssl_certificate_key ${join(scratch, "key.pem")};
    location / {
      proxy_pass http://127.0.0.1:${service};
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }`;
}

function startCaddy({ http, https, service }: Ports, scratch: string): Child {
  const own = `admin off
	default_bind 127.0.0.1
	http_port ${http}
	https_port ${https}`;
  const certificate = `tls ${join(scratch, "cert.pem")} ${join(scratch, "key.pem")}`;
  const text = changed("caddy/Caddyfile", [
    ["auto_https disable_redirects", `auto_https disable_redirects\n\t${own}`],
    [`https://${frontName} {`, `https://${frontName} {\n\t${certificate}`],
    ["127.0.0.1:8080", `127.0.0.1:${service}`],
  ]);
  writeFileSync(join(scratch, "Caddyfile"), text);
  const child = spawn(
    findProgram("caddy") ?? "caddy",
    ["run", "--adapter", "caddyfile", "--config", join(scratch, "Caddyfile")],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch },
    },
  );
  let text4kB = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text4kB = (text4kB + chunk).slice(-4096);
  });
  return { child, said: () => text4kB };
}

/** A shipped file with other words in it. @throws Error where a word isn't there, or is there twice outside comments */
function changed(file: string, words: readonly (readonly [string, string])[]): string {
  let text = readFileSync(join(production, file), "utf8").replace(/^\s*#.*\n/gm, "");
  for (const [from, to] of words) {
    if (text.split(from).length !== 2) throw new Error(`${file} has "${from}" not once`);
    text = text.replace(from, () => to);
  }
  return text;
}

async function listens(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startDeadlineMs;
  while (child.exitCode === null && Date.now() < deadline) {
    const socket = connect(port, "127.0.0.1");
    const opened = await Promise.race([
      once(socket, "connect").then(() => true),
      once(socket, "error").then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (opened) return true;
    await pause(20);
  }
  return false;
}
