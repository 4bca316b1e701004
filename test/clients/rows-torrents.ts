/** BitTorrent clients with a torrent that the service makes: all bytes come by its web seeds, nothing leaves loopback. */
import { chmodSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { until } from "./observe.ts";
import { endedWell, runProgram } from "./programs.ts";
import { check, type Row, type RowContext } from "./row.ts";
import { checkImage, imageUrl } from "./rows-downloads.ts";

const torrentName = "near.torrent";
/** Of a repository's image that nobody marks. */
const asksNeeded = 10;
/** Between two questions for what is being made, ms. */
const againMs = 250;

/** Asks for the image's torrent until it is made, and saves it. @returns how often it was refused before */
async function saveTorrent(context: RowContext): Promise<number> {
  // Listed: the service knows the SHA-256 that a torrent is held against.
  await until(context, "/lab-cd/near-1.0-amd64.iso.sha256", ({ status }) => status === 200);
  const url = `${imageUrl(context)}.torrent`;
  for (let asked = 1; ; asked++) {
    const reply = await fetch(url, { signal: context.signal });
    if (reply.status === 200) {
      writeFileSync(join(context.directory, torrentName), Buffer.from(await reply.arrayBuffer()));
      check(asked > asksNeeded, `the torrent was made after ${asked} questions`);
      return asked - 1;
    }
    const said = await reply.text();
    const expected = asked < asksNeeded ? 404 : 503;
    check(reply.status === expected, `question ${asked} was answered ${reply.status}: ${said}`);
    if (asked >= asksNeeded) await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

/** Throws unless the client had the image by web seeds on loopback, and no program but it was asked. */
function checkSeeds(context: RowContext, agent: RegExp): string {
  checkImage(context);
  const asked = context.lab.mirrors.flatMap(({ name, log }) =>
    log.requests
      .filter(({ headers }) => agent.test(headers["user-agent"] ?? ""))
      .map(({ headers }) => ({ name, host: headers.host ?? "" })),
  );
  check(asked.length > 0, "no mirror was asked by the client");
  for (const { host } of asked) {
    const address = new URL(`http://${host}/`).hostname;
    check(isIP(address) !== 0 && address.startsWith("127."), `${host} isn't on loopback`);
  }
  return [...new Set(asked.map(({ name }) => name))].sort().join(", ");
}

/** No tracker, no hash table, no exchange or discovery of peers, and sockets on loopback alone. */
const aria2Alone = [
  ...["--no-conf", "--quiet", "--interface=127.0.0.1", "--disable-ipv6=true"],
  ...["--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false"],
  ...["--enable-peer-exchange=false", "--seed-time=0", "--timeout=10", "--max-tries=3"],
];

async function aria2Torrent(context: RowContext): Promise<string> {
  const refused = await saveTorrent(context);
  endedWell("aria2c", await runProgram(context, "aria2c", [...aria2Alone, torrentName]));
  return `made after ${refused} questions, the image from ${checkSeeds(context, /^aria2/)}`;
}

const transmissionAlone = {
  "dht-enabled": false,
  "lpd-enabled": false,
  "pex-enabled": false,
  "utp-enabled": false,
  "port-forwarding-enabled": false,
  "bind-address-ipv4": "127.0.0.1",
  "bind-address-ipv6": "::1",
};

async function transmissionTorrent(context: RowContext): Promise<string> {
  const refused = await saveTorrent(context);
  writeFileSync(join(context.directory, "settings.json"), JSON.stringify(transmissionAlone));
  // It seeds for ever: its own script, which is run when all pieces are there and right, ends it.
  const finish = join(context.directory, "finish");
  writeFileSync(finish, '#!/bin/sh\nkill -INT "$PPID"\n');
  chmodSync(finish, 0o755);
  const { directory } = context;
  const args = ["-g", directory, "-M", "-w", directory, "-f", finish, join(directory, torrentName)];
  endedWell("transmission-cli", await runProgram(context, "transmission-cli", args));
  return `made after ${refused} questions, the image from ${checkSeeds(context, /^Transmission/)}`;
}

export const torrentRows: readonly Row[] = [
  {
    row: "aria2-torrent",
    promise: "FILE.torrent, asked for ten times: aria2 has the image by its web seeds alone",
    client: "aria2",
    verified: true,
    needs: "apt",
    run: aria2Torrent,
  },
  {
    row: "transmission-torrent",
    promise: "FILE.torrent, asked for ten times: transmission has the image by its web seeds alone",
    client: "transmission-cli",
    verified: true,
    needs: "apt",
    run: transmissionTorrent,
  },
];
