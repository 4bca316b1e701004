/** How AlmaLinux's mirror service chooses: the client's own network, then its country, then whatever is near. */
import { inPrefix } from "../../../worker/geo/address.ts";
import { shuffled } from "../shuffle.ts";
import type { Choice, PeerClient, PeerMirror } from "./peer.ts";

/** Up to here distance makes no difference. */
const nearKm = 500;
const kept = 10;

/**
 * The list. Mirrors of the client's AS or listed networks come first (shuffled here: which of several comes
 * first isn't stated); then those of the client's country within 500 km, shuffled; the country's others,
 * nearest first; foreign ones within 500 km, shuffled; the rest, nearest first.
 *
 * A mirror can claim its networks for itself alone there (`monopoly`); our list doesn't know that.
 */
export function almalinux(
  client: PeerClient,
  choices: readonly Choice[],
  random: () => number,
): PeerMirror[] {
  const network: Choice[] = [];
  const nearHome: Choice[] = [];
  const farHome: Choice[] = [];
  const nearAbroad: Choice[] = [];
  const rest: Choice[] = [];
  for (const choice of choices) {
    const { mirror, km } = choice;
    const home = mirror.country !== undefined && mirror.country === client.country;
    if (inNetwork(client, mirror)) network.push(choice);
    else if (home) (km <= nearKm ? nearHome : farHome).push(choice);
    else (km <= nearKm ? nearAbroad : rest).push(choice);
  }
  return [
    ...shuffled(network, random),
    ...shuffled(nearHome, random),
    ...farHome.sort(byDistance),
    ...shuffled(nearAbroad, random),
    ...rest.sort(byDistance),
  ]
    .slice(0, kept)
    .map(({ mirror }) => mirror);
}

function byDistance(a: Choice, b: Choice): number {
  return a.km - b.km;
}

function inNetwork(client: PeerClient, { asn, prefixes }: PeerMirror): boolean {
  if (asn !== undefined && asn === client.asn) return true;
  return prefixes.some((prefix) => inPrefix(client.address, prefix));
}
