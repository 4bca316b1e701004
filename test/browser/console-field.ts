/** What operators visit: `npm start` that probes, with a list that their console adds mirrors to, all on loopback. */
import { type Lab, startLab } from "../lab/lab.ts";
import { type NpmStart, npmStart } from "../lab/npm-start.ts";
import { firstToken } from "../lab/operator.ts";
import { makeScratch } from "../lab/scratch.ts";
import { makeTinyTrees } from "../unit/lab/tiny-trees.ts";
import { listFolder } from "../unit/scripts/mirrors/list.ts";

export interface ConsoleField {
  lab: Lab;
  service: NpmStart;
  /** Of the first admin. */
  token: string;
  /** Where a new client that stands in Germany is sent for a file; empty: nowhere. */
  redirect(): Promise<string>;
  stop(): Promise<void>;
}

/** The first alone is in the list; the others are sites that nobody has added yet. */
const mirrors = 3;

/** As often as a test wants it. */
const often = [
  "PROBE_SECONDS=2",
  "PROBE_CHANGING_SECONDS=1",
  "VIEWS_REFRESH_SECONDS=0.5",
  "ROSTER_AGE_SECONDS=1",
].flatMap((one) => ["--set", one]);

export async function startConsoleField(): Promise<ConsoleField> {
  const scratch = makeScratch("console");
  const trees = makeTinyTrees();
  const lab = await startLab({ trees, mirrors });
  const stopped = async () => {
    await lab.stop();
    trees.remove();
    scratch.remove();
  };
  const [far] = lab.mirrors;
  if (far === undefined) throw new Error("The lab has no mirrors.");
  const list = listFolder(
    {
      far: `name: far\ncountry: JP\nbase:\n  http: ${far.url}\nrepositories:\n  tiny:\n    path: ""\n`,
    },
    {
      tiny: `name: tiny\nkind: apt\ntitle: Tiny\norigin: ${lab.origin.url}\nroots: [dists/Release]\nredirect:\n  minSize: 0KiB\n`,
    },
  );
  try {
    const service = await npmStart({
      args: [
        ...["--port", "0", "--list", list, "--store", scratch.directory],
        ...["--place", "DE 50.1 8.7", "--probing", "all", "--trust-proxy", "127.0.0.1/32"],
        ...often,
      ],
    });
    let clients = 0;
    return {
      lab,
      service,
      token: await firstToken(service.url),
      async redirect() {
        // Another client each time: one that comes back for the same file is believed to have been failed.
        clients += 1;
        const address = `10.${clients >> 8}.${clients & 255}.1`;
        const answer = await fetch(`${service.url}tiny/pool/big.deb`, {
          redirect: "manual",
          headers: { "X-Forwarded-For": address },
        });
        await answer.body?.cancel();
        return answer.headers.get("Location") ?? "";
      },
      async stop() {
        await service.stop();
        await stopped();
      },
    };
  } catch (error) {
    await stopped();
    throw error;
  }
}
