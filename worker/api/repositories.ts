/** `/api/v1/repositories`: what is served, and from which verified snapshots. */
import { notFound, unavailable } from "../http/errors.ts";
import type { Repository } from "../repositories/catalogue.ts";
import type { Snapshot } from "../repositories/chain/snapshot.ts";
import { verificationOf } from "../repositories/follow-policy.ts";
import { readSnapshot } from "../repositories/reader/open-snapshot.ts";
import type { SnapshotsAtEdge } from "../repositories/reader/snapshots-at-edge.ts";
import { inTime, Late } from "../runtime/deadline.ts";
import type { OpenViews } from "../views/views.ts";

const headers = { "Cache-Control": "no-store" };
/** The object has this long to take a word, ms; the asking of the origin goes on without us. */
const takenMs = 2000;
/** The object has this long to answer a page, ms: as Fleet. */
const deadlineMs = 5000;

/**
 * All repositories. `serving` is the id of the snapshot that this part of the edge serves, absent where it serves
 * none; no object is asked, because that would have the origins polled.
 */
export function repositories(views: OpenViews, snapshots: SnapshotsAtEdge | undefined): Response {
  const described = views.repositories.map((listed) => describe(listed, snapshots));
  return Response.json({ repositories: described }, { headers });
}

/** One repository, with its newest snapshot and what is kept out. Where its object can't be asked, the one that is served here. */
export async function repository(
  name: string,
  views: OpenViews,
  snapshots: SnapshotsAtEdge | undefined,
  now: number,
): Promise<Response> {
  const listed = named(name, views);
  if (listed === undefined) return unknown(name, "");
  const described = describe(listed, snapshots);
  if (snapshots === undefined) return Response.json(described, { headers });
  // `kept` and not `snapshot`: showing a repository is no use of it.
  const object = snapshots.object(name);
  const asked = Promise.all([object.kept(new Date(now).toISOString()), object.alarms()]);
  const got = await answerOrReason(asked, name);
  const [text, alarms] = "reason" in got ? [null, []] : got.answer;
  const kept = text === null ? snapshots.current.atHand(name)[0]?.snapshot : readSnapshot(text);
  // Of a repository that lost its keys snapshots are kept, for those who pinned one: it isn't what is served.
  const snapshot = described.verify === null ? undefined : kept;
  return Response.json(
    {
      ...described,
      snapshot: snapshot === undefined ? null : shown(snapshot),
      alarms: alarms.map((one) => ({ ...one, since: new Date(one.since).toISOString() })),
      ...("reason" in got && { warning: `${got.reason}: this is what is served here.` }),
    },
    { headers },
  );
}

/** A repository's kept snapshots, the newest first, each with the address it is served under. */
export async function keptSnapshots(
  name: string,
  base: string,
  views: OpenViews,
  snapshots: SnapshotsAtEdge | undefined,
): Promise<Response> {
  if (named(name, views) === undefined) return unknown(name, "/snapshots");
  if (snapshots === undefined) return Response.json({ snapshots: [] }, { headers });
  const got = await answerOrReason(snapshots.object(name).snapshots(), name);
  if ("reason" in got) return unavailable(`${got.reason}. Metadata goes on by the last snapshot.`);
  const kept = got.answer.toSorted((one, other) => other.at - one.at);
  return Response.json(
    {
      snapshots: kept.map((one) => {
        const { generation, payload, pending } = one;
        const more = { ...shown(one), generation, ...(payload && { payload }) };
        if (pending === undefined) return { ...more, url: `${base}${name}@${one.id}/` };
        const since = new Date(pending.since).toISOString();
        return { ...more, pending: { ...pending, since } };
      }),
    },
    { headers },
  );
}

/** Has the origin polled now, as after a push; the object limits how often. 202: it will be, or was just now. */
export async function refresh(
  name: string,
  views: OpenViews,
  snapshots: SnapshotsAtEdge | undefined,
): Promise<Response> {
  const listed = named(name, views);
  if (listed === undefined) return unknown(name, "/refresh");
  if (snapshots === undefined) {
    return notFound(`/api/v1/repositories/${name}/refresh`, "No snapshots are made here.");
  }
  try {
    await inTime(snapshots.object(name).refresh(), takenMs);
  } catch (error) {
    // It takes as long as the origin does, and that is no failure of the object.
    if (!(error instanceof Late)) {
      console.warn(`refresh of ${name}: ${error instanceof Error ? error.message : error}`);
      return unavailable(`What follows ${name} could not be reached.`);
    }
  }
  return Response.json(
    { accepted: true, snapshots: `/api/v1/repositories/${name}/snapshots` },
    { status: 202, headers },
  );
}

/** The object's answer, or why there is none. */
async function answerOrReason<Answer>(
  asked: Promise<Answer>,
  name: string,
): Promise<{ answer: Answer } | { reason: string }> {
  try {
    return { answer: await inTime(asked, deadlineMs) };
  } catch (error) {
    console.warn(`${name}: ${error instanceof Error ? error.message : error}`);
    return { reason: `What follows ${name} could not be reached` };
  }
}

function named(name: string, views: OpenViews): Repository | undefined {
  return views.repositories.find((one) => one.name === name);
}

function unknown(name: string, rest: string): Response {
  return notFound(`/api/v1/repositories/${name}${rest}`, "Names are at /api/v1/repositories.");
}

interface Dated {
  date?: number;
  validUntil?: number;
}

function describe(listed: Repository, snapshots: SnapshotsAtEdge | undefined) {
  const { name, kind, title, origin, architectures, roots } = listed;
  const verify = verificationOf(listed) ?? null;
  const serving = verify === null ? undefined : snapshots?.current.atHand(name)[0]?.id;
  return {
    name,
    kind,
    title,
    origin,
    architectures,
    /** What its metadata must pass; `null`: no snapshots are made, and it comes from the origin as it is. */
    verify,
    roots: roots ?? [],
    ...(serving !== undefined && { serving }),
  };
}

/** Times as ISO; everything else about a root as it is. */
function shown({ id, at, roots }: Pick<Snapshot, "id" | "at"> & { roots: readonly Dated[] }) {
  return {
    id,
    at: new Date(at).toISOString(),
    roots: roots.map(({ date, validUntil, ...root }) => ({
      ...root,
      ...(date !== undefined && { date: new Date(date).toISOString() }),
      ...(validUntil !== undefined && { validUntil: new Date(validUntil).toISOString() }),
    })),
  };
}
