/** Listings that a real nginx makes, read in a real workerd. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../../../scripts/service/free-port.ts";
import { makeCertificates } from "../../../lab/certificates.ts";
import { findProgram } from "../../../lab/process.ts";
import { makeScratch } from "../../../lab/scratch.ts";
import { startTrustingWorkerd, type TrustingWorkerd } from "../../../lab/trusting-workerd.ts";
import { names as allNames } from "./odd-names.ts";

// nginx lists no dotfiles.
const names = allNames.filter((name) => !name.startsWith("."));
const program = findProgram("nginx");
const scratch = makeScratch("listing");
const modified = Date.parse("2025-06-07T09:12:00Z");
const size = 12_345;
let workerd: TrustingWorkerd;
let nginx: ReturnType<typeof spawn> | undefined;
let base: string;
const end = () => nginx?.kill("SIGTERM");
const startDeadlineMs = 5000;

describe.skipIf(program === undefined)("nginx", () => {
  beforeAll(async () => {
    const folder = join(scratch.directory, "files");
    mkdirSync(join(folder, "sub"), { recursive: true });
    for (const name of names) {
      writeFileSync(join(folder, name), Buffer.alloc(size));
      utimesSync(join(folder, name), modified / 1000, modified / 1000);
    }
    mkdirSync(join(folder, "sub", "empty"));
    const served = (location: string, more: string) =>
      `location /${location}/ { alias ${folder}/; autoindex on; ${more} }`;
    const port = await freePort();
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (one) => `${one}_temp_path ${join(scratch.directory, one)};`,
    );
    const file = join(scratch.directory, "nginx.conf");
    const log = join(scratch.directory, "error.log");
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${join(scratch.directory, "pid")}; error_log ${log};
events {}
http { access_log off; ${temporary.join(" ")}
  server { listen 127.0.0.1:${port};
    ${served("exact", "")}
    ${served("rounded", "autoindex_exact_size off;")}
    ${served("json", "autoindex_format json;")}
  }
}
`,
    );
    nginx = spawn(program ?? "", ["-c", file, "-e", log], { stdio: "ignore" });
    process.once("exit", end);
    base = `http://127.0.0.1:${port}/`;
    const deadline = Date.now() + startDeadlineMs;
    while ((await fetch(base).catch(() => undefined)) === undefined) {
      if (Date.now() > deadline)
        throw new Error(`nginx didn't start: ${readFileSync(log, "utf8")}`);
      await pause(50);
    }
    // It asks http only; the configuration wants an authority all the same.
    const { authorityFile } = await makeCertificates(scratch.directory, ["127.0.0.1"]);
    workerd = await startTrustingWorkerd(
      join(import.meta.dirname, "listing-worker.ts"),
      readFileSync(authorityFile, "utf8"),
    );
  }, 60_000);
  afterAll(async () => {
    await workerd?.stop();
    if (nginx?.exitCode === null) {
      const ended = once(nginx, "exit");
      end();
      await ended;
    }
    process.off("exit", end);
    scratch.remove();
  });

  const ask = async (path: string) => {
    const response = await fetch(workerd.url, { method: "POST", body: base + path });
    const told: { entries?: { name: string; size?: number }[] } = await response.json();
    return told;
  };
  const files = (more: object) =>
    [...names].sort().map((name) => ({ name, type: "file", ...more }));
  const listed = async (path: string) =>
    ((await ask(path)).entries ?? [])
      .filter(({ name }) => name !== "sub")
      .sort((one, other) => (one.name < other.name ? -1 : 1));

  test("exact sizes, and any name", async () => {
    expect(await listed("exact/")).toEqual(files({ size, modified }));
  });

  test("rounded sizes", async () => {
    const approximate = true;
    expect(await listed("rounded/")).toEqual(files({ size: 12 * 1024, approximate, modified }));
  });

  test("JSON", async () => {
    expect(await listed("json/")).toEqual(files({ size, modified }));
  });

  test("folders, an empty one, and what is none", async () => {
    const [sub] = ((await ask("exact/")).entries ?? []).filter(({ name }) => name === "sub");
    expect(sub).toMatchObject({ type: "folder" });
    expect((await ask("exact/sub/")).entries).toHaveLength(1);
    expect((await ask("exact/sub/empty/")).entries).toEqual([]);
    expect(await ask("exact/none/")).toHaveProperty("refused");
  });
});
