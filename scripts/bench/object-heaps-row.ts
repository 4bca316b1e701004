/** `npm run bench -- --heaps`: what the isolates of the service hold while operators change the list and read it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchersWorker } from "../service/platform.ts";
import { mostHeld, startInspected, sum } from "./object-heaps.ts";
import { workAsOperators } from "./operators-api.ts";
import type { Row } from "./row.ts";

/** The watchers' isolate, with all objects, holds less than this, MB: half of what an object has on Cloudflare. */
const mostMegabytes = 64;

export const objectHeapsRow: Row = {
  help: "memory of the service's isolates while operators work, by V8's inspector; --rounds counts",
  needsWrk: false,
  async measure({ rounds }) {
    const folder = mkdtempSync(join(tmpdir(), "nearmirror-heaps-"));
    try {
      const args = ["--port", "0", "--store", join(folder, "store"), "--probing", "off"];
      const { service, port } = await startInspected(join(folder, "built"), args);
      try {
        await (await fetch(`${service.url}api/v1/mirrors?limit=1`)).text();
        const most = await mostHeld(port, () => workAsOperators(service.url, rounds));
        const lines = [...most].map(
          ([name, heap]) =>
            `${name.padEnd(12)} ${sum(heap).toFixed(1).padStart(6)} MB: objects ${heap.objects.toFixed(1)}, beside them ${heap.beside.toFixed(1)}`,
        );
        const held = most.get(watchersWorker);
        const fault = `the watchers' isolate held ${held && sum(held).toFixed(1)} MB, of ${mostMegabytes}`;
        const isWell = held !== undefined && sum(held) < mostMegabytes;
        const json = { megabytes: Object.fromEntries(most), mostMegabytes };
        return { json, lines, ...(!isWell && { fault }) };
      } finally {
        await service.stop();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
