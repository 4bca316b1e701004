/** Everything that operators made moves from one running service to another over the API, by the program's verbs. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { npmStart } from "../../lab/npm-start.ts";
import { firstToken, posted } from "../../lab/operator.ts";
import { listFolder, siteText } from "../../unit/scripts/mirrors/list.ts";

/** Two starts, 2 s each on a free processor. */
const startsMs = 240_000;

const scratch = mkdtempSync(join(tmpdir(), "nearmirror-operators-backup-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const program = fileURLToPath(new URL("../../../scripts/nearmirror.js", import.meta.url));

/** A verb of the program at a service, as the token's account. @returns what it printed, and whether it went well */
async function nearmirror(url: string, token: string, ...args: string[]) {
  const env = { ...process.env, NEARMIRROR_URL: url, NEARMIRROR_TOKEN: token, HOME: scratch };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { env });
    return { isDone: true, printed: stdout };
  } catch (error) {
    const { stdout, stderr } = Object(error);
    return { isDone: false, printed: `${stdout}${stderr}` };
  }
}

async function started(name: string) {
  const list = join(scratch, `list-${name}`);
  cpSync(listFolder({ "a.example": siteText("a.example") }), list, { recursive: true });
  const store = join(scratch, `store-${name}`);
  const service = await npmStart({
    args: ["--port", "0", "--list", list, "--store", store].concat([
      ...["--place", "DE 50.1 8.7", "--probing", "off"],
    ]),
  });
  onTestFinished(() => service.stop());
  return service;
}

async function read(url: string, token: string, path: string): Promise<unknown> {
  const answer = await fetch(`${url}api/v1/${path}`, { headers: posted(token).headers });
  return await answer.json();
}

test(
  "a backup of one service is restored into a fresh one, and a spoiled one isn't",
  async () => {
    const old = await started("old");
    const token = await firstToken(old.url);
    const site = join(scratch, "c.yaml");
    writeFileSync(site, siteText("c.example"));
    const added = await nearmirror(old.url, token, "add", site);
    expect(added.printed).toMatch(/c\.example/);
    const [file, secret] = [join(scratch, "backup.jsonl"), join(scratch, "passphrase")];
    writeFileSync(secret, "0123456789abcdef0123456789abcdef\n");
    const sealing = ["--passphrase-file", secret];
    const made = await nearmirror(old.url, token, "operators", "backup", file, ...sealing);
    expect(made).toMatchObject({ isDone: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const list = await read(old.url, token, "list");
    await old.stop();

    const fresh = await started("fresh");
    const own = await firstToken(fresh.url);
    const restore = async (from: string) =>
      await nearmirror(fresh.url, own, "operators", "restore", from, ...sealing);
    const text = readFileSync(file, "utf8");
    const before = await read(fresh.url, own, "list");
    for (const [spoiled, told] of [
      [text.slice(0, -200), /cut/],
      [text.replace("c.example", "d.example"), /other bytes/],
      [text.replace('"format":1', '"format":2'), /format 2/],
    ] as const) {
      const other = join(scratch, "spoiled.jsonl");
      writeFileSync(other, spoiled);
      const refused = await restore(other);
      expect([refused.isDone, refused.printed]).toEqual([false, expect.stringMatching(told)]);
      expect(await read(fresh.url, own, "list")).toEqual(before);
    }
    const done = await restore(file);
    expect([done.isDone, done.printed]).toEqual([true, expect.stringMatching(/is in place/)]);
    expect(await read(fresh.url, token, "list")).toEqual(list);
    expect(await read(fresh.url, token, "audit/verify")).toMatchObject({ intact: true });
    // Clients are sent by it.
    await expect
      .poll(
        async () => {
          const trace = `${fresh.url}debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb?trace=json`;
          return await (await fetch(trace)).text();
        },
        { timeout: 20_000, interval: 50 },
      )
      .toContain("c.example");
    await fresh.stop();
  },
  startsMs,
);
