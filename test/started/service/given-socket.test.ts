/** What a service is handed in place of a socket that listens: a sentence that says what to do, not workerd's usage. */
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startService } from "../../../scripts/service.ts";
import { smallViews } from "../../unit/scripts/service/small-views.ts";

/** Bundling and starting, on a busy machine, ms. */
const startMs = 60_000;

const start = async (listening: number) => {
  const service = await startService({
    views: smallViews("http://127.0.0.1:9/"),
    listening,
    log: () => undefined,
  });
  onTestFinished(() => service.stop());
};

test(
  "a file, and a Unix socket",
  async () => {
    const file = openSync("/dev/null", "r");
    onTestFinished(() => closeSync(file));
    await expect(start(file)).rejects.toThrow(/no socket that listens\. .*ListenStream=/);

    const folder = mkdtempSync(join(tmpdir(), "nearmirror-given-"));
    const unix = createServer().listen(join(folder, "given.sock"));
    await once(unix, "listening");
    onTestFinished(() => {
      unix.close();
      rmSync(folder, { recursive: true, force: true });
    });
    const descriptor: unknown = Reflect.get(Object(Reflect.get(unix, "_handle")), "fd");
    await expect(start(Number(descriptor))).rejects.toThrow(/without a port.*ListenStream=/);
  },
  startMs,
);
