/** The embedded stores in a workerd of their own, and a small Worker that uses them by its bindings. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleScript } from "../../../../scripts/service/bundle.ts";
import {
  controlSocket,
  type EmbeddedOptions,
  embeddedBindings,
  embeddedCache,
  embeddedServices,
  machineBinding,
} from "../../../../scripts/service/embedded-services.ts";
import { compatibilityDate, compatibilityFlags } from "../../../../scripts/service/platform.ts";
import { workerd } from "../../../../scripts/service/workerd.ts";

export interface EmbeddedWorkerd {
  /** The folder of the stores: `embedded/`, `blobs/`. */
  folder: string;
  pid: number;
  /** Runs a scenario of `test/workerd/embedded-scenarios.ts`, and gives what it returns. Rejects with what it throws. */
  run(scenario: string, given?: unknown): Promise<unknown>;
  /** Asks the control socket. */
  control(method: string, path: string, body?: string): Promise<{ status: number; text: string }>;
  /** What workerd printed, the last 20 KB. */
  said(): string;
  /** Ends it, by SIGKILL unless told otherwise; the folder stays. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Both modules, once for all tests of a file. */
const modules = Promise.all([embeddedModule(), scenariosModule()]);

async function embeddedModule(): Promise<string> {
  // The embedded stores hold no views.
  const views = {
    roster: { version: 0, mirrors: [] },
    catalogue: { version: 0, repositories: [] },
  };
  return (await bundleScript("embedded", { views })).text;
}

async function scenariosModule(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [
      fileURLToPath(new URL("../../../workerd/embedded-scenarios.ts", import.meta.url)),
    ],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
  });
  return outputFiles[0]?.text ?? "";
}

/** A new folder for stores. */
export function storeFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "nearmirror-embedded-"));
  mkdirSync(join(folder, "embedded"));
  mkdirSync(join(folder, "blobs"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function startEmbedded(
  folder: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedWorkerd> {
  const [embedded, scenario] = await modules;
  writeFileSync(join(folder, "embedded.js"), embedded);
  writeFileSync(join(folder, "scenarios.js"), scenario);
  const sockets = { http: join(folder, "http.sock"), control: join(folder, "control.sock") };
  for (const path of Object.values(sockets)) rmSync(path, { force: true });
  const paths = { module: "embedded.js", objects: "embedded", blobs: "blobs" };
  writeFileSync(
    join(folder, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${embeddedServices(paths, options)}
    (name = "main", worker = (
      modules = [(name = "scenarios.js", esModule = embed "scenarios.js")],
      compatibilityDate = "${compatibilityDate}",
      compatibilityFlags = ${JSON.stringify(compatibilityFlags)},
      bindings = [${[...embeddedBindings, machineBinding].join(", ")}],
      ${embeddedCache},
    )),
  ],
  sockets = [
    (name = "http", address = "unix:${sockets.http}", http = (), service = "main"),
    ${controlSocket(`unix:${sockets.control}`)},
  ],
);
`,
  );
  const child = spawn(workerd, ["serve", "config.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-20_000);
    });
  }
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await listening(child, ended, () => said);
  return {
    folder,
    pid: child.pid ?? 0,
    said: () => said,
    async run(name, given) {
      const { status, text } = await ask(sockets.http, "POST", `/${name}`, JSON.stringify(given));
      if (status === 200) return text === "" ? undefined : JSON.parse(text);
      throw new Error(text);
    },
    control: (method, path, body) => ask(sockets.control, method, path, body),
    async end(signal = "SIGKILL") {
      child.kill(signal);
      await ended;
    },
  };
}

/** workerd tells each socket that it listens at. */
function listening(child: ChildProcess, ended: Promise<void>, said: () => string): Promise<void> {
  const control = child.stdio[3];
  return new Promise((resolve, reject) => {
    let told = "";
    void ended.then(() => reject(new Error(`workerd ended: ${said()}`)));
    control?.on("data", (bytes: unknown) => {
      told += String(bytes);
      if (told.split('"listen"').length > 2) resolve();
    });
  });
}

function ask(socketPath: string, method: string, path: string, body?: string) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const request = httpRequest({ socketPath, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}
