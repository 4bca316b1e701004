/** The process that `startKillable` starts: takes the options, tells the URL, ends with its parent. */

import { type Service, type ServiceOptions, startService } from "../service.ts";
import type { StartedMessage } from "./killable.ts";

process.once("message", (message: ServiceOptions) => {
  void run(message);
});

async function run(options: ServiceOptions): Promise<void> {
  let service: Service | undefined;
  process.once("disconnect", () => {
    const stopped = service?.stop() ?? Promise.resolve();
    stopped.finally(() => process.exit(0));
  });
  try {
    service = await startService(options);
    const message: StartedMessage = { url: service.url, pid: service.pid() };
    process.send?.(message);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
