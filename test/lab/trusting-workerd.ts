/** workerd with a Worker of a test's own and an authority that it trusts for https. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { freePort } from "../../scripts/service/free-port.ts";
import { compatibilityDate, compatibilityFlags } from "../../scripts/service/platform.ts";
import { makeScratch } from "./scratch.ts";

export interface TrustingWorkerd {
  url: string;
  stop(): Promise<void>;
}

/** workerd listens within this, ms, or the test fails. */
const startDeadlineMs = 10_000;

/**
 * Starts it; only loopback and private addresses can be reached from it.
 * @param entry path of its module
 * @param authority PEM
 */
export async function startTrustingWorkerd(
  entry: string,
  authority: string,
): Promise<TrustingWorkerd> {
  const bundled = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
    logLevel: "silent",
  });
  const { directory, remove } = makeScratch("ask");
  const port = await freePort();
  writeFileSync(join(directory, "index.js"), bundled.outputFiles[0]?.text ?? "");
  writeFileSync(join(directory, "config.capnp"), configuration(port, authority));
  const workerd = fileURLToPath(import.meta.resolve("workerd/bin/workerd"));
  const child = spawn(workerd, ["serve", "config.capnp"], { cwd: directory, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}/`;
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    remove();
  };
  const deadline = Date.now() + startDeadlineMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const ready = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error("workerd did not start");
}

function configuration(port: number, authority: string): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (
      allow = ["local"],
      tlsOptions = (trustedCertificates = [${JSON.stringify(authority)}]),
    )),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js")],
  compatibilityDate = ${JSON.stringify(compatibilityDate)},
  compatibilityFlags = ${JSON.stringify(compatibilityFlags)},
);
`;
}
