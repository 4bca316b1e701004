/** Lists of a whole repository's places: `/mirrorlist` and `/metalink` for rpm, and what apt and pacman read. */

import type { Clients } from "../../clients/clients.ts";
import { type HostLabels, isWishError } from "../../clients/wish.ts";
import { isKind, kindNames } from "../../formats/kind-names.ts";
import { kinds } from "../../formats/kinds.ts";
import { repomdIn } from "../../formats/rpm/repodata.ts";
import { plain } from "../../http/errors.ts";
import { baseOf } from "../../http/path.ts";
import { leavesOut } from "../../mirrors/eligible.ts";
import type { MirrorCandidate } from "../../mirrors/mirror-offer.ts";
import type { Carried } from "../../mirrors/roster.ts";
import type { SnapshotsAtEdge } from "../../repositories/reader/snapshots-at-edge.ts";
import type { Background } from "../../runtime/background.ts";
import type { OpenViews } from "../../views/views.ts";
import { wishOf, wrongWish } from "../apply-wish.ts";
import {
  clientsListAnswer,
  refusedList,
  repositoryMetalinkAnswer,
  repositoryMirrorlist,
} from "./answers.ts";
import { acceptOf } from "./asked-list.ts";
import { type Channel, findChannel } from "./channels.ts";
import {
  inCountries,
  isListRefusal,
  type ListQuestion,
  ofSchemes,
  readListQuestion,
  unknownChannel,
} from "./mirror-manager.ts";
import { takesOnePlace } from "./negotiate.ts";
import { sourcesOf } from "./places.ts";
import { prefer } from "./prefer.ts";
import { type RepomdStates, repomdStates } from "./repomd-states.ts";
import type { RepositorySource } from "./repository-metalink.ts";
import { inOrder } from "./source.ts";

/** Who asks for a list, and what answering takes. */
export interface ListRequest {
  request: Request;
  /** Without its `?`. */
  query: string;
  views: OpenViews;
  clients: Clients;
  snapshots?: SnapshotsAtEdge | undefined;
  labels?: HostLabels | undefined;
  /** Unix ms. */
  now: number;
  background: Background;
}

/** `/mirrorlist?repo=&arch=`. */
export function mirrorlist(asking: ListRequest): Response {
  const read = readChannel(asking, false);
  if (read instanceof Response) return read;
  const { asked, channel, base } = read;
  const own = `${base}${channel.repository.name}/${channel.path}`;
  const sources = ofSchemes(channelSources(asking, asked, channel), asked.schemes);
  const chosen = inCountries(sources, asked.countries);
  const { headers } = asking.request;
  const told = takesOnePlace(headers.get("User-Agent")) ? { ...chosen, sources: [] } : chosen;
  return repositoryMirrorlist(asked, own, told, acceptOf(headers));
}

/** `/metalink?repo=&arch=`. */
export async function metalink(asking: ListRequest): Promise<Response> {
  const read = readChannel(asking, true);
  if (read instanceof Response) return read;
  const { asked, channel, base } = read;
  const { snapshots, now, background } = asking;
  const { repository, path } = channel;
  const states =
    snapshots === undefined
      ? undefined
      : await repomdStates(
          { listed: repository, path: repomdIn(path) },
          snapshots,
          now,
          background,
        );
  if (states === undefined) {
    const text = `# No verified ${repomdIn(path)} of ${repository.name} is here. /mirrorlist needs none.`;
    return refusedList({ status: 404, text }, true);
  }
  const ranked = channelSources(asking, asked, channel, states);
  const { sources } = inCountries(ofSchemes(ranked, asked.schemes), asked.countries);
  return repositoryMetalinkAnswer({
    current: states.current,
    kept: states.kept,
    own: `${base}${repository.name}@${states.snapshot}/${path}`,
    sources,
    publishedAt: now,
  });
}

