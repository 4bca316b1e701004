/** `/mdapi/…`: rpm packages by their very names, as Fedora's mdapi answers. */

import { noneOf } from "../../../http/nearest-value.ts";
import type { PlacedPackage, SuiteChoice } from "../../../search/package-service.ts";
import { PackageParameters } from "../package-parameters.ts";
import type { PackagesAsked } from "../packages-asked.ts";
import { QuestionRefused } from "../question-refused.ts";
import { sendJson } from "../send.ts";
import { checkAnswered, checkFilesRead, checkKind, checkRefusal, nothingFound } from "../told.ts";
import { allFilesOf, allResults } from "./all-pages.ts";
import {
  isMdapiRelation,
  mdapiBranch,
  mdapiEntries,
  mdapiFiles,
  mdapiPackage,
  mdapiRelations,
  mdapiRepository,
} from "./mdapi-package.ts";
import { chosenSuites, suitesOfKind } from "./suites-of.ts";

/** By whom an index is made of packages that need something: what conflicts with it isn't in one. */
const needing: readonly string[] = ["requires", "recommends", "suggests"];

export async function mdapiBranches(asked: PackagesAsked): Promise<Response> {
  checkAsked(asked);
  const told = await suitesOfKind(asked.service, "rpm");
  checkAnswered(told);
  return sendJson(asked.request, [...new Set(told.states.map(mdapiBranch))].sort());
}

export async function mdapiOne(asked: PackagesAsked): Promise<Response> {
  const choice = await branchOf(asked);
  const place = await named(asked, choice);
  return sendJson(asked.request, await shown(place, asked, choice));
}

/** A package that is made of the source package, the one of its name before others. */
export async function mdapiSource(asked: PackagesAsked): Promise<Response> {
  const choice = await branchOf(asked);
  const name = asked.params.name ?? "";
  const answer = await asked.service.madeOf([name], choice);
  const result = answer.results.find((one) => one.name === name) ?? answer.results[0];
  const place = result?.places[0];
  if (place === undefined) throw nothingFound(`source package ${name}`, answer);
  return sendJson(asked.request, await shown(place, asked, choice));
}

export async function mdapiFilesOf(asked: PackagesAsked): Promise<Response> {
  const choice = await branchOf(asked);
  const place = await named(asked, choice);
  const { repository, suite } = place;
  const answer = await allFilesOf(
    asked.service,
    place.record.name,
    chosenSuites("rpm", [{ repository, suite }]),
  );
  checkRefusal({ ...answer, isEmpty: answer.files.length === 0 });
  checkFilesRead(answer, answer.files.length === 0);
  return sendJson(asked.request, { files: mdapiFiles(answer.files), repo: mdapiRepository(suite) });
}

/** Packages that provide, need or want the very token. */
export async function mdapiRelated(asked: PackagesAsked): Promise<Response> {
  const { relation = "", name = "" } = asked.params;
  if (relation === "changelog") {
    throw new QuestionRefused(404, "Change logs stand in no index that is read here.");
  }
  if (!isMdapiRelation(relation)) {
    const known = ["pkg", "srcpkg", "files", ...Object.keys(mdapiRelations)];
    throw new QuestionRefused(404, noneOf("relation", relation, known));
  }
  const by =
    relation === "provides" ? "provides" : needing.includes(relation) ? "needs" : undefined;
  if (by === undefined) {
    throw new QuestionRefused(
      400,
      `Packages can't be found by ${relation}. Ask provides, ${needing.join(", ")}; each package of /mdapi/BRANCH/pkg/NAME tells its own ${relation}.`,
    );
  }
  const choice = await branchOf(asked);
  const answer = await allResults((page) =>
    asked.service.keyed(by, [name], { ...choice, ...page }),
  );
  checkRefusal({ ...answer, isEmpty: answer.results.length === 0 });
  const places = answer.results.flatMap(({ places: [first] }) =>
    first !== undefined && mdapiEntries(first.record, relation).some((entry) => entry.name === name)
      ? [first]
      : [],
  );
  if (places.length === 0) throw nothingFound(`package that ${relation} ${name}`, answer);
  // Who shares a source with each of them would be a question each.
  return sendJson(
    asked.request,
    places.map((place) => {
      const { "co-packages": _, ...rest } = mdapiPackage(
        place.record,
        mdapiRepository(place.suite),
        [],
      );
      return rest;
    }),
  );
}

async function shown(place: PlacedPackage, { service }: PackagesAsked, choice: SuiteChoice) {
  const { record, suite } = place;
  const siblings = await service.madeOf([record.source ?? record.name], choice);
  const names = new Set(siblings.results.map(({ name }) => name));
  return mdapiPackage(record, mdapiRepository(suite), [...names].sort());
}

async function named(
  { service, params }: PackagesAsked,
  choice: SuiteChoice,
): Promise<PlacedPackage> {
  const name = params.name ?? "";
  const answer = await service.named([name], choice);
  checkRefusal({ ...answer, isEmpty: answer.results.length === 0 });
  const place = answer.results[0]?.places[0];
  if (place === undefined) throw nothingFound(`package ${name}`, answer);
  return place;
}

/** The suites of the branch that the path names. */
async function branchOf(asked: PackagesAsked): Promise<SuiteChoice> {
  checkAsked(asked);
  const branch = asked.params.branch ?? "";
  const told = await suitesOfKind(asked.service, "rpm");
  const suites = told.states.filter(
    (state) => mdapiBranch(state) === branch || state.repository === branch,
  );
  if (suites.length > 0) return chosenSuites("rpm", suites);
  checkAnswered(told);
  const silent = told.unanswered.filter(
    ({ repository, suite }) =>
      repository === branch ||
      (suite !== undefined && mdapiBranch({ repository, suite }) === branch),
  );
  if (silent.length > 0) checkAnswered({ states: [], unanswered: silent });
  const known = [...new Set(told.states.map(mdapiBranch))].sort();
  throw new QuestionRefused(404, noneOf("branch", branch, known));
}

function checkAsked({ query, service }: PackagesAsked): void {
  checkKind(service, "rpm", "Fedora's (rpm)");
  if (query !== "") new PackageParameters(query, []);
}
