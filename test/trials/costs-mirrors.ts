/**
 * A process that is many mirrors, each at a loopback address of its own, so that their work isn't counted as the
 * service's. Takes how many and the folder of their tree, tells their base URLs, ends with its parent.
 */
import { LabServer } from "../lab/server.ts";

/** What `costs.ts` sends. */
export interface Mirrors {
  count: number;
  folder: string;
}

process.once("message", (message: Mirrors) => {
  void run(message);
});

async function run({ count, folder }: Mirrors): Promise<void> {
  const servers = Array.from({ length: count }, (_, at) => {
    const host = `127.1.${Math.floor(at / 250)}.${1 + (at % 250)}`;
    return new LabServer({ name: `mirror${at}`, host, root: () => folder });
  });
  await Promise.all(servers.map((server) => server.start()));
  process.once("disconnect", () => process.exit(0));
  process.send?.(servers.map(({ url }) => url));
}
