/** https stays https: the service and the mirrors with certificates, clients that check them. */

import { AptRoot } from "./apt.ts";
import { atMirrors, checkNoPayloadAtOrigin, untilProven } from "./observe.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { checkInstalled, succeeded } from "./rows-apt.ts";

/** The lab's authority; without it no client would believe any certificate here. */
function authority({ lab }: RowContext): string {
  check(lab.authorityFile !== undefined, "the lab speaks no https");
  return lab.authorityFile;
}

/** Throws unless mirrors were asked, and only over https. */
function checkOnlyHttps(context: RowContext): number {
  const arrived = atMirrors(context);
  check(arrived.length > 0, "no mirror was asked");
  const plain = arrived.filter(({ scheme }) => scheme !== "https");
  check(plain.length === 0, `${plain.length} requests reached a mirror over http`);
  return arrived.length;
}

async function aptHttps(context: RowContext): Promise<string> {
  const { publicKeyFile } = context.trees;
  check(publicKeyFile !== undefined, "the lab's repository is not signed");
  const root = new AptRoot({
    directory: context.directory,
    repositoryUrl: new URL("lab/", context.service.url).href,
    publicKeyFile,
    authorityFile: authority(context),
    machine: context.machine,
    signal: context.signal,
    ran: context.ran,
  });
  succeeded(await root.update());
  succeeded(await root.install("near-lib"));
  checkInstalled(root, { "near-lib": "2:1.4.2+dfsg-1" });
  checkNoPayloadAtOrigin(context);
  return `installed; ${checkOnlyHttps(context)} requests at mirrors, all over https`;
}

async function curlHttps(context: RowContext): Promise<string> {
  const path = "/lab-cd/near-1.0-amd64.iso";
  await untilProven(context, path);
  const image = new URL(path, context.service.url).href;
  const base = ["--disable", "--silent", "--show-error", "--fail", "--max-time", "30", "--head"];
  const trusting = ["--cacert", authority(context), "--location"];
  const outcome = endedWell(
    "curl",
    await runProgram(context, "curl", [...base, ...trusting, image]),
  );
  const location = /^location: (\S+)/im.exec(outcome.stdout)?.[1] ?? "";
  const links = [...outcome.stdout.matchAll(/<([^>]+)>; rel=duplicate/g)].map(
    ([, url = ""]) => url,
  );
  check(links.length > 0, "no duplicates in Link");
  for (const url of [location, ...links]) {
    const listed = context.lab.mirrors.some(
      ({ httpsUrl }) => httpsUrl !== undefined && url.startsWith(httpsUrl),
    );
    check(listed, `${url || "no Location"} is not the https address of a listed mirror`);
  }
  checkOnlyHttps(context);
  return `302 to ${location}, and ${links.length} duplicates over https`;
}

export const httpsRows: readonly Row[] = [
  {
    row: "apt-https",
    promise: "https stays https",
    client: "apt",
    needs: "apt",
    https: true,
    run: aptHttps,
  },
  {
    row: "curl-https",
    promise: "https stays https, in Link as well",
    client: "curl",
    // Proven by generation, so that there are duplicates from the first answer on.
    needs: "apt",
    verified: true,
    probed: true,
    https: true,
    run: curlHttps,
  },
];