/** `/mirrorlist/{kind}/{repository}`: what is typed into a client's own list of places. */
export function clientsList(kind: string, name: string, asking: ListRequest): Response {
  const { views, clients, request, query, labels } = asking;
  const write = isKind(kind) ? kinds[kind].lists.ofPlaces : undefined;
  if (write === undefined) {
    const listed = kindNames().filter((one) => kinds[one].lists.ofPlaces !== undefined);
    const places = listed.map((one) => `/mirrorlist/${one}/`).join(" and ");
    return plain(404, `Lists are at ${places}, with a repository.`);
  }
  const repository = views.byName.get(name)?.repository;
  if (repository === undefined || repository.kind !== kind) {
    const there = views.repositories.filter((one) => one.kind === kind);
    const names = there.map((one) => `/mirrorlist/${kind}/${one.name}`).join(" ");
    return plain(404, `No ${kind} repository has that name. There are: ${names}`);
  }
  const wish = wishOf(request, query, views.roster, labels);
  if (isWishError(wish)) return wrongWish(wish);
  const scheme = clients.scheme(request);
  const { client } = clients.of(request);
  const family = wish.family ?? client.family;
  const demand = { repository: name, scheme, family, architecture: "" };
  const ranked = views.roster.rankedWhole(demand, client).filter(({ offer }) => !offer.drained);
  const preferred = prefer(ranked, wish, () => "is not among those that serve it to you");
  if ("error" in preferred) return plain(404, preferred.error);
  const sources = sourcesOf(currentFirst(preferred.candidates).slice(0, maxPlaces), "");
  return clientsListAnswer(write(`${baseOf(request, scheme)}${name}/`, inOrder(sources)));
}

/** Places in one list: who has no luck with so many has none with more. */
const maxPlaces = 48;

function readChannel({ request, query, views, clients }: ListRequest, asMetalink: boolean) {
  const asked = readListQuestion(query);
  if (isListRefusal(asked)) return refusedList(asked, asMetalink);
  const channel = findChannel(views.repositories, asked);
  if (channel === undefined) {
    return refusedList(unknownChannel(asked, views.repositories), asMetalink);
  }
  return { asked, channel, base: baseOf(request, clients.scheme(request)) };
}

/** The channel's places, ranked for whom the list is for; those of each scheme asked for, one scheme after the other. */
function channelSources(
  { request, clients, views: { roster } }: ListRequest,
  { schemes = [clients.scheme(request)], countries, ip }: ListQuestion,
  { repository, arch, path }: Channel,
  states?: RepomdStates,
): RepositorySource[] {
  const client = ip === undefined ? clients.of(request).client : clients.at(ip);
  const sources: RepositorySource[] = [];
  for (const scheme of schemes) {
    const { family } = client;
    const demand = { repository: repository.name, scheme, family, architecture: arch };
    // The nearest may be in none of the countries asked for.
    const ranked =
      countries.length === 0 ? roster.ranked(demand, client) : roster.rankedWhole(demand, client);
    const having = currentFirst(
      ranked.filter(
        ({ offer }) =>
          !offer.drained && !leavesOut(offer, repomdIn(path)) && hasAnyOf(states, offer.carried),
      ),
    );
    const told = sourcesOf(having, path, { before: sources.length });
    having.forEach(({ offer }, at) => {
      const source = told[at];
      if (source === undefined) return;
      sources.push(isBehind(states, offer.carried) ? { ...source, behind: true } : source);
    });
  }
  return sources;
}

/** Whether a mirror may have a state that the document tells; of one that was never probed nobody knows. */
function hasAnyOf(states: RepomdStates | undefined, { generation }: Carried): boolean {
  return states === undefined || generation === undefined || generation >= states.oldest;
}

function isBehind(states: RepomdStates | undefined, { generation = -1 }: Carried): boolean {
  return states !== undefined && generation < states.since;
}

/** Mirrors known not to have all of the newest after the others; each group in rank order. */
function currentFirst(ranked: readonly MirrorCandidate[]): MirrorCandidate[] {
  const lags = ({ offer: { carried } }: MirrorCandidate) =>
    carried.freshness === "lagging" || carried.patchy === true;
  return [...ranked.filter((one) => !lags(one)), ...ranked.filter(lags)];
}
