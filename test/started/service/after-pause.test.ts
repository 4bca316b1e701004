/** What an operator changed while nobody asked for anything holds for the very first client. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { npmStart } from "../../lab/npm-start.ts";
import { firstToken, posted } from "../../lab/operator.ts";
import { listFolder } from "../../unit/scripts/mirrors/list.ts";

const scratch = mkdtempSync(join(tmpdir(), "nearmirror-after-pause-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const file = "debian/pool/main/c/coreutils/coreutils_9.7-3_amd64.deb";
const refreshMs = 500;
const siteText = (name: string) =>
  `name: ${name}\nbase:\n  http: http://${name}/\nrepositories:\n  debian:\n    path: debian/\n`;

test("the first client after a pause isn't sent to a mirror that was drained in it", async () => {
  const sites = ["a.example", "b.example"];
  const list = listFolder(Object.fromEntries(sites.map((name) => [name, siteText(name)])));
  const service = await npmStart({
    args: [
      ...["--port", "0", "--list", list, "--store", join(scratch, "store")],
      ...["--place", "DE 50.1 8.7", "--set", `VIEWS_REFRESH_SECONDS=${refreshMs / 1000}`],
    ],
  });
  onTestFinished(() => service.stop());
  const { headers } = posted(await firstToken(service.url));
  const redirectedTo = async (): Promise<string> => {
    const answer = await fetch(service.url + file, { redirect: "manual" });
    return new URL(answer.headers.get("Location") ?? "about:blank").host;
  };
  for (let rounds = 0; rounds < 3; rounds += 1) {
    const before = await redirectedTo();
    const said = { method: "POST", headers: { ...headers, "Content-Type": "application/json" } };
    const body = JSON.stringify({ why: "a cable is cut" });
    const drained = await fetch(`${service.url}api/v1/mirrors/${before}/drain`, { ...said, body });
    expect(drained.status).toBe(200);
    // The pause itself is what is tried.
    await pause(2 * refreshMs + 100);
    expect(await redirectedTo()).not.toBe(before);
    await fetch(`${service.url}api/v1/mirrors/${before}/enable`, { ...said, body });
    await pause(2 * refreshMs + 100);
  }
}, 60_000);
