/** How mirrorlist-server chooses (Fedora): network, AS, country, continent, the world, each drawn by bandwidth. */
import { inPrefix } from "../../../worker/geo/address.ts";
import { weightedShuffle } from "../shuffle.ts";
import type { Choice, PeerClient, PeerMirror } from "./peer.ts";

/** With fewer mirrors than this, those of the whole world are added. */
const enough = 5;

/** The whole list. Distance plays no part: a country is one place to it, and so is a continent. */
export function mirrorlistServer(
  client: PeerClient,
  choices: readonly Choice[],
  random: () => number,
): PeerMirror[] {
  const mirrors = choices.map(({ mirror }) => mirror);
  const listed = new Set<PeerMirror>(byLongestPrefix(client, mirrors));
  const add = (group: readonly PeerMirror[]) => {
    const fresh = group.filter((mirror) => !listed.has(mirror));
    for (const mirror of weightedShuffle(fresh, ({ capacity }) => capacity, random)) {
      listed.add(mirror);
    }
  };
  add(mirrors.filter(({ asn }) => asn !== undefined && asn === client.asn));
  add(mirrors.filter(({ country }) => country !== undefined && country === client.country));
  add(mirrors.filter(({ continent }) => continent !== undefined && continent === client.continent));
  if (listed.size < enough) add(mirrors);
  return [...listed];
}

/** Those that list the client's network, the narrowest network first. */
function byLongestPrefix(client: PeerClient, mirrors: readonly PeerMirror[]): PeerMirror[] {
  return mirrors
    .flatMap((mirror) => {
      const lengths = mirror.prefixes
        .filter((prefix) => inPrefix(client.address, prefix))
        .map(({ length }) => length);
      return lengths.length === 0 ? [] : [{ mirror, length: Math.max(...lengths) }];
    })
    .sort((a, b) => b.length - a.length)
    .map(({ mirror }) => mirror);
}
