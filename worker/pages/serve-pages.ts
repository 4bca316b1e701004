/** The answers at pages: what each asks of the service, and for how long its page is held. */

import type { Alarm } from "../api/alarms.ts";
import { describeFleet } from "../health/fleet-answers.ts";
import { answerOrReason, type FleetAnswers } from "../health/fleet-questions.ts";
import { defaultRules, type Rules } from "../health/rules.ts";
import { badRequest } from "../http/errors.ts";
import type { SnapshotsAtEdge } from "../repositories/reader/snapshots-at-edge.ts";
import { inTime } from "../runtime/deadline.ts";
import type { OpenViews } from "../views/views.ts";
import { aboutPage } from "./about/about-page.ts";
import { privacyPage } from "./about/privacy-page.ts";
import { heldPages, type PageQuestion } from "./frame/held-pages.ts";
import { homePage } from "./home-page.ts";
import { mirrorPage } from "./mirrors/mirror-page.ts";
import { maxSearch, mirrorsPage } from "./mirrors/mirrors-page.ts";
import { missingNamed } from "./missing-page.ts";
import { probesPage } from "./probes-page.ts";
import { repositoryPage } from "./repository-page.ts";

/** What pages show. */
export interface PageSources {
  views: OpenViews;
  /** All that are on. */
  alarms(): Promise<readonly Alarm[]>;
  /** Absent: nothing is probed here. */
  fleet?: FleetAnswers;
  /** Absent: no snapshots are made here. */
  snapshots?: SnapshotsAtEdge;
}

/** The object that follows a repository has this long, ms: a page is of use without it. */
const objectMs = 2000;

/** For as long as the views: nothing in the page changes by itself. */
const always = Number.POSITIVE_INFINITY;

export function serveHome(asked: PageQuestion, { views, alarms }: PageSources): Promise<Response> {
  return heldPages(views).answer(asked, async (visit) => homePage(visit, views, await alarms()));
}

export function serveRepository(
  asked: PageQuestion,
  name: string,
  { views, alarms, snapshots }: PageSources,
): Promise<Response> {
  return heldPages(views).answer(asked, async (visit) => {
    const repository = views.byName.get(name)?.repository;
    if (repository === undefined) return missingNamed(asked, visit, views, { repository: name });
    const [all, kept] = await Promise.all([alarms(), keptOf(name, snapshots)]);
    const serving = snapshots?.current.atHand(name)[0]?.snapshot;
    return repositoryPage(visit, {
      repository,
      views,
      base: asked.base,
      alarms: all,
      ...(serving && { serving }),
      ...(kept !== undefined && { kept }),
    });
  });
}

/** Newest first; `null`: they could not be asked for. */
async function keptOf(name: string, snapshots: SnapshotsAtEdge | undefined) {
  if (snapshots === undefined) return undefined;
  try {
    const kept = await inTime(snapshots.object(name).snapshots(), objectMs);
    return kept.toSorted((one, other) => other.at - one.at);
  } catch (error) {
    console.warn(`${name}: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

export function serveMirrors(
  asked: PageQuestion,
  { views, alarms, fleet }: PageSources,
): Promise<Response> {
  const question = { ...asked, takes: ["q"] };
  return heldPages(views).answer(question, async (visit) => {
    const search = new URLSearchParams(visit.query).get("q") ?? "";
    if (search.length > maxSearch) return badRequest(400, `q= takes ${maxSearch} characters.`);
    const [all, changes] = await Promise.all([
      alarms(),
      fleet === undefined ? undefined : answerOrReason(fleet.changes()),
    ]);
    const told = changes && { changes: "reason" in changes ? null : changes.answer };
    return mirrorsPage(visit, { views, alarms: all, search, ...told });
  });
}

export function serveMirror(
  asked: PageQuestion,
  name: string,
  { views, fleet }: PageSources,
): Promise<Response> {
  const question = { ...asked, takes: ["before"] };
  return heldPages(views).answer(question, async (visit) => {
    const mirror = views.roster.mirrors.find(({ resource }) => resource.name === name)?.resource;
    if (mirror === undefined) return missingNamed(asked, visit, views, { mirror: name });
    const before = new URLSearchParams(visit.query).get("before");
    if (before !== null && !/^\d{1,16}$/.test(before)) {
      return badRequest(400, "before= takes an id of the history.");
    }
    const { now } = asked;
    const isOlder = before !== null;
    const records = new Map();
    const [listed] = describeFleet([mirror], { records, rules: defaultRules, now }, {});
    const unasked = { mirror, described: listed ?? { targets: [] }, isOlder, now };
    if (fleet === undefined) return mirrorPage(visit, unasked);
    const got = await answerOrReason(fleet.mirror(name, Number(before ?? Number.MAX_SAFE_INTEGER)));
    if ("reason" in got) return mirrorPage(visit, { ...unasked, reason: got.reason });
    const { answer: described } = got;
    return mirrorPage(visit, described === null ? unasked : { ...unasked, described });
  });
}

export function serveAbout(asked: PageQuestion, views: OpenViews): Promise<Response> {
  return heldPages(views).answer({ ...asked, heldMs: always }, aboutPage);
}

export function servePrivacy(asked: PageQuestion, views: OpenViews): Promise<Response> {
  return heldPages(views).answer({ ...asked, heldMs: always }, privacyPage);
}

/** @param rules those in force */
export function serveProbes(
  asked: PageQuestion,
  views: OpenViews,
  rules: Rules,
): Promise<Response> {
  const question = { ...asked, heldMs: always };
  return heldPages(views).answer(question, (visit) => probesPage(visit, rules));
}
