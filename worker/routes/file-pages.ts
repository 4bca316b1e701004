/** What people are shown of a file besides itself: its mirrors, and why it is answered as it is. */
import type { FileRequest } from "../delivery/file-request.ts";
import type { MirrorsPage } from "../delivery/lists/answers.ts";
import type { TorrentPage } from "../delivery/lists/serve-torrent.ts";
import { type TraceQuestion, traceOf } from "../delivery/trace.ts";
import { findPast } from "../delivery/trace-past.ts";
import { placeOfMirror } from "../mirrors/mirror-place.ts";
import { fileMirrorsAnswer } from "../pages/file-mirrors/file-mirrors-answer.ts";
import type { VisitRequest } from "../pages/frame/visit.ts";
import { torrentAnswer } from "../pages/torrent/torrent-answer.ts";
import { type TraceForm, traceAnswer } from "../pages/why/serve-trace.ts";
import { type Ask, asText, forMethod } from "./ask.ts";

/** What of a query makes these pages what they are: links to other languages keep it. */
const takes = [
  ...["trace", "ip", "at", "mirrorlist"],
  ...["country", "avoid", "mirror", "ipv4", "ipv6", "family"],
];

/** The page of a file's mirrors, for this request. */
export function mirrorsPageOf(ask: Ask): MirrorsPage {
  return (lists) => asText(ask, fileMirrorsAnswer(visitRequestOf(ask), lists));
}

/** What is asked about a decision. */
interface WhyAsked extends Omit<TraceQuestion, "past"> {
  form: TraceForm;
  /** Unix ms, past; absent: now. */
  at?: number;
}

/** The page of an image without a torrent, for this request. */
export function torrentPageOf(ask: Ask): TorrentPage {
  return (file) => asText(ask, torrentAnswer(visitRequestOf(ask), file));
}

/** The decision for the file, told in the form that is wanted. */
export async function why(
  ask: Ask,
  asked: FileRequest,
  { ip, kind, form, at }: WhyAsked,
): Promise<Response> {
  const { clients, payload } = ask.services;
  const past = at === undefined ? undefined : await findPast(asked, at, ask.services);
  if (past instanceof Response) return forMethod(asked.method, past);
  const question: TraceQuestion = { ip, kind, ...(past !== undefined && { past }) };
  const trace = await traceOf(asked, question, clients, payload);
  const { mirrors } = past?.roster.roster ?? asked.roster;
  const byName = new Map(mirrors.map(({ resource }) => [resource.name, resource]));
  const placeOf = (name: string) => {
    const mirror = byName.get(name);
    return mirror && placeOfMirror(mirror);
  };
  const snapshot =
    past !== undefined
      ? past.told.snapshot?.id
      : form === "html"
        ? await snapshotOf(ask, asked)
        : undefined;
  const shown = { trace, ip, placeOf, ...(snapshot !== undefined && { snapshot }) };
  const answer = traceAnswer(form, shown, visitRequestOf(ask));
  return forMethod(asked.method, asText(ask, answer));
}

/** Id of the snapshot that is served; what can't be read now isn't told. */
async function snapshotOf(
  { services }: Ask,
  { opened, now, background }: FileRequest,
): Promise<string | undefined> {
  try {
    return (await services.snapshots?.current.of(opened.repository, now, background))?.id;
  } catch {
    return undefined;
  }
}

/** What pages go by: the whole path, not the part inside the repository. */
function visitRequestOf({ target, incoming: { headers } }: Ask): VisitRequest {
  return { path: target.path, query: target.query, takes, headers };
}
