/** The map of a page with its words and its key, in the page's language. Pure. */
import type { State } from "../../directory/resource.ts";
import type { Place } from "../../geo/client.ts";
import { type Html, html, raw } from "../../http/html.ts";
import type { Visit } from "../frame/visit.ts";
import { type MapMirror, shapes, worldMap } from "./world-map.ts";

/** A mirror for the map; without a place it is left out. */
export interface PlacedMirror extends Pick<MapMirror, "name" | "state" | "rank"> {
  country?: string;
  at?: { latitude: number; longitude: number };
}

/** The order of the key. */
const states: readonly State[] = ["up", "degraded", "unknown", "down", "drained", "disabled"];

/** @param chosen as in `WorldMap` */
export function mirrorsMap(
  visit: Visit,
  place: Place,
  mirrors: readonly PlacedMirror[],
  chosen: number,
): Html {
  const texts = visit.texts.map;
  const placed = mirrors.flatMap(({ at, name, state, rank }): MapMirror[] =>
    at === undefined ? [] : [{ ...at, name, state, ...(rank !== undefined && { rank }) }],
  );
  const { latitude, longitude } = place;
  const client =
    latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
  const said = {
    title: texts.title,
    description: description(visit, place, mirrors),
    you: texts.you,
  };
  const shown = states.filter((state) => placed.some((one) => one.state === state));
  return html`${worldMap({ ...(client && { client }), mirrors: placed, chosen }, said)}
<ul class="key">${client !== undefined && html`<li>${sign("you", '<circle r="1.4"/>')} ${texts.you}</li>`}${shown.map((state) => html`<li>${sign(state, shapes[state])} ${texts[state]}</li>`)}<li>${texts.numbers}</li></ul>
`;
}

/** @param state of ours, @param shape a constant */
function sign(state: State | "you", shape: string): Html {
  return raw(`<svg class="${state}" viewBox="-2 -2 4 4" aria-hidden="true">${shape}</svg>`);
}

/** Where a client is taken to be, in words; undefined where nobody knows. */
export function placeInWords(visit: Visit, place: Place): string | undefined {
  const { country, latitude, longitude } = place;
  if (country === undefined && latitude === undefined) return undefined;
  const name = country === undefined ? "" : visit.shown.country(country);
  if (latitude === undefined || longitude === undefined) return name;
  const at = `${Math.abs(Math.round(latitude))}° ${latitude < 0 ? "S" : "N"}, ${Math.abs(Math.round(longitude))}° ${longitude < 0 ? "W" : "E"}`;
  return name === "" ? at : `${name} (${at})`;
}

function description(visit: Visit, place: Place, mirrors: readonly PlacedMirror[]): string {
  const texts = visit.texts.map;
  const where = placeInWords(visit, place);
  const first = mirrors.find(({ rank }) => rank === 1);
  const you = where === undefined ? texts.placeUnknown : filled(texts.youAre, { place: where });
  const told =
    first === undefined
      ? texts.noMirror
      : filled(texts.first, {
          count: visit.shown.number(mirrors.filter(({ at }) => at !== undefined).length),
          name: first.name,
          country: first.country === undefined ? "?" : visit.shown.country(first.country),
        });
  return filled(texts.description, { you, mirrors: told });
}

/** A sentence as text; who shows it escapes it. */
function filled(text: string, pieces: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => pieces[name] ?? whole);
}
